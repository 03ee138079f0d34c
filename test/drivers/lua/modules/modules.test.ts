import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setGlobalText, openModuleState, runLua } from './module-state.ts';

const socketModules = [
  'ltn12',
  'mime',
  'mime.core',
  'socket',
  'socket.core',
  'socket.ftp',
  'socket.headers',
].concat(['socket.http', 'socket.smtp', 'socket.tp', 'socket.url']);
const asked = [...socketModules, 'ssl', 'ssl.https', 'cjson', 'cjson.safe', 'json', 'JSON', 'dkjson'];

function available(options: Parameters<typeof openModuleState>[0]): string[] {
  const L = openModuleState(options);
  return asked.filter((name) => runLua(L, `return (pcall(require, "${name}"))`)[0] === 'true');
}

describe('the modules that scripts find', () => {
  it('are those of the recorded servers in strict mode', () => {
    expect(available({ strict: true, dialect: '2.4' })).toEqual(socketModules);
    expect(available({ strict: true, dialect: '2.3' })).toEqual([
      ...socketModules,
      'ssl',
      'ssl.https',
      'cjson',
      'cjson.safe',
    ]);
  });

  it('are also those of JSON otherwise', () => {
    expect(available({ strict: false })).toEqual(asked.filter((name) => name !== 'dkjson'));
  });

  it('say what does not work here', () => {
    const L = openModuleState();
    const code = `return select(2, pcall(require("socket.smtp").send, {})), select(2, pcall(require("socket").udp))`;
    const [smtp, udp] = runLua(L, code);
    expect(smtp).toContain('socket.smtp.send is not available here (it works on the server)');
    expect(udp).toContain('scripts can only make TCP connections here');
  });
});

describe('socket.url', () => {
  it('puts together what it took apart', () => {
    const L = openModuleState();
    const part = fc.stringMatching(/^[a-z0-9.%~_-]{1,6}$/);
    const url = fc
      .tuple(part, part, part, part)
      .map(([host, path, query, fragment]) => `http://u:p@${host}:8080/${path};v?${query}#${fragment}`);
    fc.assert(
      fc.property(url, (text) => {
        setGlobalText(L, 'text', text);
        expect(runLua(L, 'local url = require("socket.url") return url.build(url.parse(text))')).toEqual([
          text,
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('unescapes what it escaped', () => {
    const L = openModuleState();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        setGlobalText(L, 'text', text);
        const code = 'local url = require("socket.url") return url.unescape(url.escape(text)) == text';
        expect(runLua(L, code)).toEqual(['true']);
      }),
      { numRuns: 50 },
    );
  });

  it('resolves a long path of parents in no time', () => {
    const L = openModuleState();
    const code = `local url = require("socket.url")
      return #url.absolute("http://a/" .. ("b/"):rep(50000), ("../"):rep(50000) .. ("//"):rep(50000))`;
    const start = performance.now();
    runLua(L, code);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('mime', () => {
  it('decodes what it encoded, however it is cut', () => {
    const L = openModuleState();
    const names = fc.constantFrom('base64', 'quoted-printable');
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z =.\t]{0,40}$/),
        names,
        fc.integer({ min: 1, max: 9 }),
        (text, name, size) => {
          setGlobalText(L, 'text', text);
          setGlobalText(L, 'name', name);
          const code = `local mime, ltn12 = require("mime"), require("ltn12")
          ltn12.BLOCKSIZE = ${size}
          local sink, list = ltn12.sink.table()
          ltn12.pump.all(ltn12.source.string(text), ltn12.sink.chain(
            mime.encode(name), mime.wrap(name), mime.decode(name), sink))
          return table.concat(list) == text`;
          expect(runLua(L, code)).toEqual(['true']);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('socket.protect and socket.try', () => {
  it('turn an exception into nil and the reason, and let other errors through', () => {
    const L = openModuleState();
    const code = `local socket, log = require("socket"), ""
      local try = socket.newtry(function() log = log .. "closed" end)
      local read = socket.protect(function(reason) try(nil, reason) end)
      local fine, other = pcall(socket.protect(function() error("other", 0) end))
      local a, b = read("why")
      return a, b, log, fine, other`;
    expect(runLua(L, code)).toEqual(['nil', 'why', 'closed', 'false', 'other']);
  });

  it('let a coroutine wait within', () => {
    const L = openModuleState();
    const code = `local socket = require("socket")
      local run = coroutine.wrap(function()
        return socket.protect(function() socket.try(nil, "after " .. coroutine.yield("first")) end)()
      end)
      return run(), select(2, run("second"))`;
    expect(runLua(L, code)).toEqual(['first', 'after second']);
  });
});
