import { lua, type LuaState } from '#fengari';
import { nameBytes, pushText, toText } from '../binding.ts';
import { binaryTextAt, pushBinaryText } from './binary-text.ts';

/** Tables that may lie within each other, and characters of one text. */
const MAX_DEPTH = 10_000;
const MAX_JSON_LENGTH = 64 * 1024 * 1024;

class EncodeError extends Error {
  override readonly name = 'EncodeError';
}

interface Options {
  readonly isPretty: boolean;
  readonly alignsKeys: boolean;
  readonly arrayNewline: boolean;
  readonly indent: string;
  readonly isUtf8: boolean;
  readonly noKeyConversion: boolean;
  readonly hasNull: boolean;
}

interface Writer {
  readonly L: LuaState;
  readonly options: Options;
  readonly open: Set<unknown>;
  length: number;
}

const VALUE = 1;
const OPTIONS = 2;
const ARRAY_META = 3;
const OBJECT_META = 4;
const NULL = 5;

/**
 * `encode(value, options, arrayMeta, objectMeta, noKeyConversion)`: true and the text, or false and what is wrong.
 * Keys are sorted; an empty table is an array unless its metatable is that of objects.
 *
 * Source: JSON.lua by Jeffrey Friedl, 20161109.21 and its documentation.
 */
export function encodeFriedlJson(L: LuaState): number {
  const noKeyConversion = lua.lua_toboolean(L, NULL);
  lua.lua_settop(L, 4);
  const hasNull = lua.lua_getfield(L, OPTIONS, nameBytes('null')) !== lua.LUA_TNIL;
  const options: Options = {
    isPretty: option(L, 'pretty') !== undefined,
    alignsKeys: option(L, 'align_keys') !== undefined,
    arrayNewline: option(L, 'array_newline') !== undefined,
    indent: option(L, 'indent') ?? '',
    isUtf8: option(L, 'stringsAreUtf8') !== undefined,
    noKeyConversion,
    hasNull,
  };
  lua.lua_pushvalue(L, VALUE);
  try {
    const text = valueText({ L, options, open: new Set(), length: 0 }, '');
    lua.lua_pushboolean(L, true);
    pushBinaryText(L, text);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    lua.lua_pushboolean(L, false);
    pushText(L, error.message);
  }
  return 2;
}

/** The text of an option; undefined when it is off. */
function option(L: LuaState, name: string): string | undefined {
  lua.lua_getfield(L, OPTIONS, nameBytes(name));
  const text = lua.lua_toboolean(L, -1) ? (binaryTextAt(L, -1) ?? '') : undefined;
  lua.lua_pop(L, 1);
  return text;
}

/** The value on top of the stack, which stays there. */
function valueText(writer: Writer, indent: string): string {
  const { L, options } = writer;
  if (options.hasNull && lua.lua_rawequal(L, -1, NULL)) return 'null';
  switch (lua.lua_type(L, -1)) {
    case lua.LUA_TNIL:
      return 'null';
    case lua.LUA_TSTRING:
      return counted(writer, quote(binaryTextAt(L, -1) ?? '', options.isUtf8));
    case lua.LUA_TNUMBER:
      return counted(writer, numberText(L));
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, -1) ? 'true' : 'false';
    case lua.LUA_TTABLE:
      return tableText(writer, indent);
    default:
      throw new EncodeError(`can't convert ${typeName(L, -1)} to JSON`);
  }
}

function counted(writer: Writer, text: string): string {
  writer.length += text.length + 1;
  if (writer.length > MAX_JSON_LENGTH) throw new EncodeError('the text is too long');
  return text;
}

function typeName(L: LuaState, index: number): string {
  return toText(lua.lua_typename(L, lua.lua_type(L, index)));
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quote(text: string, isUtf8: boolean): string {
  // eslint-disable-next-line no-control-regex
  const escaped = text.replace(/["\\\0-\x1f]/g, (char) => {
    return escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  if (!isUtf8) return `"${escaped}"`;
  // Line ends in JavaScript, in UTF-8.
  return `"${escaped.replaceAll('\u00e2\u0080\u00a8', '\\u2028').replaceAll('\u00e2\u0080\u00a9', '\\u2029')}"`;
}

function numberText(L: LuaState): string {
  const value = lua.lua_tonumber(L, -1);
  if (Number.isNaN(value)) return 'null';
  if (Number.isFinite(value)) return binaryTextAt(L, -1) ?? '';
  return value > 0 ? '1e+9999' : '-1e+9999';
}

function tableText(writer: Writer, indent: string): string {
  const { L, open } = writer;
  const identity = lua.lua_topointer(L, -1);
  if (open.has(identity)) throw new EncodeError('a table is a child of itself');
  if (open.size >= MAX_DEPTH || !lua.lua_checkstack(L, 8)) throw new EncodeError('too deeply nested');
  open.add(identity);
  const keys = keysOf(writer);
  const text = Array.isArray(keys)
    ? objectText(writer, keys, indent)
    : keys === undefined
      ? '[]'
      : arrayText(writer, keys, indent);
  open.delete(identity);
  return text;
}

interface Key {
  readonly text: string;
  /** A number in Lua, or nothing when the key is a string there too. */
  readonly number?: number;
}

/** The length of an array, the keys of an object in their order, or undefined for an empty array. */
function keysOf({ L, options }: Writer): number | Key[] | undefined {
  const { texts, numbers } = listKeys(L);
  const hasOdd = numbers.some(({ number = 0 }) => number <= 0 || number === Infinity);
  if (texts.length === 0 && !hasOdd) {
    if (numbers.length > 0) return Math.max(...numbers.map(({ number = 0 }) => number));
    return hasMeta(L, OBJECT_META) && !hasMeta(L, ARRAY_META) ? [] : undefined;
  }
  if (numbers.length > 0 && options.noKeyConversion) {
    throw new EncodeError('a table with both numeric and string keys could be an object or array; aborting');
  }
  const conflict = numbers.find(({ text }) => texts.some((key) => key.text === text));
  if (conflict) {
    throw new EncodeError(
      `conflict converting table with mixed-type keys into a JSON object: key ${conflict.text} exists both as a string and a number.`,
    );
  }
  texts.sort((one, other) => (one.text < other.text ? -1 : 1));
  numbers.sort((one, other) => (one.number ?? 0) - (other.number ?? 0));
  return [...texts, ...numbers];
}

function listKeys(L: LuaState): { texts: Key[]; numbers: Key[] } {
  const texts: Key[] = [];
  const numbers: Key[] = [];
  lua.lua_pushnil(L);
  while (lua.lua_next(L, -2)) {
    lua.lua_pop(L, 1);
    const text = binaryTextAt(L, -1);
    if (text === undefined) {
      throw new EncodeError(`can't encode table with a key of type ${typeName(L, -1)}`);
    }
    if (lua.lua_type(L, -1) === lua.LUA_TSTRING) texts.push({ text });
    else numbers.push({ text, number: lua.lua_tonumber(L, -1) });
  }
  return { texts, numbers };
}

function hasMeta(L: LuaState, meta: number): boolean {
  if (!lua.lua_getmetatable(L, -1)) return false;
  const isIt = lua.lua_rawequal(L, -1, meta);
  lua.lua_pop(L, 1);
  return isIt;
}

function arrayText(writer: Writer, length: number, indent: string): string {
  const { L, options } = writer;
  const inner = options.arrayNewline ? indent + options.indent : indent;
  const items: string[] = [];
  for (let index = 1; index <= length; index++) {
    lua.lua_geti(L, -1, index);
    items.push(counted(writer, valueText(writer, inner)));
    lua.lua_pop(L, 1);
  }
  if (!options.isPretty) return `[${items.join(',')}]`;
  if (!options.arrayNewline) return `[ ${items.join(', ')} ]`;
  return `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
}

function objectText(writer: Writer, keys: readonly Key[], indent: string): string {
  const { options } = writer;
  const names = keys.map(({ text }) => quote(text, options.isUtf8));
  const width = options.alignsKeys ? Math.max(0, ...names.map((name) => name.length)) : 0;
  const keyIndent = indent + options.indent;
  const inner = options.isPretty ? keyIndent + ' '.repeat(width) + (options.alignsKeys ? '  ' : '') : indent;
  const values = keys.map((key) => fieldText(writer, key, inner));
  if (!options.isPretty) return `{${names.map((name, index) => `${name}:${values[index]}`).join(',')}}`;
  const lines = names.map((name, index) => `${keyIndent}${name.padStart(width)}: ${values[index]}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function fieldText(writer: Writer, { text, number }: Key, indent: string): string {
  const { L } = writer;
  if (number === undefined) pushBinaryText(L, text);
  else lua.lua_pushnumber(L, number);
  lua.lua_gettable(L, -2);
  const value = counted(writer, valueText(writer, indent));
  lua.lua_pop(L, 1);
  return value;
}
