import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSocketService, type SocketService } from '../../drivers/lua/host/socket-service.ts';
import { startLuaFixtureServer, type LuaFixtureServer } from '../../main/conformance/lua-fixture-server.ts';
import type { CaseOutcome } from '../../main/conformance/lua-golden.ts';
import {
  checkChunkCases,
  checkHttpCases,
  checkUrlCases,
  type ChunkGolden,
  type UrlGolden,
} from '../../main/conformance/lua-sockets.ts';
import type { HttpGolden } from '../../main/conformance/lua-http-case.ts';
import { startBlockingLua, type BlockingLua } from '../drivers/lua/modules/blocking-lua.ts';

const folders = {
  'a selection': path.join(import.meta.dirname, '..', 'fixtures', 'golden-lua'),
  'all recordings': path.join(import.meta.dirname, '..', '..', '..', 'shared', 'golden', 'lua'),
};

/** Cases that go otherwise here, and why. */
const knownDifferences: Readonly<Record<string, string>> = {
  'socket udp send': 'scripts have no UDP here',
  'table header injection': 'a header value with a line break is refused, not sent',
};

let service: SocketService;
let lua: BlockingLua;
let server: LuaFixtureServer;

beforeAll(async () => {
  service = createSocketService({ access: 'all' });
  [lua, server] = await Promise.all([startBlockingLua(service), startLuaFixtureServer()]);
}, 60_000);

afterAll(async () => {
  await lua.close();
  service.close();
  await server.close();
});

describe.each(Object.entries(folders).filter(([, folder]) => existsSync(folder)))(
  'LuaSocket as recorded (%s)',
  (_, folder) => {
    const load = <Golden>(name: string): Golden =>
      JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as Golden;

    it('splits, builds and resolves URLs', async () => {
      expect(unexpected(await checkUrlCases(load<UrlGolden>('socket-url'), lua.run))).toEqual([]);
    }, 60_000);

    it('pumps chunks, encodes mail and raises errors', async () => {
      const golden = load<ChunkGolden>('ltn12-mime-socket');
      expect(unexpected(await checkChunkCases(golden, lua.run))).toEqual([]);
    }, 60_000);

    it('makes HTTP requests', async () => {
      const golden = load<HttpGolden>('socket-http');
      expect(unexpected(await checkHttpCases(golden, lua.run, server))).toEqual([]);
    }, 60_000);
  },
);

/** Differences that are not known, and cases known to differ that do not. */
function unexpected(outcomes: readonly CaseOutcome[]): CaseOutcome[] {
  return outcomes.filter(({ name, difference }) => (difference !== undefined) !== name in knownDifferences);
}
