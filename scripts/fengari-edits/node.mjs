// What needs files, processes or a console is not in the bundle: the program gives scripts its own.
const why = 'no files, processes or console';

export const nodeEdits = {
  'luaconf.js': [
    {
      find: 'const conf = (process.env.FENGARICONF ? JSON.parse(process.env.FENGARICONF) : {});',
      put: 'const conf = {};',
      times: 1,
      why,
    },
    {
      find: /if \(typeof process === "undefined"\) \{\n[^]*?(?=\/\*\n@@ LUA_COMPAT_FLOATSTRING)/,
      put: 'module.exports.LUA_DIRSEP = "/";\n\n',
      times: 1,
      why,
    },
  ],
  'lauxlib.js': [
    {
      find: /let getc;\n\nconst utf8_bom[^]*?(?=const luaL_loadfile = )/,
      put: `const luaL_loadfilex = function(L, filename, mode) {
    lua_pushliteral(L, "cannot open a file");
    return LUA_ERRFILE;
};

`,
      times: 1,
      why,
    },
    { find: /const lua_writestringerror = function[^]*?\n\};\n/, put: '', times: 1, why },
    { find: 'module.exports.lua_writestringerror = lua_writestringerror;\n', put: '', times: 1, why },
    { find: /const errfile = function[^]*?\n\};\n/, put: '', times: 1, why },
  ],
  'lbaselib.js': [
    { find: /let lua_writestring;\n[^]*?(?=const luaB_tostring = )/, put: '', times: 1, why },
    { find: '    "print":          luaB_print,\n', put: '', times: 1, why },
    { find: '    "dofile":         luaB_dofile,\n', put: '', times: 1, why },
    { find: '    "loadfile":       luaB_loadfile,\n', put: '', times: 1, why },
    { find: /const luaB_loadfile = function[^]*?(?=const base_funcs = )/, put: '', times: 1, why },
  ],
  'ldblib.js': [
    { find: /let getinput;\n[^]*?(?=const luaopen_debug = )/, put: '', times: 1, why },
    { find: '    lua_writestringerror\n', put: '', times: 1, why },
  ],
  'lualib.js': [
    {
      find: /if \(typeof process !== "undefined"\) \{\n[^]*?\n\}\n/,
      put: '',
      times: 1,
      why,
    },
    { find: /const LUA_LOADLIBNAME = [^]*?(?=const linit = )/, put: '', times: 1, why },
  ],
  'linit.js': [
    { find: /const \{ luaopen_package \} {3}= require\('\.\/loadlib\.js'\);\n/, put: '', times: 1, why },
    { find: 'loadedlibs[lualib.LUA_LOADLIBNAME] = luaopen_package;\n', put: '', times: 1, why },
    { find: /if \(typeof process !== "undefined"\)\n[^]*$/, put: '', times: 1, why },
  ],
  'loslib.js': [
    {
      find: /^[^]*$/,
      put: `const { luaL_newlib } = require('./lauxlib.js');
const { makeOsFunctions } = require('#fengari-part/os-functions.mjs');

const api = { ...require('./lua.js'), ...require('./lauxlib.js'), bytesOf: require('#fengari-part/bytes.mjs').bytesOf };

const ours = makeOsFunctions(api);

const luaopen_os = function(L) {
    luaL_newlib(L, ours);
    return 1;
};

module.exports.luaopen_os = luaopen_os;
`,
      times: 1,
      why,
    },
  ],
};
