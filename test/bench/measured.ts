// ENTRY: what the benches call directly. They are plain JavaScript and import the built file.

import { request } from 'undici';
import type { LuaEngine, RunningScript } from '#drivers';

export { createDriverRegistry, initDrivers, openTransaction, runTransaction } from '#framework';
export { parseMessage } from '#message';
export * from '#store';
export { createDrivers, createLuaEngine } from '#drivers';

/** A script of its own that asks for nothing. */
export async function openScriptForBench(
  engine: LuaEngine,
  { file, source }: { readonly file: string; readonly source: Uint8Array },
): Promise<RunningScript> {
  const user = { username: 'alice', uid: 1000, gid: 1000, service: 'lmtp', sessionCreateTime: 0 };
  const { script, outcome } = await engine.open({
    setup: {
      file,
      source,
      user,
      role: 'push',
      dialect: '2.3',
      strict: false,
      trusted: false,
      pluginSettings: {},
      luaSettings: {},
    },
    host: {} as Parameters<LuaEngine['open']>[0]['host'],
    hear: () => undefined,
  });
  if (outcome.error !== undefined) throw new Error(outcome.error);
  return script;
}

/** What a request costs without a script; `reset`: on a connection of its own. */
export async function postWithUndici(url: string, body: string, reset: boolean): Promise<void> {
  const answer = await request(url, {
    method: 'POST',
    body,
    reset,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  await answer.body.text();
}
