/** Why an operation was refused; the names are IMAP response codes (RFC 5530) where one fits. */
export type StoreErrorCode = 'NONEXISTENT' | 'TRYCREATE' | 'ALREADYEXISTS' | 'CANNOT';

/** The mail store refuses an operation. Nothing was changed. The message is worded as Dovecot's answer. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The mailbox is not there. `TRYCREATE` tells a client that creating it would help. */
export function noSuchMailbox(
  mailbox: string,
  code: 'NONEXISTENT' | 'TRYCREATE' = 'NONEXISTENT',
): StoreError {
  return new StoreError(code, `Mailbox doesn't exist: ${mailbox}`);
}
