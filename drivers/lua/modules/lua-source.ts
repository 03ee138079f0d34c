import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, toBytes } from '../binding.ts';

/** A module part that is written in Lua: closures that call the script's own functions are clearest there. */
export interface LuaSource {
  /** What messages and tracebacks call it: the path that the file has on a Debian server. */
  readonly file: string;
  /** A line `--@ 36` is replaced by empty lines so that the next line is line 36. */
  readonly text: string;
}

/**
 * Runs the source as a function with `args` values from the top of the stack, and leaves `results` values.
 *
 * Where the real module can fail in the hands of a script, the source says which line that is (`--@`): messages
 * then begin with the position that the server's log shows.
 *
 * @throws a Lua error from the source itself, and an Error when the source does not compile.
 */
export function runLuaSource(L: LuaState, source: LuaSource, args: number, results: number): void {
  const text = toBytes(alignLines(source));
  const status = lauxlib.luaL_loadbufferx(L, text, text.length, toBytes(`@${source.file}`), nameBytes('t'));
  if (status !== lua.LUA_OK) throw new Error(`${source.file} does not compile`);
  lua.lua_insert(L, -args - 1);
  lua.lua_call(L, args, results);
}

function alignLines({ file, text }: LuaSource): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const wanted = /^--@ (\d+)$/.exec(line)?.[1];
    if (wanted === undefined) lines.push(line);
    else pad(lines, Number(wanted) - 1, file);
  }
  return lines.join('\n');
}

function pad(lines: string[], count: number, file: string): void {
  if (lines.length > count) throw new Error(`${file} is too long before line ${count + 1}`);
  while (lines.length < count) lines.push('');
}
