import { describe, expect, it } from 'vitest';
import type { DriverDefinition, PushEvent } from '#framework';
import { dlog } from '../../drivers/dlog.ts';
import { oneOfEach, startDriver, testDriver } from './driver-suite.ts';

const definition = dlog as DriverDefinition;
testDriver(definition, { settings: {} });

async function linesFor(...events: PushEvent[]): Promise<string[]> {
  const { run } = await startDriver(definition, { settings: {} });
  await run(events);
  return ((await run(events))?.trace ?? []).map(({ text }) => text);
}

const event = <Name extends PushEvent['name']>(name: Name) =>
  oneOfEach.find((one) => one.name === name) as PushEvent;

describe('dlog', () => {
  // The lines recorded from Dovecot 2.3.19 for one delivery (golden scenario lmtp_seed_example).
  it('writes for a delivered message what Dovecot writes, and no header of it', async () => {
    const { run } = await startDriver(definition, { settings: {} });
    const lines = (await run([event('MessageNew')]))?.trace.map(({ text }) => text);
    expect(lines).toEqual([
      'Called init push_notification plugin hook.',
      'Called begin_txn push_notification plugin hook.',
      'Called process_msg push_notification plugin hook.',
      'Message data: Mailbox [INBOX], UID [1], UIDVALIDITY [7]',
      'Called end_txn push_notification plugin hook.',
    ]);
  });

  it('repeats its configuration text when there was a colon, even an empty one', async () => {
    for (const args of ['', 'anything goes']) {
      const run = await (await startDriver(definition, { settings: {}, args })).run([event('MessageNew')]);
      expect(run?.trace[1]?.text).toBe(`Config string for dlog push_notification driver: ${args}`);
    }
  });

  it.each([
    ['MailboxCreate', 'MailboxCreate: Mailbox was created'],
    ['MailboxDelete', 'MailboxDelete: Mailbox was deleted'],
    ['MailboxRename', 'MailboxRename: Mailbox was renamed (old name: Old)'],
    ['MailboxSubscribe', 'MailboxSubscribe: Mailbox was subscribed to'],
    ['MailboxUnsubscribe', 'MailboxUnsubscribe: Mailbox was subscribed to'],
  ] as const)('describes %s', async (name, line) => {
    expect(await linesFor(event(name))).toEqual([
      'Called begin_txn push_notification plugin hook.',
      'Called process_mbox push_notification plugin hook.',
      'Mailbox data: Mailbox [INBOX]',
      line,
      'Called end_txn push_notification plugin hook.',
    ]);
  });

  it.each([
    ['FlagsSet', ['FlagsSet: Seen flag set', 'FlagsSet: Keyword set [$Work]']],
    ['FlagsClear', ['FlagsClear: Seen flag cleared', 'FlagsClear: Keyword clear [$Work]']],
    ['MessageExpunge', ['MessageExpunge: Message was expunged']],
    ['MessageRead', ['MessageRead: Message was flagged as seen']],
    ['MessageTrash', ['MessageTrash: Message was marked as deleted']],
  ] as const)('describes %s', async (name, lines) => {
    const all = await linesFor(event(name));
    expect(all.slice(3, -1)).toEqual(lines);
  });
});
