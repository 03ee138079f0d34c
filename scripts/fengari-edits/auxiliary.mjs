// lauxlib.js: arguments as texts and exact integers, buffers that grow up to the cap.

const parts = (...names) => names.join('\n');

const bufferEdits = [
  {
    find: 'lua_setfield(L, -(nup + 2), to_luastring(lib));',
    put: 'lua_setfield(L, -(nup + 2), lib);',
    times: 1,
    why: 'names are made once',
  },
  {
    find: 'const LUA_ERRFILE = LUA_ERRERR+1;\n',
    put: "const LUA_ERRFILE = LUA_ERRERR+1;\nconst { meter } = require('#fengari-part/limits.mjs');\n",
    times: 1,
    why: 'our parts',
  },
  {
    find: 'let newsize = Math.max(B.b.length * 2, newend);  /* double buffer size */',
    put: `luaL_checksize(B.L, newend);
        let newsize = Math.min(Math.max(B.b.length * 2, newend), meter.cap);  /* double buffer size */`,
    times: 1,
    why: 'buffers grow up to the cap',
  },
  {
    find: '    B.b = empty;\n};\n\nconst luaL_buffinitsize',
    put: '    B.b = empty;\n    B.n = 0;\n};\n\nconst luaL_buffinitsize',
    times: 1,
    why: 'a buffer begins empty',
  },
  {
    find: 'const luaL_opt = function(L, f, n, d) {',
    put: `/* a string argument as text */
const luaL_checktext = function(L, arg) {
    let text = lua_totext(L, arg);
    if (text === null) tag_error(L, arg, LUA_TSTRING);
    return text;
};

const luaL_opttext = function(L, arg, def) {
    return lua_type(L, arg) <= 0 ? def : luaL_checktext(L, arg);
};

/* what tostring gives, as text; leaves nothing on the stack */
const luaL_totext = function(L, idx) {
    let text = lua_totext_raw(L, idx);
    if (text !== null) return text;
    luaL_tolstring(L, idx);
    text = lua_totext(L, -1);
    lua_pop(L, 1);
    return text;
};

const lua_totext_raw = function(L, idx) {
    return lua_type(L, idx) === LUA_TSTRING ? lua_totext(L, idx) : null;
};

/* an integer argument: a bigint beyond 2^53 */
const luaL_checkexact = function(L, arg) {
    let d = lua_tointegerexact(L, arg);
    if (d === false) interror(L, arg);
    return d;
};

/* the address of a value as tostring shows it; undefined for what has none */
const luaL_pointertext = function(L, idx) {
    let pointer = lua_topointer(L, idx);
    if (pointer === null || pointer === undefined) return undefined;
    lua_pushfstring(L, to_luastring("%p"), pointer);
    let text = lua_totext(L, -1);
    lua_pop(L, 1);
    return text;
};

const luaL_opt = function(L, f, n, d) {`,
    times: 1,
    why: 'arguments as texts and exact integers',
  },
  {
    find: 'module.exports.luaL_checkstring     = luaL_checkstring;\n',
    put: parts(
      'module.exports.luaL_checkstring     = luaL_checkstring;',
      'module.exports.luaL_checktext       = luaL_checktext;',
      'module.exports.luaL_opttext         = luaL_opttext;',
      'module.exports.luaL_totext          = luaL_totext;',
      'module.exports.luaL_checkexact      = luaL_checkexact;',
      'module.exports.luaL_checksize       = luaL_checksize;',
      'module.exports.luaL_pointertext     = luaL_pointertext;',
      '',
    ),
    times: 1,
    why: 'arguments as texts and exact integers',
  },
  {
    find: '    lua_tointegerx,\n    lua_tojsstring,',
    put: '    lua_tointegerexact,\n    lua_tointegerx,\n    lua_totext,\n    luaL_checksize,\n    lua_tojsstring,',
    times: 1,
    why: 'arguments as texts and exact integers',
  },
  {
    find: /case LUA_TNUMBER: \{\n {16}if \(lua_isinteger\(L, idx\)\)[^]*?break;/,
    put: `case LUA_TNUMBER: {
                lua_pushvalue(L, idx);
                lua_tolstring(L, -1);
                break;`,
    times: 1,
    why: 'integers of 64 bits',
  },
];

export const auxiliaryEdits = { 'lauxlib.js': bufferEdits };
