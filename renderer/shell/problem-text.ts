/** The sentence of anything thrown; never throws itself. */
export function problemText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
