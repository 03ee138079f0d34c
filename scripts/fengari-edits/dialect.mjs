// Lua 5.4, where scripts could notice.

export const dialectEdits = {
  'lapi.js': [
    {
      find: 'ci.callstatus &= ~lstate.CIST_OAH | L.allowhook;',
      put: 'ci.callstatus = (ci.callstatus & ~lstate.CIST_OAH) | L.allowhook;',
      times: 1,
      why: 'hooks stay on in a coroutine after an error that it caught',
    },
  ],
  'lbaselib.js': [
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
