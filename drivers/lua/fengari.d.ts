/**
 * The calls of fengari that this program makes. Strings are bytes; indexes are those of Lua's C API.
 *
 * Source: Lua 5.3 reference manual §4.8 and §5.1; fengari src/lapi.js, src/lauxlib.js.
 */
declare module '#fengari' {
  /** Opaque: one Lua thread of one state. */
  export interface LuaState {
    readonly brand: unique symbol;
  }
  export type LuaCFunction = (L: LuaState) => number;
  export type LuaKFunction = (L: LuaState, status: number, context: unknown) => number;

  /** What a hook is told (lua_Debug). Lines count from 1. */
  export interface LuaDebug {
    readonly event: number;
    readonly name: Uint8Array | null;
    readonly namewhat: Uint8Array;
    readonly what: Uint8Array;
    readonly source: Uint8Array;
    readonly currentline: number;
    readonly linedefined: number;
    readonly short_src: Uint8Array;
  }
  export type LuaHook = (L: LuaState, ar: LuaDebug) => void;

  export const lua: {
    readonly LUA_OK: 0;
    readonly LUA_YIELD: number;
    readonly LUA_ERRRUN: number;
    readonly LUA_ERRSYNTAX: number;
    readonly LUA_ERRMEM: number;
    readonly LUA_MULTRET: -1;
    readonly LUA_REGISTRYINDEX: number;
    /** Free places on the stack that a C function has at least. */
    readonly LUA_MINSTACK: number;
    readonly LUA_GCCOLLECT: number;
    readonly LUA_RIDX_GLOBALS: number;
    readonly LUA_RIDX_MAINTHREAD: number;
    readonly LUA_TNONE: number;
    readonly LUA_TNIL: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TLIGHTUSERDATA: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    readonly LUA_TFUNCTION: number;
    readonly LUA_TUSERDATA: number;
    readonly LUA_TTHREAD: number;
    readonly LUA_OPPOW: number;
    readonly LUA_MASKCALL: number;
    readonly LUA_MASKRET: number;
    readonly LUA_MASKLINE: number;
    readonly LUA_MASKCOUNT: number;
    lua_upvalueindex(index: number): number;
    lua_absindex(L: LuaState, index: number): number;
    lua_gettop(L: LuaState): number;
    lua_settop(L: LuaState, index: number): void;
    lua_pop(L: LuaState, count: number): void;
    lua_pushvalue(L: LuaState, index: number): void;
    lua_rotate(L: LuaState, index: number, count: number): void;
    lua_insert(L: LuaState, index: number): void;
    lua_remove(L: LuaState, index: number): void;
    lua_replace(L: LuaState, index: number): void;
    lua_copy(L: LuaState, from: number, to: number): void;
    lua_checkstack(L: LuaState, count: number): boolean;
    lua_pushnil(L: LuaState): void;
    lua_pushboolean(L: LuaState, value: boolean): void;
    /** An integer of 64 bits: beyond ±(2^53 - 1) exact only as a bigint. @throws TypeError for anything else. */
    lua_arith(L: LuaState, operator: number): void;
    lua_pushinteger(L: LuaState, value: number | bigint): void;
    lua_pushnumber(L: LuaState, value: number): void;
    lua_pushstring(L: LuaState, value: Uint8Array | null): void;
    lua_pushlstring(L: LuaState, value: Uint8Array, length: number): void;
    /** Pushes text as UTF-8. Cheap: what is plain ASCII is not encoded. */
    lua_pushliteral(L: LuaState, value: string): void;
    /** Pushes a string given as text with one character (U+0000 to U+00FF) for each byte. The cheapest way. */
    lua_pushtext(L: LuaState, text: string): void;
    lua_pushcfunction(L: LuaState, fn: LuaCFunction): void;
    lua_pushcclosure(L: LuaState, fn: LuaCFunction, upvalues: number): void;
    lua_pushlightuserdata(L: LuaState, value: unknown): void;
    lua_pushglobaltable(L: LuaState): void;
    lua_pushthread(L: LuaState): boolean;
    lua_newuserdata(L: LuaState, size: number): Record<string, unknown>;
    lua_touserdata(L: LuaState, index: number): unknown;
    lua_newtable(L: LuaState): void;
    lua_createtable(L: LuaState, arrayItems: number, fields: number): void;
    /** The bytes of a key remember what they stand for: never change them, here and in lua_setfield and globals. */
    lua_getfield(L: LuaState, index: number, key: Uint8Array): number;
    lua_setfield(L: LuaState, index: number, key: Uint8Array): void;
    lua_gettable(L: LuaState, index: number): number;
    lua_settable(L: LuaState, index: number): void;
    lua_geti(L: LuaState, index: number, key: number): number;
    lua_seti(L: LuaState, index: number, key: number): void;
    lua_rawget(L: LuaState, index: number): number;
    lua_rawset(L: LuaState, index: number): void;
    lua_rawgeti(L: LuaState, index: number, key: number): number;
    lua_rawseti(L: LuaState, index: number, key: number): void;
    lua_rawlen(L: LuaState, index: number): number;
    lua_rawequal(L: LuaState, one: number, other: number): boolean;
    lua_getglobal(L: LuaState, name: Uint8Array): number;
    lua_setglobal(L: LuaState, name: Uint8Array): void;
    lua_getmetatable(L: LuaState, index: number): boolean;
    lua_setmetatable(L: LuaState, index: number): void;
    lua_next(L: LuaState, index: number): number;
    lua_concat(L: LuaState, count: number): void;
    lua_compare(L: LuaState, one: number, other: number, operator: number): boolean;
    lua_type(L: LuaState, index: number): number;
    lua_typename(L: LuaState, type: number): Uint8Array;
    lua_isnil(L: LuaState, index: number): boolean;
    lua_isnone(L: LuaState, index: number): boolean;
    lua_isnoneornil(L: LuaState, index: number): boolean;
    lua_isboolean(L: LuaState, index: number): boolean;
    lua_isnumber(L: LuaState, index: number): boolean;
    lua_isinteger(L: LuaState, index: number): boolean;
    lua_isstring(L: LuaState, index: number): boolean;
    lua_istable(L: LuaState, index: number): boolean;
    lua_isfunction(L: LuaState, index: number): boolean;
    lua_isuserdata(L: LuaState, index: number): boolean;
    lua_toboolean(L: LuaState, index: number): boolean;
    lua_tointeger(L: LuaState, index: number): number;
    /** `false` when the value is no integer. Beyond ±(2^53 - 1) the nearest number. */
    lua_tointegerx(L: LuaState, index: number): number | false;
    /** The same, exactly: a bigint beyond ±(2^53 - 1). */
    lua_tointegerexact(L: LuaState, index: number): number | bigint | false;
    lua_tonumber(L: LuaState, index: number): number;
    /** The live bytes: copy before keeping. `null` when the value is neither string nor number. */
    lua_tostring(L: LuaState, index: number): Uint8Array | null;
    lua_tolstring(L: LuaState, index: number): Uint8Array | null;
    /** A string or number as text with one character for each byte; `null` for all else. Nothing live: keep it. */
    lua_totext(L: LuaState, index: number): string | null;
    /** Pushes the number that the text is; 0, and nothing pushed, when it is none. */
    lua_stringtonumber(L: LuaState, text: Uint8Array): number;
    lua_tocfunction(L: LuaState, index: number): LuaCFunction | null;
    lua_isthread(L: LuaState, index: number): boolean;
    lua_tothread(L: LuaState, index: number): LuaState | null;
    lua_topointer(L: LuaState, index: number): unknown;
    lua_call(L: LuaState, args: number, results: number): void;
    lua_pcall(L: LuaState, args: number, results: number, messageHandler: number): number;
    lua_pcallk(
      L: LuaState,
      args: number,
      results: number,
      messageHandler: number,
      context: unknown,
      continuation: LuaKFunction | null,
    ): number;
    lua_error(L: LuaState): never;
    lua_load(
      L: LuaState,
      reader: (L: LuaState, data: unknown) => Uint8Array | null,
      data: unknown,
      chunkName: Uint8Array,
      mode: Uint8Array | null,
    ): number;
    /** Forgets what is above the top of the stack; JavaScript collects when it wants to. */
    lua_gc(L: LuaState, what: number, data: number): number;
    lua_close(L: LuaState): void;
    lua_newthread(L: LuaState): LuaState;
    lua_status(L: LuaState): number;
    lua_getstack(L: LuaState, level: number, ar: LuaDebug): number;
    lua_getinfo(L: LuaState, what: Uint8Array, ar: LuaDebug): number;
    lua_getlocal(L: LuaState, ar: LuaDebug | null, index: number): Uint8Array | null;
    lua_setlocal(L: LuaState, ar: LuaDebug, index: number): Uint8Array | null;
    lua_getupvalue(L: LuaState, index: number, upvalue: number): Uint8Array | null;
    lua_setupvalue(L: LuaState, index: number, upvalue: number): Uint8Array | null;
    lua_sethook(L: LuaState, hook: LuaHook | null, mask: number, count: number): void;
    lua_gethook(L: LuaState): LuaHook | null;
    lua_Debug: new () => LuaDebug;
  };

  export const lauxlib: {
    readonly LUA_LOADED_TABLE: Uint8Array;
    readonly LUA_PRELOAD_TABLE: Uint8Array;
    readonly LUA_NOREF: number;
    readonly LUA_REFNIL: number;
    luaL_newstate(): LuaState;
    luaL_loadbufferx(
      L: LuaState,
      chunk: Uint8Array,
      size: number,
      chunkName: Uint8Array,
      mode: Uint8Array | null,
    ): number;
    luaL_ref(L: LuaState, table: number): number;
    luaL_unref(L: LuaState, table: number, ref: number): void;
    luaL_error(L: LuaState, format: Uint8Array, ...values: unknown[]): never;
    luaL_where(L: LuaState, level: number): void;
    luaL_argerror(L: LuaState, arg: number, extra: Uint8Array): never;
    luaL_argcheck(L: LuaState, condition: boolean, arg: number, extra: Uint8Array): void;
    luaL_checkany(L: LuaState, arg: number): void;
    luaL_checktype(L: LuaState, arg: number, type: number): void;
    luaL_checkinteger(L: LuaState, arg: number): number;
    /** The same, exactly: a bigint beyond ±(2^53 - 1). */
    luaL_checkexact(L: LuaState, arg: number): number | bigint;
    luaL_optinteger(L: LuaState, arg: number, fallback: number): number;
    luaL_checknumber(L: LuaState, arg: number): number;
    luaL_optnumber(L: LuaState, arg: number, fallback: number): number;
    luaL_checkstring(L: LuaState, arg: number): Uint8Array;
    luaL_checklstring(L: LuaState, arg: number): Uint8Array;
    /** A string argument as text with one character for each byte. */
    luaL_checktext(L: LuaState, arg: number): string;
    luaL_opttext(L: LuaState, arg: number, fallback: string): string;
    /** What tostring gives, as such a text; leaves nothing on the stack. */
    luaL_totext(L: LuaState, index: number): string;
    /** @throws Lua's memory error when a string of so many bytes would be too long. */
    luaL_checksize(L: LuaState, bytes: number): void;
    /** Raises "bad argument #arg to … (expected expected, got …)". */
    luaL_typeerror(L: LuaState, arg: number, expected: Uint8Array | string): never;
    luaL_optstring(L: LuaState, arg: number, fallback: Uint8Array | null): Uint8Array | null;
    /** The position in `options` of the argument; `fallback` is what no argument means. */
    luaL_checkoption(
      L: LuaState,
      arg: number,
      fallback: Uint8Array | null,
      options: readonly Uint8Array[],
    ): number;
    luaL_checkstack(L: LuaState, space: number, message: Uint8Array | null): void;
    luaL_tolstring(L: LuaState, index: number): Uint8Array;
    luaL_typename(L: LuaState, index: number): Uint8Array;
    luaL_len(L: LuaState, index: number): number;
    luaL_newmetatable(L: LuaState, name: Uint8Array): number;
    luaL_setmetatable(L: LuaState, name: Uint8Array): void;
    luaL_getmetatable(L: LuaState, name: Uint8Array): number;
    luaL_getmetafield(L: LuaState, index: number, name: Uint8Array): number;
    luaL_callmeta(L: LuaState, index: number, name: Uint8Array): boolean;
    luaL_testudata(L: LuaState, arg: number, name: Uint8Array): unknown;
    luaL_checkudata(L: LuaState, arg: number, name: Uint8Array): unknown;
    luaL_getsubtable(L: LuaState, index: number, name: Uint8Array): boolean;
    luaL_requiref(L: LuaState, name: Uint8Array, open: LuaCFunction, isGlobal: number): void;
    luaL_traceback(L: LuaState, of: LuaState, message: Uint8Array | null, level: number): void;
    luaL_setfuncs(L: LuaState, functions: Readonly<Record<string, LuaCFunction>>, upvalues: number): void;
    luaL_newlib(L: LuaState, functions: Readonly<Record<string, LuaCFunction>>): void;
  };

  export const lualib: {
    luaopen_base: LuaCFunction;
    luaopen_coroutine: LuaCFunction;
    luaopen_table: LuaCFunction;
    luaopen_string: LuaCFunction;
    luaopen_utf8: LuaCFunction;
    luaopen_math: LuaCFunction;
    luaopen_debug: LuaCFunction;
    /** clock, date, difftime and time only. */
    luaopen_os: LuaCFunction;
    /** All of the above: neither io nor package, nor print, dofile and loadfile. */
    luaL_openlibs(L: LuaState): void;
  };

  /**
   * Sets what the libraries call about every 10,000 steps of their inner loops, where no hook comes in, with the
   * thread that runs. It may raise a Lua error. undefined: nothing. One for all states of the thread.
   */
  export function setTick(tick: ((L: LuaState) => void) | undefined): void;
  /** The longest string that scripts can make, in bytes; 64 MiB at first. Longer: "not enough memory". */
  export function setStringCap(bytes: number): void;
  /** The bytes of all strings made so far in this JavaScript thread. It only grows. */
  export function allocatedBytes(): number;

  /** UTF-8. With `cache` the bytes are shared between calls: never change them. Slow for long texts. */
  export function to_luastring(text: string, cache?: boolean): Uint8Array;
  export function to_jsstring(bytes: Uint8Array, from?: number, to?: number, lossy?: boolean): string;
}
