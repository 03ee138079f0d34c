import { lua, lauxlib, type LuaState } from '#fengari';
import { nameBytes, raise } from '../binding.ts';

/** The first byte of compiled Lua (LUA_SIGNATURE). */
const COMPILED = 27;

const HASH = 35;
const NEWLINE = 10;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const TEXT_MODE = nameBytes('t');
const T = 116;

/** In the words of Lua for a load with the mode "t". */
export const COMPILED_TEXT = "attempt to load a binary chunk (mode is 't')";

/** Whatever mode a script asks for, compiled code is refused: made by hand, it can do what no Lua text can. */
export function textOnlyMode(asked: Uint8Array | null): Uint8Array {
  return !asked || asked.includes(T) ? TEXT_MODE : asked;
}

/**
 * Loads a chunk of text and pushes the function, or the error. The status of lua_load.
 *
 * @throws nothing of its own: compiled code is an error like any other
 */
export function loadText(L: LuaState, chunk: Uint8Array, name: Uint8Array, asked: Uint8Array | null): number {
  if (chunk[0] === COMPILED) return pushRefusal(L);
  return lauxlib.luaL_loadbufferx(L, chunk, chunk.length, name, textOnlyMode(asked));
}

/** As loadText, piece by piece: `read` leaves nothing on the stack and returns null at the end. */
export function loadPieces(
  L: LuaState,
  read: (L: LuaState) => Uint8Array | null,
  name: Uint8Array,
  asked: Uint8Array | null,
): number {
  let isFirst = true;
  const reader = (state: LuaState): Uint8Array | null => {
    const piece = read(state);
    if (isFirst && piece?.[0] === COMPILED) raise(state, COMPILED_TEXT);
    // An empty piece is the end, in Lua; nothing must depend on that.
    isFirst &&= piece?.length === 0;
    return piece;
  };
  return lua.lua_load(L, reader, null, name, textOnlyMode(asked));
}

/** The text of a file without what is not Lua: a byte order mark, a first line that begins with `#`. */
export function skipComment(text: Uint8Array): Uint8Array {
  const start = BYTE_ORDER_MARK.every((byte, at) => text[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  if (text[start] !== HASH) return text.subarray(start);
  const end = text.indexOf(NEWLINE, start);
  // The newline stays: lines are counted as an editor counts them.
  return end < 0 ? new Uint8Array(0) : text.subarray(end);
}

function pushRefusal(L: LuaState): number {
  lua.lua_pushstring(L, nameBytes(COMPILED_TEXT));
  return lua.LUA_ERRSYNTAX;
}
