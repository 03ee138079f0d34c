import { lua, type LuaCFunction } from '#fengari';
import { checkCount } from '../binding.ts';
import { checkCString, checkCText } from './c-string.ts';
import { ipFamily } from './ip-family.ts';

/** Dovecot's escapes for what must not stand in a line of fields. Source: lib/strescape.c, str_tabescape. */
const escapes: ReadonlyMap<number, string> = new Map([
  [0x00, '0'],
  [0x01, '1'],
  [0x09, 't'],
  [0x0d, 'r'],
  [0x0a, 'n'],
]);
const ESCAPE = 0x01;
const TAB = 0x09;

const originals = new Map([...escapes].map(([byte, letter]) => [letter.charCodeAt(0), byte]));

/** `\t` → `\x01t` and so on. */
export function tabEscape(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(
    [...bytes].flatMap((byte) => {
      const letter = escapes.get(byte);
      return letter === undefined ? [byte] : [ESCAPE, letter.charCodeAt(0)];
    }),
  );
}

/** Undoes tabEscape. An unknown letter stands for itself, an escape at the end for nothing. */
export function tabUnescape(bytes: Uint8Array): Uint8Array {
  const result: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0;
    if (byte === ESCAPE) {
      at++;
      if (at >= bytes.length) break;
      byte = bytes[at] ?? 0;
      byte = originals.get(byte) ?? byte;
    }
    result.push(byte);
  }
  return Uint8Array.from(result);
}

/** Fields between tabs, unescaped; none in an empty string. */
export function splitTabEscaped(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 0) return [];
  const fields: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== TAB) continue;
    fields.push(tabUnescape(bytes.subarray(start, at)));
    start = at + 1;
  }
  return fields;
}

// A C string ends at the NUL that an escape may have stood for.
const endAtNul = (bytes: Uint8Array) => {
  const nul = bytes.indexOf(0);
  return nul < 0 ? bytes : bytes.slice(0, nul);
};

const onBytes =
  (change: (bytes: Uint8Array) => Uint8Array): LuaCFunction =>
  (L) => {
    checkCount(L, 1);
    lua.lua_pushstring(L, endAtNul(change(checkCString(L, 1))));
    return 1;
  };

/** Functions of `dovecot` for texts (2.4). Source: Dovecot lib-lua/dlua-dovecot.c. */
export const textFunctions: Readonly<Record<string, LuaCFunction>> = {
  tabescape: onBytes(tabEscape),
  tabunescape: onBytes(tabUnescape),
  split_tabescaped(L) {
    checkCount(L, 1);
    const fields = splitTabEscaped(checkCString(L, 1));
    lua.lua_createtable(L, fields.length, 0);
    for (const [index, field] of fields.entries()) {
      lua.lua_pushstring(L, endAtNul(field));
      lua.lua_rawseti(L, -2, index + 1);
    }
    return 1;
  },
  net_ip_family(L) {
    checkCount(L, 1);
    lua.lua_pushinteger(L, ipFamily(checkCText(L, 1)));
    return 1;
  },
};
