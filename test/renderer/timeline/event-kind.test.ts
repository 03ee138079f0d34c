import { describe, expect, it } from 'vitest';
import { eventIcon } from '../../../renderer/icons/event-icon.ts';
import { eventKind } from '../../../renderer/timeline/event-kind.ts';
import { row } from '../rows.ts';

const kindOf = (event: string, subject = 'x') => eventKind(row(1, { event, subject }));

describe('eventKind', () => {
  it('has a family for each of the twelve events', () => {
    expect(['MessageNew', 'MessageAppend'].map((event) => kindOf(event))).toEqual(['new', 'append']);
    expect(['MessageExpunge', 'MessageTrash'].map((event) => kindOf(event))).toEqual(['gone', 'gone']);
    expect(['FlagsSet', 'FlagsClear', 'MessageRead'].map((event) => kindOf(event))).toEqual(
      Array(3).fill('flags'),
    );
    const mailboxEvents = ['Create', 'Delete', 'Rename', 'Subscribe', 'Unsubscribe'];
    expect(mailboxEvents.map((event) => kindOf(`Mailbox${event}`))).toEqual(Array(5).fill('mailbox'));
  });

  it('calls a flag event without a flag a phantom', () => {
    expect(kindOf('FlagsClear', '')).toBe('phantom');
    expect(kindOf('MessageRead', '')).toBe('flags');
  });

  it('goes by the state for a rejected row, whatever its event says', () => {
    expect(eventKind(row(1, { state: 'rejected', event: 'MessageNew' }))).toBe('rejected');
  });

  it('takes an unknown or borrowed name for something else', () => {
    for (const event of ['', 'Login', 'constructor', '__proto__']) {
      expect(kindOf(event)).toBe('other');
      expect(eventIcon(event, 'other')).toBe('dot');
    }
  });
});
