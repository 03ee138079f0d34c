// Strings are kept as text, as bytes, or as both (scripts/fengari/bytes.mjs), and never grow beyond a cap.

const parts = (...names) => names.join('\n');

const stringEdit = {
  find: /class TString \{[^]*?(?=module\.exports\.luaS_eqlngstr)/,
  put: `const { bytesOf, textOf, utf8TextOf } = require('#fengari-part/bytes.mjs');
const { meter } = require('#fengari-part/limits.mjs');

/* at least one of both is known; what is made of one is kept */
class TString {
    constructor(bytes, text) {
        this.bytes = bytes;
        this.text = text;
    }

    getstr() {
        return this.bytes === null ? (this.bytes = bytesOf(this.text)) : this.bytes;
    }

    gettext() {
        return this.text === null ? (this.text = textOf(this.bytes)) : this.text;
    }

    tsslen() {
        return this.text === null ? this.bytes.length : this.text.length;
    }
}

const luaS_eqlngstr = function(a, b) {
    return a === b || (a.tsslen() === b.tsslen() && a.gettext() === b.gettext());
};

/* the key of a string in a table: its text */
const luaS_hash = textOf;

const luaS_hashlongstr = function(ts) {
    return ts.text === null ? ts.gettext() : ts.text;
};

/* variant that takes ownership of array */
const luaS_bless = function(L, str) {
    meter.allocated += str.length;
    return new TString(str, null);
};

const luaS_oftext = function(L, text) {
    meter.allocated += text.length;
    return new TString(null, text);
};

/* makes a copy */
const luaS_new = function(L, str) {
    let length = str.length;
    meter.allocated += length;
    return length > 64 ? new TString(str.slice(), null) : new TString(null, textOf(str));
};

/* takes a js string */
const luaS_newliteral = function(L, str) {
    return luaS_oftext(L, utf8TextOf(str));
};

module.exports.luaS_oftext      = luaS_oftext;
`,
  times: 1,
  why: 'text or bytes; hashes that are the same only for the same string',
};

const apiText = `
/* a string or number as text with one character for each byte; null for all else */
const lua_totext = function(L, idx) {
    let o = index2addr(L, idx);
    if (!o.ttisstring()) {
        if (!lvm.cvt2str(o)) return null;
        lobject.luaO_tostring(L, o);
    }
    return o.value.gettext();
};

/* pushes a string given as such a text */
const lua_pushtext = function(L, text) {
    luaL_checksize(L, text.length);
    lobject.pushsvalue2s(L, luaS_oftext(L, text));
    api_check(L, L.top <= L.ci.top, "stack overflow");
};

/* raises Lua's memory error when a string cannot be so long */
const luaL_checksize = function(L, size) {
    if (size > meter.cap) ldo.luaD_throw(L, LUA_ERRMEM);
};
`;

const apiEdits = [
  {
    find: '    luaS_new,\n    luaS_newliteral\n',
    put: '    luaS_new,\n    luaS_newliteral,\n    luaS_oftext\n',
    times: 1,
    why: 'texts',
  },
  {
    find: 'thread_status: { LUA_OK },',
    put: 'thread_status: { LUA_ERRMEM, LUA_OK },',
    times: 1,
    why: 'the memory error',
  },
  {
    find: 'const CClosure  = lobject.CClosure;\n',
    put: "const CClosure  = lobject.CClosure;\nconst { meter } = require('#fengari-part/limits.mjs');\n",
    times: 1,
    why: 'our parts',
  },
  {
    find: 'const lua_tostring =  lua_tolstring;\n',
    put: `const lua_tostring =  lua_tolstring;\n${apiText}`,
    times: 1,
    why: 'strings as texts, and their cap',
  },
  {
    find: 'module.exports.lua_tolstring         = lua_tolstring;\n',
    put: parts(
      'module.exports.lua_tolstring         = lua_tolstring;',
      'module.exports.lua_totext            = lua_totext;',
      'module.exports.lua_pushtext          = lua_pushtext;',
      'module.exports.luaL_checksize        = luaL_checksize;',
      '',
    ),
    times: 1,
    why: 'strings as texts, and their cap',
  },
  {
    find: '    return ts.value;\n',
    put: '    return ts.getstr();\n',
    times: 1,
    why: 'what lua_pushlstring answers',
  },
  {
    find: '        s = ts.getstr(); /* internal copy */\n',
    put: '',
    times: 2,
    why: 'nobody asks for the copy; making it would cost',
  },
];

const concat = {
  find: /\/\* copy strings in stack from top - n up to top - 1 to buffer \*\/[^]*?(?=\/\*\n\*\* Main operation for concatenation)/,
  put: '',
  times: 1,
  why: 'strings are joined as texts',
};

const concatBody = {
  find: /let tl = L\.stack\[top-1\]\.vslen\(\);[^]*?lobject\.setsvalue2s\(L, top - n, ts\);/,
  put: `let text = L.stack[top-1].value.gettext();
            for (n = 1; n < total && tostring(L, top - n - 1); n++) {
                text = L.stack[top - n - 1].value.gettext() + text;
                if (text.length > meter.cap) ldo.luaD_throw(L, LUA_ERRMEM);
            }
            lobject.setsvalue2s(L, top - n, luaS_oftext(L, text));`,
  times: 1,
  why: 'strings are joined as texts, up to the cap',
};

const bufferEdits = [
  {
    find: 'let newsize = Math.max(B.b.length * 2, newend);  /* double buffer size */',
    put: `luaL_checksize(B.L, newend);
        let newsize = Math.max(B.b.length * 2, newend);  /* double buffer size */`,
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

/** The functions that ours stand in for. */
const replaced = ['byte', 'char', 'format', 'len', 'lower', 'rep', 'reverse', 'sub', 'upper'];

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
    find: /const addquoted = function[^]*?(?=\/\* value used for padding \*\/)/,
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
const { luaL_checkexact, luaL_setfuncs } = api;

const sL_ESC  = '%';`,
    times: 1,
    why: 'our parts',
  },
  {
    find: '    lua_setfield(L, -2, to_luastring("__index", true));  /* metatable.__index = string */\n',
    put: `    lua_setfield(L, -2, to_luastring("__index", true));  /* metatable.__index = string */
    luaL_setfuncs(L, makeStringArithmetic(api), 0);
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
    put: `const packint = function(b, n, islittle, size) {
    writeInteger(luaL_prepbuffsize(b, size), n, size, islittle);
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
                packint(b, n, h.islittle, size);
                break;
            }
            case Kuint: {  /* unsigned integers */
                let n = luaL_checkexact(L, arg);
                luaL_argcheck(L, fitsIn(n, size, false), arg, "unsigned overflow");
                packint(b, n, h.islittle, size);
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
    put: 'packint(b, len, h.islittle, size);',
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
    put: 'let len = Number(unpackint(L, data.subarray(pos), h.islittle, size, false));',
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

export const stringEdits = {
  'lstring.js': [
    stringEdit,
    {
      find: /const \{\n {4}is_luastring,[^]*?const \{ lua_assert \} = require\("\.\/llimits\.js"\);\n/,
      put: '',
      times: 1,
      why: 'not needed',
    },
  ],
  'lapi.js': apiEdits,
  'lua.js': [
    {
      find: 'module.exports.lua_tointegerx          = lapi.lua_tointegerx;\n',
      put: parts(
        'module.exports.lua_tointegerx          = lapi.lua_tointegerx;',
        'module.exports.lua_tointegerexact      = lapi.lua_tointegerexact;',
        'module.exports.lua_totext              = lapi.lua_totext;',
        'module.exports.lua_pushtext            = lapi.lua_pushtext;',
        'module.exports.luaL_checksize          = lapi.luaL_checksize;',
        '',
      ),
      times: 1,
      why: 'strings as texts, exact integers',
    },
  ],
  'lvm.js': [
    concat,
    concatBody,
    {
      find: '    luaS_bless,\n    luaS_eqlngstr,',
      put: '    luaS_oftext,\n    luaS_eqlngstr,',
      times: 1,
      why: 'texts',
    },
    {
      find: "const ldo     = require('./ldo.js');\n",
      put: "const ldo     = require('./ldo.js');\nconst { meter } = require('#fengari-part/limits.mjs');\n",
      times: 1,
      why: 'our parts',
    },
    {
      find: "    to_luastring\n} = require('./defs.js');",
      put: "    thread_status: { LUA_ERRMEM },\n    to_luastring\n} = require('./defs.js');",
      times: 1,
      why: 'the memory error',
    },
  ],
  'lauxlib.js': bufferEdits,
  'lstrlib.js': [...libraryEdits, ...packEdits],
  'ltable.js': [
    { find: 'return "*" + v;', put: 'return "\\u0100*" + v;', times: 1, why: 'no text of a Lua string' },
    { find: 'return "#" + v;', put: 'return "\\u0100#" + v;', times: 1, why: 'no text of a Lua string' },
    {
      find: 'return v?"?true":"?false";',
      put: 'return v?"\\u0100true":"\\u0100false";',
      times: 1,
      why: 'no text of a Lua string',
    },
    {
      find: '                default:\n                    return v;',
      put: '                case "bigint":\n                    return "\\u0100#" + v;\n                default:\n                    return v;',
      times: 1,
      why: 'no integer',
    },
    { find: '    lua_assert(key instanceof TString);\n', put: '', times: 1, why: 'costs' },
    {
      find: '    luaS_hashlongstr,\n    TString\n',
      put: '    luaS_hashlongstr\n',
      times: 1,
      why: 'not needed',
    },
  ],
};
