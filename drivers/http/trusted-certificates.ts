import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';

/** Dovecot's ssl_client_* settings. Without file and folder the system's authorities are trusted. */
export interface TlsSettings {
  readonly caFile: string | undefined;
  readonly caDir: string | undefined;
  /** ssl_client_require_valid_cert. */
  readonly requireValid: boolean;
}

/** Where systems keep their authorities in one file; the first that exists is used. */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The certificates to trust, in PEM. Undefined: those that Node brings along, where the system has none.
 *
 * Source: Dovecot lib-ssl-iostream/iostream-openssl-context.c, ssl_iostream_context_load_ca: own files take the
 * place of the system's.
 *
 * @throws Error when a file or folder cannot be read.
 */
export function loadTrustedCertificates({ caFile, caDir }: TlsSettings): string[] | undefined {
  const own = [
    ...(caFile ? [readFileSync(caFile, 'utf8')] : []),
    ...(caDir ? readdirSync(caDir).flatMap((name) => readCertificate(path.join(caDir, name))) : []),
  ];
  return caFile || caDir ? own : loadSystemCertificates();
}

// OpenSSL skips what is no certificate in such a folder, too.
function readCertificate(file: string): string[] {
  try {
    const text = readFileSync(file, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? [text] : [];
  } catch {
    return [];
  }
}

function loadSystemCertificates(): string[] | undefined {
  const file = [process.env['SSL_CERT_FILE'], ...SYSTEM_FILES].find((name) => name && existsSync(name));
  if (file) return [readFileSync(file, 'utf8')];
  // Windows and macOS have no such file; Node 22.15 and later can ask the system.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  const certificates = getCACertificates?.('system') ?? [];
  return certificates.length > 0 ? certificates : undefined;
}
