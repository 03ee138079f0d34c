import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFormNotification,
  decodeOxNotification,
  encodeOxNotification,
  OxNotificationError,
} from '#contract/ox';

const decode = (text: string) => decodeOxNotification(text).notification;
const failure = (text: string): OxNotificationError => {
  try {
    decodeOxNotification(text);
  } catch (error) {
    if (error instanceof OxNotificationError) return error;
  }
  throw new Error('was accepted');
};

describe('decodeOxNotification', () => {
  it('reads what Dovecot sends', () => {
    const body =
      '{"user":"alice@example.com","event":"messageNew","folder":"INBOX","imap-uidvalidity":1700000000,"imap-uid":1,' +
      '"from":"=?utf-8?q?=C3=84?= <alice@barfoo.org>","subject":"Test","snippet":"Hey guys","unseen":1}';
    expect(decodeOxNotification(body)).toEqual({
      notification: {
        user: 'alice@example.com',
        event: 'messageNew',
        folder: 'INBOX',
        uidValidity: 1700000000,
        uid: 1,
        from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
        subject: 'Test',
        snippet: 'Hey guys',
        unseen: 1,
      },
      notes: [],
    });
  });

  it('takes every member for optional and ignores others', () => {
    expect(decode('{"other":[1]}')).toEqual({});
    expect(decode('{"user":11,"from":null}')).toEqual({ user: '11' });
  });

  it('recovers the missing values of Dovecot 2.2.19 to 2.2.24 and says so', () => {
    const { notification, notes } = decodeOxNotification(
      '{"user":"a","from":,"subject":"x: , y","snippet":}',
    );
    expect(notification).toEqual({ user: 'a', subject: 'x: , y' });
    expect(notes).toHaveLength(1);
  });

  it.each([
    ['imap-uid', '-1'],
    ['imap-uid', '18446744073709551616'],
    ['imap-uid', '1e999'],
    ['imap-uid', '1.5'],
    ['imap-uid', '"7"'],
    ['imap-uidvalidity', '{}'],
    ['unseen', '-1'],
    ['folder', '5'],
    ['subject', '["a"]'],
    ['user', 'true'],
  ])('names the member when %s is %s', (key, value) => {
    expect(failure(`{"${key}":${value}}`)).toMatchObject({ code: 'bad_field', field: key });
  });

  it.each([
    ['', 'empty_body'],
    ['  \r\n', 'empty_body'],
    ['{"user":', 'not_json'],
    ['nonsense', 'not_json'],
    ['[]', 'not_an_object'],
    ['"text"', 'not_an_object'],
    ['null', 'not_an_object'],
  ])('refuses %j as %s', (text, code) => {
    expect(failure(text).code).toBe(code);
  });

  it('takes __proto__ and constructor for members like others', () => {
    const notification = decode('{"__proto__":{"user":"evil"},"constructor":{"prototype":{"user":"evil"}}}');
    expect(notification.user).toBeUndefined();
    expect(({} as { user?: string }).user).toBeUndefined();
  });

  it('survives deep nesting and a lone surrogate', () => {
    const depth = 20_000;
    expect(decode(`{"user":"a","x":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toEqual({ user: 'a' });
    expect(decode('{"subject":"\\ud800x"}').subject).toBe('\ufffdx');
  });

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decodeOxNotification(text);
        } catch (error) {
          expect(error).toBeInstanceOf(OxNotificationError);
        }
      }),
    );
  });
});

describe('decodeFormNotification', () => {
  it('reads the three forms of the scripts in the manual', () => {
    expect(decodeFormNotification('from=a&to=b&subject=%c3%a4&snippet=s&user=u').notification).toEqual({
      from: 'a',
      to: 'b',
      subject: 'ä',
      snippet: 's',
      user: 'u',
    });
    expect(decodeFormNotification('mailbox=INBOX&from=a&subject=s').notification).toEqual({
      folder: 'INBOX',
      from: 'a',
      subject: 's',
    });
    expect(decodeFormNotification('mailbox=INBOX&recent=1.0&unseen=2.0&messages=3.0').notification).toEqual({
      folder: 'INBOX',
      unseen: 2,
    });
  });

  it('refuses a form that has nothing of a notification, and numbers that are none', () => {
    expect(() => decodeFormNotification('a=b')).toThrow(OxNotificationError);
    expect(() => decodeFormNotification('mailbox=INBOX&unseen=many')).toThrow('unseen');
  });
});

describe('encodeOxNotification', () => {
  it('escapes what Dovecot escapes, in its order of members', () => {
    const text = encodeOxNotification({
      user: 'a"b\\c',
      folder: 'Ä/ü',
      uidValidity: 1,
      uid: 2,
      from: 'x\n\ty\u0001\u001f\u007f',
      subject: '\u2028',
      snippet: '',
      unseen: 0,
    });
    expect(text).toBe(
      '{"user":"a\\"b\\\\c","event":"messageNew","folder":"Ä/ü","imap-uidvalidity":1,"imap-uid":2,' +
        '"from":"x\\n\\ty\\u0001\\u001f\u007f","subject":"\\u2028","snippet":"","unseen":0}',
    );
  });

  it('is read back as it was', () => {
    const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.record({ user: text, folder: text, uidValidity: uint32, uid: uint32, from: text, subject: text }),
        (notification) => {
          expect(decode(encodeOxNotification(notification))).toEqual({
            ...notification,
            event: 'messageNew',
          });
        },
      ),
    );
  });
});
