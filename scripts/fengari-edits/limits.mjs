// Places where a script could hold the thread without a hook coming in, and what native errors become.

const why = 'the tick comes in here';
const STEP = 'if (--meter.left < 0) meter.expire(L);';

const requireMeter = "const { meter } = require('#fengari-part/limits.mjs');\n";

/** Adds a step to a loop: `begin` is how its body begins. */
function counted(begin, step = STEP) {
  return { find: begin, put: `${begin}\n${step}`, times: 1, why };
}

const tableEdits = [
  {
    find: "const lualib = require('./lualib.js');\n",
    put: `const lualib = require('./lualib.js');\n${requireMeter}`,
    times: 1,
    why: 'our parts',
  },
  counted('for (let i = e; i > pos; i--) {  /* move up elements */'),
  counted('for (; pos < size; pos++) {'),
  counted('for (let i = 0; i < n; i++) {'),
  counted('for (let i = n - 1; i >= 0; i--) {'),
  {
    find: '    for (; i < e; i++)  /* push arg[i..e - 1] (to avoid overflows) */\n        lua_geti(L, 1, i);',
    put: `    for (; i < e; i++) {  /* push arg[i..e - 1] (to avoid overflows) */
        ${STEP}
        lua_geti(L, 1, i);
    }`,
    times: 1,
    why,
  },
  counted('const sort_comp = function(L, a, b) {'),
  {
    find: 'for (let i = n; i >= 1; i--)  /* assign elements */',
    put: 'meter.take(L, n);\n    for (let i = n; i >= 1; i--)  /* assign elements */',
    times: 1,
    why,
  },
  {
    find: /const addfield = function[^]*?\n\};\n/,
    put: `const addfield = function(L, i) {
    ${STEP}
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
        luaL_error(L, to_luastring("invalid value (%s) at index %d in table for 'concat'"),
            luaL_typename(L, -1), i);
    let text = lua_totext(L, -1);
    lua_pop(L, 1);
    return text;
};
`,
    times: 1,
    why: 'texts are joined',
  },
  {
    find: /let sep = luaL_optlstring\(L, 2, ""\);[^]*?luaL_pushresult\(b\);/,
    put: `let sep = luaL_opttext(L, 2, "");
    let i = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);

    let text = "";
    for (; i < last; i++) {
        text += addfield(L, i) + sep;
        if (text.length > meter.cap) luaL_checksize(L, text.length);
    }

    if (i === last)
        text += addfield(L, i);

    lua_pushtext(L, text);`,
    times: 1,
    why: 'texts are joined',
  },
  {
    find: '    luaL_Buffer,\n    luaL_addlstring,\n    luaL_addvalue,\n',
    put: '    luaL_opttext,\n',
    times: 1,
    why: 'texts are joined',
  },
  {
    find: '    lua_toboolean,\n',
    put: '    lua_toboolean,\n    lua_totext,\n    lua_pushtext,\n    luaL_checksize,\n',
    times: 1,
    why: 'texts are joined',
  },
  { find: '    luaL_buffinit,\n', put: '', times: 1, why: 'not needed' },
  { find: '    luaL_optlstring,\n    luaL_pushresult,\n', put: '', times: 1, why: 'not needed' },
];

/** A native error is a Lua error with a readable message. */
const nativeErrors = {
  find: /\/\* run user error handler \(if it exists\) \*\/\n[^]*?(?=\n {8}\}\n {4}\}\n\n {4}L\.errorJmp = lj\.previous;)/,
  put: `/* it becomes a message, for which there may be a handler */
            try {
                L.nCcalls = oldnCcalls;
                luaD_pushnative(L, e);
                if (L.errfunc !== 0) {
                    let errfunc = L.errfunc;
                    lobject.pushobj2s(L, L.stack[L.top - 1]); /* move argument */
                    lobject.setobjs2s(L, L.top - 2, errfunc); /* push function */
                    luaD_callnoyield(L, L.top - 2, 1);
                }
                lj.status = LUA_ERRRUN;
            } catch (e2) {
                if (lj.status === LUA_OK) {
                    /* no room for it here: it is for an outer call to say */
                    L.errorJmp = lj.previous;
                    L.nCcalls = oldnCcalls;
                    throw e;
                }
            }`,
  times: 1,
  why: 'native errors are readable',
};

export const limitEdits = {
  'lvm.js': [
    {
      find: 'if (n === 0) n = L.top - ra - 1;\n',
      put: 'if (n === 0) n = L.top - ra - 1;\n                meter.take(L, n);\n',
      times: 1,
      why: 'one instruction makes a table of a million',
    },
  ],
  'luaconf.js': [
    {
      find: 'const LUAI_MAXSTACK = conf.LUAI_MAXSTACK || 1000000;',
      put: 'const LUAI_MAXSTACK = 500000;',
      times: 1,
      why: 'a full stack takes tens of megabytes',
    },
  ],
  'lparser.js': [
    {
      find: "const llex     = require('./llex.js');\n",
      put: "const llex     = require('./llex.js');\nconst ldebug   = require('./ldebug.js');\n",
      times: 1,
      why: 'errors without a token',
    },
    {
      find: 'checklimit(ls.fs, L.nCcalls, LUAI_MAXCCALLS, to_luastring("JS levels", true));',
      put: 'if (L.nCcalls > LUAI_MAXCCALLS) ldebug.luaG_runerror(L, to_luastring("C stack overflow", true));',
      times: 1,
      why: 'the words of Lua 5.4',
    },
  ],
  'ltablib.js': tableEdits,
  'llex.js': [
    {
      find: 'const luaX_next = function(ls) {\n',
      put: 'const luaX_next = function(ls) {\n    if (--meter.left < 0) meter.expire(ls.L);\n',
      times: 1,
      why,
    },
    {
      find: 'const FIRST_RESERVED = 257;\n',
      put: `${requireMeter}\nconst FIRST_RESERVED = 257;\n`,
      times: 1,
      why: 'our parts',
    },
  ],
  'ldo.js': [
    nativeErrors,
    {
      find: 'const luaD_rawrunprotected = function',
      put: `/* pushes a native error as a message */
const luaD_pushnative = function(L, e) {
    let isOverflow = e instanceof RangeError && /call stack/.test(e.message);
    luaD_checkstack(L, 2);
    lobject.pushsvalue2s(L, luaS_newliteral(L, isOverflow ? "stack overflow" : String(e)));
};

const luaD_rawrunprotected = function`,
      times: 1,
      why: 'native errors are readable',
    },
    {
      find: 'to_luastring("JS stack overflow", true)',
      put: 'to_luastring("C stack overflow", true)',
      times: 1,
      why: 'the words of Lua',
    },
    {
      find: '"JS stack overflow", nargs',
      put: '"C stack overflow", nargs',
      times: 1,
      why: 'the words of Lua',
    },
  ],
};
