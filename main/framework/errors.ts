/** A driver cannot start with its settings. The message is worded as Dovecot's log has it, without the driver's name. */
export class DriverInitError extends Error {
  override readonly name = 'DriverInitError';
}

/** The text of anything thrown; never throws itself. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
