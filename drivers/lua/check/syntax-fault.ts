/** The script is no Lua; the place is a byte offset. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The script may be Lua, but it is nested more deeply than the check follows. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep';
}
