import { describe, expect, it } from 'vitest';
import { leadingEvent, ROLLED_BACK, timelineRow, type PushEvent } from '#contract/report';
import { rfc5423Events } from '#framework';
import { report } from '../renderer/rows.ts';

const ref = { user: 'alice', mailbox: 'INBOX' };
const id = { ...ref, uid: 5, uidValidity: 7 };
const cleared = (...flags: string[]): PushEvent => ({ name: 'FlagsClear', ...id, flags, keywords: [] });
const set = (...flags: string[]): PushEvent => ({ name: 'FlagsSet', ...id, flags, keywords: [] });
const nameOf = (...events: PushEvent[]) => leadingEvent(events)?.name;

describe('the leading event of a transaction', () => {
  it('is the most telling one, and the first of its kind', () => {
    const read: PushEvent = { name: 'MessageRead', ...id };
    const first: PushEvent = { name: 'MessageNew', ...id, uid: 8 };
    const second: PushEvent = { name: 'MessageNew', ...id, uid: 9 };
    expect(nameOf(cleared(), set('\\Seen'), read)).toBe('MessageRead');
    expect(nameOf({ name: 'MessageExpunge', ...id }, { name: 'MessageAppend', ...id })).toBe('MessageAppend');
    expect(leadingEvent([read, first, second])).toBe(first);
    expect(leadingEvent([])).toBeUndefined();
  });

  it('is not a flag event that only came along', () => {
    expect(nameOf(cleared(), set('\\Flagged'))).toBe('FlagsSet');
    expect(nameOf(cleared('\\Flagged'), set())).toBe('FlagsClear');
    expect(nameOf(cleared('\\Flagged'), set('\\Draft'))).toBe('FlagsSet');
    expect(nameOf(cleared())).toBe('FlagsClear');
  });

  it.each(rfc5423Events.map(({ name }) => name))('knows the rank of %s', (name) => {
    const event = { name, ...id, flags: ['x'], keywords: [], mailboxOld: 'a' } as unknown as PushEvent;
    expect(leadingEvent([cleared(), event])).toBe(event);
  });
});

describe('timelineRow', () => {
  it('shows the leading event, and counts the others', () => {
    const events: PushEvent[] = [
      cleared(),
      { name: 'MessageNew', ...id, uid: 9, subject: 'Hello', from: 'a@b' },
    ];
    expect(timelineRow(report({ events }))).toMatchObject({
      event: 'MessageNew',
      eventCount: 2,
      uid: 9,
      subject: 'Hello',
      from: 'a@b',
    });
  });

  it('says that a transaction was rolled back', () => {
    expect(timelineRow(report({ events: [], committed: false }))).toMatchObject({
      event: '',
      eventCount: 0,
      subject: ROLLED_BACK,
    });
  });
});
