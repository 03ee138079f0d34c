/** Runs a chunk that returns one string, and answers that string; both with one code unit a byte. */
export type RunLua = (chunk: string) => Promise<string>;

export interface CaseOutcome {
  readonly name: string;
  /** How it went otherwise than recorded; absent when it did not. */
  readonly difference?: string;
}

/** What a call returned, or the one value it raised. Floats are `{ float: "1.0" }`, tables objects. */
export interface CallResult {
  readonly ok: boolean;
  readonly results: readonly unknown[];
}

/**
 * A value of a recording as Lua: keys of objects that are numbers become numbers, since JSON has no others.
 */
export function luaLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return luaString(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  if ('float' in value) return `(${String(value.float)})`;
  const entries = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index + 1), item] as const)
    : Object.entries(value);
  const fields = entries.map(([key, item]) => {
    const name = /^\d+$/.test(key) ? key : luaString(key);
    return `[${name}] = ${luaLiteral(item)}`;
  });
  return `{ ${fields.join(', ')} }`;
}

export function luaString(text: string): string {
  const escaped = text.replace(/[^ !#-[\]-~]/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`);
  return `"${escaped}"`;
}

/** Writes values as JSON; strings byte by byte. */
const SERIALIZER = String.raw`
local function json(value)
  local kind = math.type(value) or type(value)
  if kind == "float" then return '{"float":"' .. tostring(value) .. '"}' end
  if kind == "integer" or kind == "boolean" then return tostring(value) end
  if kind == "nil" then return "null" end
  if kind ~= "table" then value = kind == "string" and value or "<" .. kind .. ">" end
  if kind ~= "table" then
    return '"' .. value:gsub('[^ !#-%[%]-~]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
  end
  local fields = {}
  for key, item in pairs(value) do fields[#fields + 1] = json(tostring(key)) .. ":" .. json(item) end
  return "{" .. table.concat(fields, ",") .. "}"
end
local function pack(ok, ...)
  local list = {}
  for index = 1, select("#", ...) do list[index] = json((select(index, ...))) end
  return '{"ok":' .. tostring(ok) .. ',"results":[' .. table.concat(list, ",") .. ']}'
end
`;

/**
 * Runs code as a chunk named `golden`, called by one named `ltn.lua` in its third line: so do the messages of the
 * recordings call them.
 */
export async function runCase(run: RunLua, code: string, prelude = ''): Promise<CallResult> {
  const caller = `local pack, code = ...\n\nreturn pack(pcall(code))`;
  const text = await run(
    `${SERIALIZER}${prelude}\nlocal code = assert(load(${luaString(code)}, "=golden"))\n` +
      `return (assert(load(${luaString(caller)}, "=ltn.lua"))(pack, code))`,
  );
  if (text.startsWith('error: ')) return { ok: false, results: [text] };
  return JSON.parse(text) as CallResult;
}

/** Says how two results differ; undefined when they do not. */
export function differenceOf(expected: CallResult, actual: CallResult): string | undefined {
  const [wanted, got] = [expected, actual].map((result) => JSON.stringify(comparable(result)));
  return wanted === got ? undefined : `expected ${wanted}, got ${got}`;
}

/** Lists become objects as Lua's tables do, keys are sorted, and the modules lie where Lua 5.4 has them. */
export function comparable({ ok, results }: CallResult): unknown {
  return { ok, results: results.map(normalize) };
}

function normalize(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('/usr/share/lua/5.3/', '/usr/share/lua/5.4/');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Array.isArray(value)
    ? value.map((item: unknown, index) => [String(index + 1), item] as const)
    : Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, normalize(item)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
