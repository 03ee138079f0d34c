// lstrlib.js: most functions are ours (scripts/fengari/string-functions.mjs), pack and unpack have 64 bits.

/** The functions that ours stand in for. */
const replaced = [
  'byte',
  'char',
  'find',
  'format',
  'gmatch',
  'gsub',
  'match',
  'len',
  'lower',
  'rep',
  'reverse',
  'sub',
  'upper',
];

const libraryEdits = [
  {
    find: /const str_sub = function[^]*?(?=const writer = function)/,
    put: '',
    times: 1,
    why: 'ours stand in for them',
  },
  {
    find: /const SIZELENMOD = [^]*?(?=const isalpha = )/,
    put: '',
    times: 1,
    why: 'ours stand in for them',
  },
  {
    find: /const str_reverse = function[^]*?(?=const str_packsize = )/,
    put: '',
    times: 1,
    why: 'ours stand in for them',
  },
  {
    find: /const CAP_UNFINISHED = -1;[^]*?(?=const strlib = \{)/,
    put: '',
    times: 1,
    why: 'ours stand in for them',
  },
  {
    find: /const isalpha = [^]*?(?=\/\* value used for padding)/,
    put: 'const isdigit = e => 48 <= e && e <= 57;\n',
    times: 1,
    why: 'ours stand in for them',
  },
  ...replaced.map((name) => ({
    find: new RegExp(`    "${name}": +str_${name},?\\n`),
    put: '',
    times: 1,
    why: 'ours stand in for them',
  })),
  {
    find: '    "unpack":   str_unpack,\n',
    put: '    "unpack":   str_unpack\n',
    times: 1,
    why: 'the last one now',
  },
  {
    find: '    luaL_newlib(L, strlib);\n',
    put: '    luaL_newlib(L, strlib);\n    luaL_setfuncs(L, ours, 0);\n',
    times: 1,
    why: 'ours stand in for them',
  },
  {
    find: "const { sprintf } = require('sprintf-js');\n",
    put: `const { makeStringFunctions } = require('#fengari-part/string-functions.mjs');
const { makeStringArithmetic } = require('#fengari-part/string-arithmetic.mjs');
const { fitsIn, readInteger, writeInteger } = require('#fengari-part/pack-integer.mjs');
const { meter } = require('#fengari-part/limits.mjs');
const { unsigned } = require('#fengari-part/integers.mjs');
`,
    times: 1,
    why: 'our parts; C formats need no package',
  },
  {
    find: /const \{\n {4}LUA_INTEGER_FMT,[^]*?\} = require\('\.\/luaconf\.js'\);\n/,
    put: '',
    times: 1,
    why: 'not needed',
  },
  {
    find: "const sL_ESC  = '%';",
    put: `const api = { ...require('./lua.js'), ...require('./lauxlib.js'), bytesOf: require('#fengari-part/bytes.mjs').bytesOf };
const ours = makeStringFunctions(api);
const arithmetic = makeStringArithmetic(api);
const { luaL_checkexact, luaL_setfuncs } = api;

const sL_ESC  = '%';`,
    times: 1,
    why: 'our parts',
  },
  {
    find: '    lua_setfield(L, -2, to_luastring("__index", true));  /* metatable.__index = string */\n',
    put: `    lua_setfield(L, -2, to_luastring("__index", true));  /* metatable.__index = string */
    luaL_setfuncs(L, arithmetic, 0);
`,
    times: 1,
    why: 'strings calculate by metamethods',
  },
];

const packEdits = [
  {
    find: 'const SZINT = 4; // Size of lua_Integer',
    put: 'const SZINT = 8; // Size of lua_Integer',
    times: 1,
    why: 'integers have 64 bits',
  },
  ...["case 108 /*'l'*/", "case 76  /*'L'*/", "case 106 /*'j'*/", "case 74  /*'J'*/", "case 84  /*'T'*/"].map(
    (option) => ({
      find: `${option}: r.size = 4;`,
      put: `${option}: r.size = 8;`,
      times: 1,
      why: 'sizes as on the server',
    }),
  ),
  {
    find: 'r.size = getnumlimit(h, fmt, 4); r.opt = Kstring;',
    put: 'r.size = getnumlimit(h, fmt, 8); r.opt = Kstring;',
    times: 1,
    why: 'sizes as on the server',
  },
  {
    find: /const packint = function\(b, n, islittle, size, neg\) \{[^]*?\n\};\n/,
    put: `const packint = function(b, n, isLittle, size, isSigned) {
    writeInteger(luaL_prepbuffsize(b, size), n, { size, isLittle, isSigned });
    luaL_addsize(b, size);  /* add result to buffer */
};
`,
    times: 1,
    why: 'integers have 64 bits',
  },
  {
    find: /case Kint: \{ {2}\/\* signed integers \*\/\n[^]*?(?=\n {12}case Kfloat: \{ {2}\/\* floating-point options \*\/)/,
    put: `case Kint: {  /* signed integers */
                let n = luaL_checkexact(L, arg);
                luaL_argcheck(L, fitsIn(n, size, true), arg, "integer overflow");
                packint(b, n, h.islittle, size, true);
                break;
            }
            case Kuint: {  /* unsigned integers */
                let n = luaL_checkexact(L, arg);
                luaL_argcheck(L, fitsIn(n, size, false), arg, "unsigned overflow");
                packint(b, n, h.islittle, size, false);
                break;
            }`,
    times: 1,
    why: 'integers have 64 bits',
  },
  {
    find: `size >= 4 /* sizeof(size_t) */ || len < (1 << (size * NB)),`,
    put: 'fitsIn(len, size, false),',
    times: 1,
    why: 'integers have 64 bits',
  },
  {
    find: 'packint(b, len, h.islittle, size, 0);',
    put: 'packint(b, len, h.islittle, size, false);',
    times: 1,
    why: 'integers have 64 bits',
  },
  {
    find: /const unpackint = function\(L, str, islittle, size, issigned\) \{[^]*?\n\};\n/,
    put: `const unpackint = function(L, str, islittle, size, issigned) {
    let res = readInteger(str, size, islittle, issigned);
    if (res === undefined)
        luaL_error(L, to_luastring("%d-byte integer does not fit into Lua Integer"), size);
    return res;
};
`,
    times: 1,
    why: 'integers have 64 bits',
  },
  {
    find: 'let len = unpackint(L, data.subarray(pos), h.islittle, size, 0);',
    put: 'let len = Number(unsigned(unpackint(L, data.subarray(pos), h.islittle, size, false)));',
    times: 1,
    why: 'a length',
  },
  {
    find: '"strings contains zeros"',
    put: '"string contains zeros"',
    times: 1,
    why: 'the words of Lua 5.4',
  },
  {
    find: `                if (e === -1) e = data.length - pos;
`,
    put: `                if (e === -1) luaL_argerror(L, 2, to_luastring("unfinished string for format 'z'"));
`,
    times: 1,
    why: 'a string that does not end is an error',
  },
  {
    find: `let pos = posrelat(luaL_optinteger(L, 3, 1), ld) - 1;`,
    put: `let pos = posrelat(luaL_optinteger(L, 3, 1), ld) - 1;
    if (pos < 0) pos = 0;`,
    times: 1,
    why: 'positions before the string are its begin',
  },
];

export const stringLibraryEdits = { 'lstrlib.js': [...libraryEdits, ...packEdits] };
