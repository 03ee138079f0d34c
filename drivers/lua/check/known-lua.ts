/*
 * What a push script finds besides Dovecot: Lua 5.4's own names, and names of others that are not there.
 */

/** The global names of Lua 5.4 and Dovecot. Observed: pairs(_G) in 2.3.19 and 2.4.1. */
export const knownGlobals: ReadonlySet<string> = new Set(
  '_G _VERSION _ENV assert collectgarbage coroutine debug dofile dovecot error getmetatable io ipairs load loadfile math next os package pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 warn xpcall'.split(
    ' ',
  ),
);

/**
 * Members of the standard libraries of Lua 5.4. Source: reference manual §6; math also has what Debian builds it
 * with (LUA_COMPAT_MATHLIB).
 */
export const standardMembers: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    string: new Set(
      'byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper'.split(
        ' ',
      ),
    ),
    table: new Set('concat insert move pack remove sort unpack'.split(' ')),
    os: new Set('clock date difftime execute exit getenv remove rename setlocale time tmpname'.split(' ')),
    io: new Set(
      'close flush input lines open output popen read stderr stdin stdout tmpfile type write'.split(' '),
    ),
    math: new Set(
      'abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max maxinteger min mininteger modf pi pow rad random randomseed sin sinh sqrt tan tanh tointeger type ult'.split(
        ' ',
      ),
    ),
    coroutine: new Set('close create isyieldable resume running status wrap yield'.split(' ')),
    utf8: new Set('char charpattern codepoint codes len offset'.split(' ')),
  }),
);

/** What Lua 5.1 had and 5.4 has not, with what to write. A server's Dovecot can be built with 5.1; Debian's is not. */
export const lua51Names: Readonly<Record<string, string>> = {
  unpack: 'table.unpack',
  loadstring: 'load',
  setfenv: 'load(text, name, "t", environment)',
  getfenv: '_ENV',
  module: 'a table that the module returns',
  gcinfo: 'collectgarbage("count")',
  newproxy: 'setmetatable({}, …)',
  bit: 'the operators & | ~ << >>',
  bit32: 'the operators & | ~ << >>',
  'table.getn': '#',
  'table.maxn': '#',
  'table.foreach': 'pairs',
  'table.foreachi': 'ipairs',
  'string.gfind': 'string.gmatch',
  'math.mod': 'the operator %',
};

/** Constants of other languages: in Lua they are globals that nobody set, so nil. */
export const foreignConstants: Readonly<Record<string, string>> = {
  True: 'true',
  TRUE: 'true',
  False: 'false',
  FALSE: 'false',
  None: 'nil',
  null: 'nil',
  NULL: 'nil',
  Null: 'nil',
  Nil: 'nil',
  undefined: 'nil',
};

/** Modules that set no globals: without `local x = require(…)` their name means nothing. */
export const moduleOfGlobal: Readonly<Record<string, string>> = {
  socket: 'socket',
  http: 'socket.http',
  https: 'ssl.https',
  url: 'socket.url',
  ltn12: 'ltn12',
  mime: 'mime',
  cjson: 'cjson',
  json: 'cjson',
  dkjson: 'dkjson',
  ssl: 'ssl',
  lfs: 'lfs',
};
/** Modules that are known not to define handlers or other globals. */
export const harmlessModules: ReadonlySet<string> = new Set(
  'socket socket.http socket.url socket.smtp socket.ftp socket.headers socket.core ltn12 mime mime.core ssl ssl.https cjson cjson.safe dkjson json lunajson rapidjson lfs lpeg posix string table math os io utf8 coroutine debug base64 basexx inspect luasql.mysql luasql.sqlite3 luasql.postgres redis openssl luaossl md5 sha1 sha2 http.request cqueues lua_cjson cURL lcurl curl'.split(
    ' ',
  ),
);
