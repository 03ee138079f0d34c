// Tables: the keys 1 to n in an array, as in Lua; all others in a map whose entries are linked in the order in which
// they came. An entry that is set to nil stays until others come, so that a traversal can go on from it.

import { tableCode } from './table-code.mjs';

const why = 'an array for what is a list; one entry for each other key';

const requiredBy = (name) => `module.exports.${name}`;

export const tableEdits = {
  'ltable.js': [
    { find: /class Table \{[^]*?(?=module\.exports\.invalidateTMcache)/, put: tableCode, times: 1, why },
    {
      find: `${requiredBy('luaH_setint ')} = luaH_setint;\n`,
      put: `${requiredBy('luaH_setint ')} = luaH_setint;\n${requiredBy('luaH_setitem')} = luaH_setitem;\n`,
      times: 1,
      why,
    },
    {
      find: "const {\n    LUA_MAXINTEGER\n} = require('./luaconf.js');\n",
      put: '',
      times: 1,
      why: 'not needed',
    },
    { find: "const { lua_assert } = require('./llimits.js');\n", put: '', times: 1, why: 'not needed' },
  ],
  'lvm.js': [
    {
      find: `                for (; n > 0; n--) {
                    ltable.luaH_setint(h, last--, L.stack[ra + n]);
                }`,
      put: `                for (let j = 1; j <= n; j++)
                    ltable.luaH_setitem(h, last - n + j, L.stack[ra + j]);`,
      times: 1,
      why,
    },
  ],
  'llex.js': [
    {
      find: /let ts = luaS_new\(L, str\);\n {4}\/\* HACK:[^]*?return ts;/,
      put: `let text = textOf(str);
    let ts = ls.strings.get(text);
    if (ts === undefined) {
        ts = luaS_ofkey(text);
        ls.strings.set(text, ts);
    }
    return ts;`,
      times: 1,
      why: 'equal strings of a program are one',
    },
    {
      find: '        this.h = null;  /* to reuse strings */\n',
      put: '        this.h = null;  /* to reuse constants */\n        this.strings = new Map();  /* by text: to reuse strings */\n',
      times: 1,
      why: 'equal strings of a program are one',
    },
    {
      find: '    luaS_hashlongstr,\n    luaS_new\n',
      put: '    luaS_hashlongstr,\n    luaS_ofkey\n',
      times: 1,
      why: 'equal strings of a program are one',
    },
    {
      find: 'const FIRST_RESERVED = 257;\n',
      put: "const { textOf } = require('#fengari-part/bytes.mjs');\nconst FIRST_RESERVED = 257;\n",
      times: 1,
      why: 'our parts',
    },
    {
      find: 'const TVtrue = new lobject.TValue(LUA_TBOOLEAN, true);\n',
      put: '',
      times: 1,
      why: 'not needed',
    },
    { find: 'constant_types: { LUA_TBOOLEAN, LUA_TLNGSTR },\n', put: '', times: 1, why: 'not needed' },
    { find: "const ltable   = require('./ltable.js');\n", put: '', times: 1, why: 'not needed' },
  ],
  'lstring.js': [
    {
      find: 'module.exports.luaS_oftext      = luaS_oftext;\n',
      put: `/* the one string for a name: constants of programs and keys that the application uses */
const names = new Map();
const MAX_NAMES = 20000;

const luaS_ofkey = function(text) {
    let ts = names.get(text);
    if (ts === undefined) {
        if (names.size >= MAX_NAMES) names.clear();
        ts = new TString(null, text);
        names.set(text, ts);
    }
    return ts;
};

/* a key given as bytes, which must not change: they remember their string */
const luaS_ofkeybytes = function(bytes) {
    let ts = bytes.luaName;
    return ts === undefined ? (bytes.luaName = luaS_ofkey(textOf(bytes))) : ts;
};

module.exports.luaS_oftext      = luaS_oftext;
module.exports.luaS_ofkey       = luaS_ofkey;
module.exports.luaS_ofkeybytes  = luaS_ofkeybytes;
`,
      times: 1,
      why: 'names are made once',
    },
  ],
  'lapi.js': [
    {
      find: '        case LUA_TLIGHTUSERDATA:\n            return o.value;\n        default:\n            return null;\n    }\n};\n\n\n/* A proxy',
      put: `        case LUA_TLIGHTUSERDATA:
            return o.value;
        case LUA_TLNGSTR:  /* short strings with the same bytes are one */
            return o.vslen() <= 40 ? luaS_ofkey(o.value.gettext()) : o.value;
        default:
            return null;
    }
};


/* A proxy`,
      times: 1,
      why: 'strings have addresses in Lua 5.4',
    },
    {
      find: 'let str = luaS_new(L, from_userstring(k));',
      put: 'let str = typeof k === "string" ? luaS_ofkey(utf8TextOf(k)) : luaS_ofkeybytes(k);',
      times: 2,
      why: 'names are made once',
    },
    {
      find: '    luaS_newliteral,\n    luaS_oftext\n',
      put: '    luaS_newliteral,\n    luaS_ofkey,\n    luaS_ofkeybytes,\n    luaS_oftext\n',
      times: 1,
      why: 'names are made once',
    },
    {
      find: "const { meter } = require('#fengari-part/limits.mjs');\n",
      put: "const { meter } = require('#fengari-part/limits.mjs');\nconst { utf8TextOf } = require('#fengari-part/bytes.mjs');\n",
      times: 1,
      why: 'our parts',
    },
  ],
};
