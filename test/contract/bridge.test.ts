import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeTransactionError, decodeBridgeTransaction } from '#contract/bridge';

const base = {
  bridge: { version: 1, dovecot: '2.3' },
  transaction: { id: 'abc-1', part: 1, parts: 1 },
  server: { host: 'mail.example', service: 'lmtp', session: 's' },
  user: 'alice',
  committed: true,
  events: [{ name: 'MessageRead', mailbox: 'INBOX', uid: 5, uidValidity: 7 }],
};
const decode = (changes: object = {}) => decodeBridgeTransaction(JSON.stringify({ ...base, ...changes }));
const failure = (text: string): BridgeTransactionError => {
  try {
    decodeBridgeTransaction(text);
  } catch (error) {
    if (error instanceof BridgeTransactionError) return error;
    throw error;
  }
  throw new Error('was accepted');
};
const message = { name: 'MessageNew', mailbox: 'INBOX', uid: 5, uidValidity: 7 };

describe('decodeBridgeTransaction', () => {
  it('gives events as the framework has them', () => {
    expect(decode()).toEqual({
      transaction: {
        id: 'abc-1',
        part: 1,
        parts: 1,
        dovecot: '2.3',
        server: { host: 'mail.example', service: 'lmtp', session: 's' },
        user: 'alice',
        committed: true,
        events: [{ name: 'MessageRead', user: 'alice', mailbox: 'INBOX', uid: 5, uidValidity: 7 }],
      },
      notes: [],
    });
  });

  it('takes an empty sender for a header that is missing, and keeps an empty subject', () => {
    const [event] = decode({ events: [{ ...message, from: '', toAddress: '', subject: '', snippet: null }] })
      .transaction.events;
    expect(event).toEqual({ ...message, user: 'alice', subject: '', subjectHeader: '' });
  });

  it('leaves out what it does not know, and says so once', () => {
    const { transaction, notes } = decode({
      more: 1,
      events: [
        { name: 'QuotaExceed', mailbox: 'INBOX' },
        { ...message, colour: 'red' },
        { ...message, colour: 'red' },
      ],
    });
    expect(transaction.events).toHaveLength(2);
    expect(transaction.events[0]).not.toHaveProperty('colour');
    expect(notes).toEqual(['Unknown event “QuotaExceed”; left out', 'Unknown member “colour” left out']);
  });

  it('says that texts were not UTF-8 or too long, that it is a part, and that nothing was committed', () => {
    expect(
      decode({ events: [{ ...message, from: '\ufffd', bytes: { from: '/w==' }, cut: ['to'] }] }).notes,
    ).toEqual(['from was not UTF-8; its octets are in “bytes” of the body', 'to was too long and was cut']);
    expect(decode({ transaction: { id: 'a', part: 2, parts: 3 } }).notes).toEqual([
      'Part 2 of 3 of one transaction',
    ]);
    expect(decode({ committed: false, events: [] }).notes).toHaveLength(1);
    expect(decode({ bridge: { version: 2, dovecot: '2.5' } }).notes[0]).toContain('newer bridge');
  });

  it.each([
    ['', 'empty_body', undefined],
    ['[]', 'not_an_object', undefined],
    ['{"bridge"', 'not_json', undefined],
    [JSON.stringify({ ...base, user: 5 }), 'bad_field', 'user'],
    [JSON.stringify({ ...base, bridge: undefined }), 'bad_field', 'bridge'],
    [JSON.stringify({ ...base, transaction: { id: '' } }), 'bad_field', 'transaction.id'],
    [
      JSON.stringify({ ...base, transaction: { id: 'a', part: 3, parts: 2 } }),
      'bad_field',
      'transaction.part',
    ],
    [JSON.stringify({ ...base, events: {} }), 'bad_field', 'events'],
    [JSON.stringify({ ...base, events: [{}] }), 'bad_field', 'events[0].name'],
    [JSON.stringify({ ...base, events: [message, { ...message, uid: 1.5 }] }), 'bad_field', 'events[1].uid'],
    [
      JSON.stringify({ ...base, events: [{ ...message, flags: ['a', 1] }] }),
      'bad_field',
      'events[0].flags[1]',
    ],
    [
      JSON.stringify({ ...base, events: [{ name: 'MailboxRename', mailbox: 'a' }] }),
      'bad_field',
      'events[0].mailboxOld',
    ],
  ])('refuses %s', (text, code, field) => {
    expect(failure(text)).toMatchObject({ code, field });
  });

  it('never fails in another way, whatever JSON it gets', () => {
    fc.assert(
      fc.property(fc.json(), fc.jsonValue(), (text, value) => {
        for (const body of [
          text,
          JSON.stringify({ ...base, events: value }),
          JSON.stringify({ ...base, events: [value] }),
        ]) {
          try {
            decodeBridgeTransaction(body);
          } catch (error) {
            expect(error).toBeInstanceOf(BridgeTransactionError);
          }
        }
      }),
    );
  });

  it('leaves no lone surrogate in any text', () => {
    const text = JSON.stringify(base).replace('"alice"', '"a\\ud800"');
    expect(decodeBridgeTransaction(text).transaction.user).toBe('a\ufffd');
  });

  it('keeps few and short notes of many odd members', () => {
    const odd = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`${'x'.repeat(90)}${index}`, 1]),
    );
    const odder = Array.from({ length: 1000 }, (_, index) => ({ name: `E${index}` }));
    const { notes } = decode({ events: [{ ...message, ...odd }, ...odder] });
    expect(notes.length).toBeLessThanOrEqual(20);
    expect(Math.max(...notes.map(({ length }) => length))).toBeLessThan(100);
  });
});
