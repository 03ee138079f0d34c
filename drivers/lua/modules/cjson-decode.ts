import { lua, type LuaState } from '#fengari';
import { raiseHere } from '../binding.ts';
import type { CjsonOptions } from './cjson-options.ts';
import { createCjsonLexer, type CjsonLexer, type CjsonToken } from './cjson-tokens.ts';

interface Decoding {
  readonly L: LuaState;
  readonly lexer: CjsonLexer;
  readonly maxDepth: number;
}

/**
 * Pushes the value of a JSON text. Numbers are floats, null is a null pointer (`cjson.null`).
 *
 * Source: Lua CJSON 2.1.0, json_decode.
 * @throws a Lua error in cjson's words
 */
export function decodeCjson(L: LuaState, json: Uint8Array, options: CjsonOptions): void {
  if (json.length >= 2 && (json[0] === 0 || json[1] === 0)) {
    raiseHere(L, 'JSON parser does not support UTF-16 or UTF-32');
  }
  const lexer = createCjsonLexer(json, options.decodeInvalidNumbers);
  const decoding = { L, lexer, maxDepth: options.decodeMaxDepth };
  pushValue(decoding, lexer.next(), 0);
  const after = lexer.next();
  if (after.type !== 'T_END') fail(decoding, 'the end', after);
}

function fail({ L }: Decoding, expected: string, token: CjsonToken): never {
  const found = token.type === 'T_ERROR' ? token.reason : token.type;
  return raiseHere(L, `Expected ${expected} but found ${found} at character ${token.at + 1}`);
}

function pushValue(decoding: Decoding, token: CjsonToken, depth: number): void {
  const { L } = decoding;
  switch (token.type) {
    case 'T_STRING':
      return lua.lua_pushstring(L, token.bytes);
    case 'T_NUMBER':
      return lua.lua_pushnumber(L, token.value);
    case 'T_BOOLEAN':
      return lua.lua_pushboolean(L, token.value);
    case 'T_NULL':
      return lua.lua_pushlightuserdata(L, null);
    case 'T_OBJ_BEGIN':
      return pushObject(decoding, depth + 1);
    case 'T_ARR_BEGIN':
      return pushArray(decoding, depth + 1);
    default:
      return fail(decoding, 'value', token);
  }
}

function descend({ L, lexer, maxDepth }: Decoding, depth: number): void {
  if (depth <= maxDepth && lua.lua_checkstack(L, 4)) return;
  raiseHere(L, `Found too many nested data structures (${depth}) at character ${lexer.position}`);
}

function pushObject(decoding: Decoding, depth: number): void {
  const { L, lexer } = decoding;
  descend(decoding, depth);
  lua.lua_newtable(L);
  let token = lexer.next();
  if (token.type === 'T_OBJ_END') return;
  for (;;) {
    if (token.type !== 'T_STRING') return fail(decoding, 'object key string', token);
    lua.lua_pushstring(L, token.bytes);
    const colon = lexer.next();
    if (colon.type !== 'T_COLON') return fail(decoding, 'colon', colon);
    pushValue(decoding, lexer.next(), depth);
    lua.lua_rawset(L, -3);
    token = lexer.next();
    if (token.type === 'T_OBJ_END') return;
    if (token.type !== 'T_COMMA') return fail(decoding, 'comma or object end', token);
    token = lexer.next();
  }
}

function pushArray(decoding: Decoding, depth: number): void {
  const { L, lexer } = decoding;
  descend(decoding, depth);
  lua.lua_newtable(L);
  let token = lexer.next();
  if (token.type === 'T_ARR_END') return;
  for (let index = 1; ; index++) {
    pushValue(decoding, token, depth);
    lua.lua_rawseti(L, -2, index);
    token = lexer.next();
    if (token.type === 'T_ARR_END') return;
    if (token.type !== 'T_COMMA') return fail(decoding, 'comma or array end', token);
    token = lexer.next();
  }
}
