// Lua 5.4, where scripts could notice.

const typeErrors = [
  [
    't === LUA_TTABLE || t === LUA_TSTRING, 1, "table or string expected"',
    't === LUA_TTABLE || t === LUA_TSTRING',
    1,
    'table or string',
  ],
  [
    't === LUA_TNIL || t === LUA_TTABLE, 2, "nil or table expected"',
    't === LUA_TNIL || t === LUA_TTABLE',
    2,
    'nil or table',
  ],
].map(([find, condition, arg, expected]) => ({
  find: `luaL_argcheck(L, ${find});`,
  put: `if (!(${condition})) luaL_typeerror(L, ${arg}, to_luastring("${expected}"));`,
  times: 1,
  why: 'the words of Lua 5.4',
}));

/** Where addresses begin that scripts see, and how far apart they are: they look as on the server. */
const ADDRESSES = 'to_luastring("0x" + (0x558000000000 + 32 * ID).toString(16))';

export const dialectEdits = {
  'llimits.js': [
    {
      find: 'let m = a % b;\n    if ((m*b) < 0)\n',
      put: 'let m = floatRest(a, b);\n    if (m > 0 ? b < 0 : m < 0 && b !== m && b > 0)\n',
      times: 1,
      why: "the machine's NaN; products that are too small",
    },
    {
      find: 'const luai_nummod = ',
      put: "const { floatRest } = require('#fengari-part/float-text.mjs');\nconst luai_nummod = ",
      times: 1,
      why: "the machine's NaN",
    },
  ],
  'llex.js': [
    {
      find: /            check_next2\(ls, "-\+"\); {2}\/\* optional exponent sign \*\/\n[^]*?\n {4}\}\n/,
      put: `            check_next2(ls, "-+");  /* optional exponent sign */
        else if (lisxdigit(ls.current) || ls.current === 46 /* '.' */)
            save_and_next(ls);
        else break;
    }
    if (lislalpha(ls.current))
        save_and_next(ls);  /* force an error */
`,
      times: 1,
      why: 'a numeral that goes on with a letter is none',
    },
  ],
  'lobject.js': [
    {
      find: 'to_luastring("0x"+v.id.toString(16))',
      put: ADDRESSES.replace('ID', 'v.id'),
      times: 1,
      why: 'addresses look like some',
    },
    {
      find: 'to_luastring("0x"+id.toString(16))',
      put: ADDRESSES.replace('ID', 'id'),
      times: 1,
      why: 'addresses look like some',
    },
  ],
  'lauxlib.js': [
    {
      find: 'module.exports.luaL_typename        = luaL_typename;\n',
      put: 'module.exports.luaL_typename        = luaL_typename;\nmodule.exports.luaL_typeerror       = typeerror;\n',
      times: 1,
      why: 'other libraries raise it too',
    },
  ],
  'ltm.js': [
    {
      find: `let n1 = lvm.tonumber(p1);
                let n2 = lvm.tonumber(p2);
                if (n1 !== false && n2 !== false)`,
      put: 'if (p1.ttisnumber() && p2.ttisnumber())',
      times: 1,
      why: 'strings have no bits',
    },
  ],
  'ldebug.js': [
    {
      find: `    if (lvm.tonumber(p1) === false)
        p2 = p1;`,
      put: `    if (!p1.ttisnumber())
        p2 = p1;`,
      times: 1,
      why: 'strings are no numbers',
    },
    {
      find: `        if (!kind && stkid)  /* no? try a register */
            kind = getobjname(ci.func.value.p, currentpc(ci), stkid - ci.l_base);`,
      put: `        if (!kind && stkid)  /* no? try a register */
            kind = getobjname(ci.func.value.p, currentpc(ci), stkid - ci.l_base);
        if (!kind && o.ttisstring() && ci.func.value.p.k.includes(o))
            kind = { name: o.svalue(), funcname: to_luastring("constant", true) };`,
      times: 1,
      why: 'constants have a name, as in Lua 5.4',
    },
  ],
  'lapi.js': [
    {
      find: 'ci.callstatus &= ~lstate.CIST_OAH | L.allowhook;',
      put: 'ci.callstatus = (ci.callstatus & ~lstate.CIST_OAH) | L.allowhook;',
      times: 1,
      why: 'hooks stay on in a coroutine after an error that it caught',
    },
  ],
  'lbaselib.js': [
    ...typeErrors,
    {
      find: '    luaL_tolstring,\n',
      put: '    luaL_tolstring,\n    luaL_typeerror,\n',
      times: 1,
      why: 'the words of Lua 5.4',
    },
    {
      find: /const opts = \[\n[^]*?\n\};\n/,
      put: `const opts = [
    "collect", "stop", "restart", "count", "step", "setpause", "setstepmul",
    "isrunning", "generational", "incremental"
].map((e) => to_luastring(e));
/* what each answers; memory is JavaScript's to collect */
const luaB_collectgarbage = function(L) {
    switch (luaL_checkoption(L, 1, "collect", opts)) {
        case 3:
            lua_pushnumber(L, process.memoryUsage().heapUsed / 1024);
            return 1;
        case 4: case 7:
            lua_pushboolean(L, 1);
            return 1;
        case 5:
            lua_pushinteger(L, 200);
            return 1;
        case 6:
            lua_pushinteger(L, 100);
            return 1;
        case 8: case 9:
            lua_pushliteral(L, "incremental");
            return 1;
        default:
            lua_pushinteger(L, 0);
            return 1;
    }
};
`,
      times: 1,
      why: 'collectgarbage answers',
    },
    {
      find: '    lua_pushnil,\n',
      put: '    lua_pushnil,\n    lua_pushnumber,\n',
      times: 1,
      why: 'collectgarbage answers',
    },
  ],
};
