/** A command line that is not understood; the message says what. */
export class DoveadmError extends Error {
  override readonly name = 'DoveadmError';
}
