import { getSystemErrorMap } from 'node:util';

/** C library texts that libuv words differently. */
const texts = new Map([
  ['EACCES', 'Permission denied'],
  ['EISDIR', 'Is a directory'],
  ['EADDRNOTAVAIL', 'Cannot assign requested address'],
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset by peer'],
  ['EHOSTUNREACH', 'No route to host'],
  ['ENETUNREACH', 'Network is unreachable'],
  ['EPIPE', 'Broken pipe'],
  ['ETIMEDOUT', 'Connection timed out'],
  ['EAI_AGAIN', 'Temporary failure in name resolution'],
  ['EAI_FAIL', 'Non-recoverable failure in name resolution'],
  ['EAI_NODATA', 'No address associated with hostname'],
  ['ENOTFOUND', 'Name or service not known'],
]);

/** The `code` of an error that has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An error of the system in the C library's words, as they stand in Dovecot's log. */
export function describeSystemError(error: unknown): string {
  const code = errorCode(error);
  const known = texts.get(code ?? '') ?? findSystemText(code);
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}

function findSystemText(code: string | undefined): string | undefined {
  const text = [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1];
  return text === undefined ? undefined : text.charAt(0).toUpperCase() + text.slice(1);
}
