import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** OpenSSL's texts for what Node only names. Source: OpenSSL crypto/x509/x509_txt.c. */
const texts = new Map([
  ['UNABLE_TO_GET_ISSUER_CERT', 'unable to get issuer certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
  ['CERT_HAS_EXPIRED', 'certificate has expired'],
  ['CERT_NOT_YET_VALID', 'certificate is not yet valid'],
  ['CERT_REVOKED', 'certificate revoked'],
  ['CERT_REJECTED', 'certificate rejected'],
  ['CERT_UNTRUSTED', 'certificate not trusted'],
  ['CERT_SIGNATURE_FAILURE', 'certificate signature failure'],
  ['CERT_CHAIN_TOO_LONG', 'certificate chain too long'],
  ['INVALID_CA', 'invalid CA certificate'],
  ['INVALID_PURPOSE', 'unsuitable certificate purpose'],
  ['PATH_LENGTH_EXCEEDED', 'path length constraint exceeded'],
]);

/** Why a server's certificate is not trusted. `verified`: OpenSSL found nothing, the name is another's. */
export interface CertificateProblem {
  readonly message: string;
  readonly verified: boolean;
}

/**
 * What is wrong with the certificate of a connection whose handshake is done; undefined when it is good.
 *
 * Source: Dovecot lib-ssl-iostream/iostream-openssl.c, openssl_iostream_verify_client_cert;
 * iostream-ssl.c, ssl_iostream_check_cert_validity.
 */
export function checkCertificate(socket: TLSSocket, host: string): CertificateProblem | undefined {
  if (socket.authorized) return undefined;
  // Node's types say Error; it is the code of one.
  const code = String(socket.authorizationError);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const message = `SSL certificate doesn't match expected host name ${host}: did not match to any IP or DNS fields`;
    return { message, verified: true };
  }
  const subject = formatSubject(certificateAtFault(socket.getPeerCertificate(true), code));
  const reason = texts.get(code) ?? code;
  const message = `Received invalid SSL certificate: ${reason}: ${subject} (check ssl_client_ca_* settings?)`;
  return { message, verified: false };
}

function certificateAtFault(leaf: DetailedPeerCertificate, code: string): DetailedPeerCertificate {
  if (code !== 'SELF_SIGNED_CERT_IN_CHAIN' && code !== 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY') return leaf;
  let top = leaf;
  while (top.issuerCertificate && top.issuerCertificate !== top) top = top.issuerCertificate;
  return top;
}

// `/C=FI/CN=localhost`, as X509_NAME_oneline has it.
function formatSubject({ subject }: DetailedPeerCertificate): string {
  return Object.entries(subject ?? {})
    .flatMap(([name, value]) => [value as string | string[]].flat().map((one) => `/${name}=${one}`))
    .join('');
}
