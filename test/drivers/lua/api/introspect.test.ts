import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { changeMetadata } from '#store';
import { pushUser } from '../../../../drivers/lua/api/mail-user.ts';
import { loadProbe, recordings, runProbe, type Topic } from './lua-recording.ts';
import { createStage, setGlobalUser, type ScriptStage } from './script-stage.ts';

/** Topics that the engine and the libraries decide, and not the interface. */
const notOurs =
  /^(_VERSION|_G|package\..*|require .*|io\.open type|os\.execute type|script_init.*|getmetatable\(settings\)|end_txn.*)$/;

const isOurs = ({ topic }: Topic) => !notOurs.test(topic) && (isWide || !needsWide.test(topic));

function introspect(stage: ScriptStage, script: string, event: string): Topic[] {
  loadProbe(stage, script, 'introspect.lua');
  pushUser(stage.context);
  setGlobalUser(stage.context.L);
  return runProbe(
    stage,
    `if script_init then script_init { probe_out = 'x' } end
     local ctx = dovecot_lua_notify_begin_txn(user)
     dovecot_lua_notify_event_${event}(ctx, { mailbox = 'INBOX' })`,
  ).filter(isOurs);
}

const settings = {
  probe_out: '$DIR/out/probe.jsonl',
  push_notification_driver: 'lua:file=$DIR/scripts/introspect.lua',
};
const peer = {
  lip: '127.0.0.1',
  rip: '127.0.0.1',
  local_ip: '127.0.0.1',
  remote_ip: '127.0.0.1',
  hostname: 'oracle.example',
};

/** The mail of the recordings: three messages that were there, and the one that the event is about. */
async function stageFor(dialect: '2.3' | '2.4', isDelivery: boolean): Promise<ScriptStage> {
  const service = isDelivery ? 'lmtp' : 'imap';
  const stage = createStage({ dialect, settings, user: { service }, variables: { ...peer, service } });
  const { store, inbox } = stage;
  if (isDelivery) {
    changeMetadata(store, '', { entry: '/private/vendor/vendor.dovecot/http-notify', value: 'user=11@3' });
    await stage.append(['\\Seen'], ['kw1']);
    await stage.append([], ['kw1']);
    await stage.append([], ['kw1']);
    // 1 for the mailbox, 3 for what was there, 1 for the entry.
    inbox.highestModseq = 5;
    inbox.firstRecentUid = inbox.uidNext;
  }
  await stage.append();
  return stage;
}

const cases = [
  ['2.3', 'introspect-2.3.lua', 'message_new', 'introspect-2.3.json', 'dovecot-2.3.19/lua_introspect.json'],
  ['2.4', 'introspect-2.4.lua', 'message_new', 'introspect-2.4.json', 'dovecot-2.4.1/lua_introspect.json'],
  [
    '2.4',
    'introspect-2.4.lua',
    'message_append',
    'introspect-imap-2.4.json',
    'dovecot-2.4.1/lua_introspect_imap.json',
  ],
] as const;

/** Integers of 64 bits are the engine's; without them, two answers have no place. */
const isWide = createStage().run('return math.maxinteger')[0] === '9223372036854775807';
const needsWide = /^dovecot\.(nano|micro)seconds/;

describe.each(cases)('the interface of %s (%s, %s)', (dialect, script, event, fixture, golden) => {
  it('is what the real program has', async () => {
    const stage = await stageFor(dialect, event === 'message_new');
    const found = introspect(stage, script, event);
    for (const { lua_calls: calls } of recordings(fixture, golden)) {
      const wanted = calls.filter(isOurs);
      expect(found.map(({ topic }) => topic)).toEqual(wanted.map(({ topic }) => topic));
      const differing = wanted
        .map((topic, index) => ({ wanted: topic, found: found[index] }))
        .filter((pair) => !isDeepStrictEqual(pair.wanted, pair.found));
      expect(differing).toEqual([]);
    }
  });
});
