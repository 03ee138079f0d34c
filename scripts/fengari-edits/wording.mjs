// What errors and tracebacks say, in the words of Lua 5.4.

const why = 'the words of Lua 5.4';
const swap = (find, put, times = 1) => ({ find, put, times, why });

export const wordingEdits = {
  'llex.js': [
    {
      find: `        r = (r << 4) + lobject.luaO_hexavalue(ls.current);
        esccheck(ls, r <= 0x10FFFF, to_luastring("UTF-8 value too large", true));`,
      put: `        esccheck(ls, r <= 0x7FFFFFF, to_luastring("UTF-8 value too large", true));
        r = (r << 4) + lobject.luaO_hexavalue(ls.current);`,
      times: 1,
      why: 'codes of up to 31 bits',
    },
  ],
  'lobject.js': [swap('lua_assert(x <= 0x10FFFF);', 'lua_assert(x <= 0x7FFFFFFF);')],
  'lparser.js': [
    swap(
      `        ? "<%s> at line %d not inside a loop"
        :`,
      `        ? "%s outside loop at line %d"
        :`,
    ),
  ],
  'lcorolib.js': [
    {
      find: '    luaL_argcheck(L, co, 1, "thread expected");\n',
      put: '    if (co === null) luaL_typeerror(L, 1, to_luastring("thread"));\n',
      times: 1,
      why,
    },
    {
      find: '    luaL_argcheck,\n    luaL_checktype,',
      put: '    luaL_typeerror,\n    luaL_error,\n    luaL_checktype,',
      times: 1,
      why,
    },
    {
      find: '    lua_xmove,\n    lua_yield\n',
      put: '    lua_xmove,\n    lua_yield,\n    lua_closethread\n',
      times: 1,
      why,
    },
    {
      find: 'const getco = ',
      put: "const { to_luastring } = require('./fengaricore.js');\n\nconst getco = ",
      times: 1,
      why,
    },
    {
      find: 'const luaB_costatus = function(L) {\n    let co = getco(L);\n',
      put: `const luaB_close = function(L) {
    let co = getco(L);
    pushstatus(L, co);
    let status = lua_totext(L, -1);
    if (status !== "dead" && status !== "suspended")
        return luaL_error(L, to_luastring("cannot close a %s coroutine"), status);
    if (lua_closethread(co) === LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
};

const luaB_costatus = function(L) {
    return pushstatus(L, getco(L));
};

const pushstatus = function(L, co) {
`,
      times: 1,
      why: 'coroutine.close of Lua 5.4',
    },
    { find: '    lua_tothread,\n', put: '    lua_tothread,\n    lua_totext,\n', times: 1, why },
    {
      find: '    "create":      luaB_cocreate,\n',
      put: '    "close":       luaB_close,\n    "create":      luaB_cocreate,\n',
      times: 1,
      why,
    },
  ],
  'ldo.js': [
    swap('"attempt to yield across a JS-call boundary"', '"attempt to yield across a C-call boundary"'),
    swap('ldebug.luaG_typeerror(L, func, to_luastring("call", true));', 'ldebug.luaG_callerror(L, func);'),
    {
      find: 'if (!tm.ttisfunction(tm))',
      put: 'if (tm.ttisnil())',
      times: 1,
      why: 'what is called for a value may be such a value itself',
    },
    {
      find: 'const lua_isyieldable = ',
      put: `/* ends a coroutine that is not running; its error is left on its stack */
const lua_closethread = function(L) {
    let status = L.status === LUA_YIELD ? LUA_OK : L.status;
    let err = status === LUA_OK ? null : L.stack[L.top - 1];
    L.ci = L.base_ci;
    L.ci.callstatus = 0;
    L.ci.funcOff = 0;
    L.ci.func = L.stack[0];
    L.ci.top = 1 + LUA_MINSTACK;
    L.status = LUA_OK;
    L.errfunc = 0;
    L.nny = 1;
    adjust_top(L, 1);
    if (err !== null) lobject.pushobj2s(L, err);
    return status;
};

const lua_isyieldable = `,
      times: 1,
      why: 'coroutine.close of Lua 5.4',
    },
    {
      find: 'module.exports.lua_isyieldable      = lua_isyieldable;\n',
      put: 'module.exports.lua_isyieldable      = lua_isyieldable;\nmodule.exports.lua_closethread      = lua_closethread;\n',
      times: 1,
      why,
    },
  ],
  'lua.js': [
    {
      find: 'module.exports.lua_isyieldable         = ldo.lua_isyieldable;\n',
      put: 'module.exports.lua_isyieldable         = ldo.lua_isyieldable;\nmodule.exports.lua_closethread         = ldo.lua_closethread;\n',
      times: 1,
      why,
    },
  ],
  'defs.js': [
    swap('const LUA_VERSION_MINOR   = "3";', 'const LUA_VERSION_MINOR   = "4";'),
    swap('const LUA_VERSION_NUM     = 503;', 'const LUA_VERSION_NUM     = 504;'),
  ],
  'lundump.js': [swap('this.LoadByte() !== 0x53', 'this.LoadByte() !== 0x54')],
  'lbaselib.js': [
    {
      find: 'const base_funcs = {\n',
      put: `/* warnings are off until "@on", and nothing here shows them */
const luaB_warn = function(L) {
    let n = lua_gettop(L);
    luaL_checkstring(L, 1);
    for (let i = 2; i <= n; i++) luaL_checkstring(L, i);
    return 0;
};

const base_funcs = {
    "warn":           luaB_warn,
`,
      times: 1,
      why: 'warn of Lua 5.4',
    },
    {
      find: '    luaL_checkstack,\n    luaL_checktype,',
      put: '    luaL_checkstack,\n    luaL_checkstring,\n    luaL_checktype,',
      times: 1,
      why: 'warn of Lua 5.4',
    },
  ],
  'ldebug.js': [
    swap(
      'const luaG_concaterror = ',
      `/* what is called is no function: the code that calls may know its name */
const luaG_callerror = function(L, o) {
    let ci = L.ci;
    let kind = ci.callstatus & lstate.CIST_LUA ? funcnamefromcode(L, ci) : null;
    let extra = kind
        ? lobject.luaO_pushfstring(L, to_luastring(" (%s '%s')", true), kind.funcname, kind.name)
        : varinfo(L, o);
    luaG_runerror(L, to_luastring("attempt to call a %s value%s", true), ltm.luaT_objtypename(L, o), extra);
};

const luaG_concaterror = `,
    ),
    swap(
      'module.exports.luaG_concaterror = luaG_concaterror;\n',
      'module.exports.luaG_concaterror = luaG_concaterror;\nmodule.exports.luaG_callerror   = luaG_callerror;\n',
    ),
    swap('"(*vararg)"', '"(vararg)"'),
    swap(
      'name = to_luastring("(*temporary)", true);',
      'name = to_luastring(ci.callstatus & lstate.CIST_LUA ? "(temporary)" : "(C temporary)", true);',
    ),
    swap('"=[JS]"', '"=[C]"'),
    swap('to_luastring("J", true)', 'to_luastring("C", true)'),
    swap(
      "        /* else no reasonable name found */\n    } else {  /* 'c' is a register */",
      `        if (kvalue.ttisinteger() && kvalue.value >= 0 && kvalue.value < 256) {
            r.name = to_luastring("integer index", true);
            return r;
        }
        /* else no reasonable name found */
    } else {  /* 'c' is a register */`,
    ),
    swap('r.name = L.l_G.tmname[tm].getstr();', 'r.name = L.l_G.tmname[tm].getstr().subarray(2);'),
  ],
  'lauxlib.js': [
    swap(
      `            lua_pushliteral(L, "\\n\\t...");  /* add a '...' */
            level = last - LEVELS2 + 1;  /* and skip to last ones */`,
      `            let skipped = last - level - LEVELS2 + 1;
            lua_pushliteral(L, \`\\n\\t...\\t(skipping \${skipped} levels)\`);
            lua_concat(L, 2);
            level += skipped;  /* and skip to last ones */`,
    ),
    swap('"\\n\\t(...tail calls..)"', '"\\n\\t(...tail calls...)"'),
  ],
};
