import type { LuaDialect } from './script-context.ts';

/** What the driver's own lines begin with; in 2.4 each line of a longer message does. */
export function prefixLines(text: string, dialect: LuaDialect): string {
  return `lua: ${dialect === '2.4' ? text.replaceAll('\n', '\nlua: ') : text}`;
}
