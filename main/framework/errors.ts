/** A driver cannot start with its settings. The message is worded as Dovecot's log has it, without the driver's name. */
export class DriverInitError extends Error {
  override readonly name = 'DriverInitError';
}

/** The text of anything thrown; never throws itself. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The user's mail cannot be read; the message is the reason as Dovecot words it. */
export class MailAccessError extends Error {
  override readonly name = 'MailAccessError';
}
