import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMailboxName, encodeMailboxName, normalizeMailboxName } from '#store';

describe('mailbox names', () => {
  it.each([
    ['inbox', 'INBOX'],
    ['Inbox/Sub', 'INBOX/Sub'],
    ['inboxes', 'inboxes'],
    ['Archive/inbox', 'Archive/inbox'],
  ])('takes %s for %s', (given, name) => {
    expect(normalizeMailboxName(given)).toBe(name);
  });

  it.each([
    ['Entw&APw-rfe/A B', 'Entwürfe/A B'],
    ['&ZeVnLIqe- &- more', '日本語 & more'],
    ['&2D3eAA-', '😀'],
  ])('reads %s from the wire as %s, and writes it again', (wire, name) => {
    expect(decodeMailboxName(wire)).toBe(name);
    expect(encodeMailboxName(name)).toBe(wire);
  });

  it.each(['Entwürfe', 'a&b', '&AAA', '&AGE-', '&2D0-', 'a\nb'])(
    'does not take %j for a name on the wire',
    (wire) => {
      expect(decodeMailboxName(wire)).toBeUndefined();
    },
  );

  it('reads whatever it writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(decodeMailboxName(encodeMailboxName(name))).toBe(name);
      }),
    );
  });
});
