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
    meter.charge(L, str.length);
    return new TString(str, null);
};

const luaS_oftext = function(L, text) {
    meter.charge(L, text.length);
    return new TString(null, text);
};

/* makes a copy */
const luaS_new = function(L, str) {
    let length = str.length;
    meter.charge(L, length);
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
    {
      find: '    luaS_hashlongstr,\n    TString\n',
      put: '    luaS_hashlongstr\n',
      times: 1,
      why: 'not needed',
    },
  ],
};
