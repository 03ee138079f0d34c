// The math, os and base libraries on integers of 64 bits.

/** Functions of lmathlib.js that ours stand in for. */
const replaced = ['abs', 'ceil', 'floor', 'fmod', 'log', 'max', 'min', 'modf', 'random', 'randomseed', 'ult'];
const why = 'ours stand in for them';

export const mathEdits = {
  'lutf8lib.js': [
    {
      find: /^[^]*$/,
      put: `const api = { ...require('./lua.js'), ...require('./lauxlib.js') };
const { makeUtf8Functions } = require('#fengari-part/utf8-functions.mjs');

const ours = makeUtf8Functions(api);

const luaopen_utf8 = function(L) {
    api.luaL_newlib(L, ours);
    api.lua_pushtext(L, "[\\0-\\x7f\\xc2-\\xfd][\\x80-\\xbf]*");
    api.lua_setfield(L, -2, "charpattern");
    return 1;
};

module.exports.luaopen_utf8 = luaopen_utf8;
`,
      times: 1,
      why: 'codes of up to six bytes, as in Lua 5.4',
    },
  ],
  'lmathlib.js': [
    {
      find: /let rand_state;\n[^]*?(?=const math_sin = )/,
      put: "const { MAX_INTEGER, MIN_INTEGER, makeMathFunctions } = require('#fengari-part/math-functions.mjs');\nconst api = { ...require('./lua.js'), ...require('./lauxlib.js') };\nconst ours = makeMathFunctions(api);\n",
      times: 1,
      why,
    },
    { find: /const math_toint = function[^]*?(?=const math_sqrt = )/, put: '', times: 1, why },
    { find: /const math_ult = function[^]*?(?=const math_exp = )/, put: '', times: 1, why },
    { find: /const math_min = function[^]*?(?=const math_type = )/, put: '', times: 1, why },
    { find: /const math_fmod = function[^]*?(?=const mathlib = )/, put: '', times: 1, why },
    ...replaced.map((name) => ({
      find: new RegExp(`    "${name}": +math_${name},?\\n`),
      put: '',
      times: 1,
      why,
    })),
    { find: /    "tointeger": +math_toint,\n/, put: '', times: 1, why },
    {
      find: '    luaL_newlib(L, mathlib);\n',
      put: `    luaL_newlib(L, mathlib);
    api.luaL_setfuncs(L, ours, 0);
`,
      times: 1,
      why,
    },
    {
      find: 'lua_pushinteger(L, LUA_MAXINTEGER);',
      put: 'lua_pushinteger(L, MAX_INTEGER);',
      times: 1,
      why: 'integers have 64 bits',
    },
    {
      find: 'lua_pushinteger(L, LUA_MININTEGER);',
      put: 'lua_pushinteger(L, MIN_INTEGER);',
      times: 1,
      why: 'integers have 64 bits',
    },
    {
      find: /const \{\n {4}LUA_MAXINTEGER,[^]*?\} = require\('\.\/luaconf\.js'\);\n/,
      put: '',
      times: 1,
      why: 'not needed',
    },
  ],
  'lbaselib.js': [
    {
      find: /const b_str2int = function[^]*?\n\};\n/,
      put: "const { readInBase } = require('#fengari-part/numerals.mjs');\n",
      times: 1,
      why: 'integers have 64 bits',
    },
    {
      find: `        let s = lua_tostring(L, 1);
        luaL_argcheck(L, 2 <= base && base <= 36, 2, "base out of range");
        let n = b_str2int(s, base);
        if (n !== null) {`,
      put: `        luaL_argcheck(L, 2 <= base && base <= 36, 2, "base out of range");
        let n = readInBase(lua_totext(L, 1), base);
        if (n !== undefined) {`,
      times: 1,
      why: 'integers have 64 bits',
    },
    { find: '    lua_tolstring,\n', put: '    lua_tolstring,\n    lua_totext,\n', times: 1, why: 'texts' },
    {
      find: '                return 1;  /* successful conversion to number */\n        }',
      put: '                return 1;  /* successful conversion to number */\n            luaL_checkany(L, 1);  /* (but there must be some parameter) */\n        }',
      times: 1,
      why: 'as in Lua',
    },
  ],
  'lauxlib.js': [
    {
      find: '/* an integer argument: a bigint beyond 2^53 */\n',
      put: `/* what math.randomseed is given: an integer, or the bits of a float */
const luaL_checkseed = function(L, arg) {
    let integer = lua_tointegerexact(L, arg);
    return integer === false ? fromHostFloat(luaL_checknumber(L, arg)) : integer;
};

const fromHostFloat = function(value) {
    return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
};

/* an integer argument: a bigint beyond 2^53 */
`,
      times: 1,
      why: 'math.randomseed takes floats too',
    },
    {
      find: 'module.exports.luaL_checkexact      = luaL_checkexact;\n',
      put: 'module.exports.luaL_checkexact      = luaL_checkexact;\nmodule.exports.luaL_checkseed       = luaL_checkseed;\n',
      times: 1,
      why: 'math.randomseed takes floats too',
    },
  ],
};
