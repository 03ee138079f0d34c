/** LuaSocket's words for what the system says. Source: LuaSocket 3.1.0, usocket.c and inet.c. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'closed',
  ECONNABORTED: 'closed',
  EPIPE: 'closed',
  ERR_STREAM_DESTROYED: 'closed',
  ERR_STREAM_WRITE_AFTER_END: 'closed',
  ETIMEDOUT: 'timeout',
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open files',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  ENOTFOUND: 'host or service not provided, or not known',
  ENODATA: 'host or service not provided, or not known',
  EAI_AGAIN: 'temporary failure in name resolution',
  EAI_FAIL: 'non-recoverable failure in name resolution',
};

/** Verification failures of TLS have many codes; LuaSec has one text for them. */
const certificateCode = /CERT|SIGNATURE|ISSUER|ERR_TLS_CERT/;

export function socketErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = words[code];
  if (known !== undefined) return known;
  if (certificateCode.test(code)) return 'certificate verify failed';
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
