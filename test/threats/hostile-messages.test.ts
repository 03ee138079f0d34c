// Messages that somebody wrote to hurt the program, read and delivered; names of mailboxes, users and METADATA
// entries of the same kind. Configurations: hostile-configuration.test.ts.
import { mkdtemp, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createDriverRegistry,
  initDrivers,
  openTransaction,
  type DriverDefinition,
  type MessageData,
} from '#framework';
import { parseMessage, SNIPPET_LENGTH } from '#message';
import {
  addInbox,
  createMailbox,
  createMailStore,
  createMetadata,
  deliverMessage,
  findMailbox,
  MetadataError,
  openMetadataFile,
  renameMailbox,
  StoreError,
  subscribeMailbox,
  unsubscribeMailbox,
  type MailSession,
} from '#store';
import { dlog } from '../../drivers/dlog.ts';
import { deliver, imap, perform } from '../traps/mail-server.ts';
import { measure } from './measure.ts';

const MB = 1024 * 1024;
/** Far more than any of these takes; a quadratic algorithm takes minutes, one string a byte gigabytes. */
const MAX_CPU_MS = 20_000;
const MAX_GROWN_MB = 800;

const bytes = (text: string) => Buffer.from(text, 'latin1');
const repeated = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join('');
/** A text part of that charset and 20 MB of these bytes. */
const inCharset = (charset: string, ...pattern: number[]) =>
  Buffer.concat([
    bytes(`Content-Type: text/plain; charset=${charset}\n\n`),
    Buffer.alloc(20 * MB, Buffer.from(pattern)),
  ]);
const encoded = (encoding: string, body: string) =>
  bytes(`Content-Transfer-Encoding: ${encoding}\n\n${body}`);
const html = (body: string) => bytes(`Content-Type: text/html\n\n${body}`);
const openPart = (boundary: string) =>
  `Content-Type: multipart/mixed; boundary=${boundary}\n\n--${boundary}\n`;

const messages: readonly (readonly [string, () => Buffer])[] = [
  ['multiparts nested 1,000 deep', () => bytes(repeated(1000, (at) => openPart(`b${at}`)))],
  ['messages nested 1,000 deep', () => bytes('Content-Type: message/rfc822\n\n'.repeat(1000))],
  ['a body of 50 MB', () => bytes(`Subject: x\n\n${'word '.repeat(10 * MB)}`)],
  ['a body of 50 MB of quotations', () => bytes(`\n${'> x\n'.repeat(12 * MB)}`)],
  ['a body of 50 MB of white space', () => bytes(`\n${' '.repeat(50 * MB)}`)],
  ['100,000 headers', () => bytes(`${repeated(100_000, (at) => `X-${at}: y\n`)}\nbody`)],
  [
    '100,000 headers of one name',
    () => bytes(`${'Content-Transfer-Encoding: base64\n'.repeat(100_000)}\nbody`),
  ],
  ['a header of 10 MB', () => bytes(`Subject: ${'a'.repeat(10 * MB)}\n\nbody`)],
  ['a header of 10 MB in many lines', () => bytes(`Subject: ${'a\n '.repeat((10 * MB) / 3)}\n\nbody`)],
  ['a header name of 10 MB', () => bytes(`${'a'.repeat(10 * MB)}: b\n\nbody`)],
  ['a million encoded-words', () => bytes(`Subject: ${'=?utf-8?q?=C3=A4?= '.repeat(1_000_000)}\n\nx`)],
  ['a million beginnings of encoded-words', () => bytes(`Subject: ${'=?a?q?'.repeat(1_000_000)}\n\nx`)],
  ['a From group of 50,000', () => bytes(`From: F: ${repeated(50_000, (at) => `u${at}@h, `)};\n\nx`)],
  ['a From of 500,000 brackets', () => bytes(`From: ${'('.repeat(500_000)}${'<'.repeat(500_000)}\n\nx`)],
  ['a From route of 500,000', () => bytes(`From: <${'@a,'.repeat(500_000)}:b@c>\n\nx`)],
  ['a Date of 5 MB of brackets', () => bytes(`Date: ${'('.repeat(5 * MB)}\n\nx`)],
  ['500,000 parameters', () => bytes(`Content-Type: text/plain${'; a="b;\\"'.repeat(500_000)}\n\nx`)],
  [
    'a charset in 200,000 pieces',
    () => bytes(`Content-Type: text/plain${repeated(200_000, (at) => `; charset*${at}=x`)}\n\nx`),
  ],
  ['a multipart without end', () => bytes(`${openPart('b')}\n${'x'.repeat(10 * MB)}`)],
  [
    'a boundary that is empty',
    () => bytes(`Content-Type: multipart/mixed; boundary=""\n\n${'--\n'.repeat(MB)}`),
  ],
  [
    'boundaries that begin alike',
    () =>
      bytes(
        `${repeated(98, (at) => openPart('a'.repeat(at % 79)))}\n${`--${'a'.repeat(70)}x\n`.repeat(100_000)}`,
      ),
  ],
  [
    '5 MB of lines of dashes in 98 multiparts',
    () => bytes(`${repeated(98, (at) => openPart(`b${at}`))}\n${'--x\n'.repeat(1.25 * MB)}`),
  ],
  [
    'a million parts',
    () => bytes(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\n'.repeat(1_000_000)}`),
  ],
  [
    'a part that ends before it begins',
    () => bytes('Content-Type: multipart/mixed; boundary=b\n\n--b--\n--b\n--b--'),
  ],
  ['50 MB of NUL', () => Buffer.alloc(50 * MB)],
  [
    'NUL in names, values and text',
    () => bytes('Sub\0ject: a\0b\nFrom: a\0 <b\0@c>\nSubject: \0=?utf-8?q?=00?=\n\n\0x\0'),
  ],
  ['base64 that is garbage', () => encoded('base64', '\0!?='.repeat(12 * MB))],
  ['base64 without end', () => encoded('base64', 'PiBh'.repeat(12 * MB))],
  ['quoted-printable that is all escapes', () => encoded('quoted-printable', `>${'=41'.repeat(5 * MB)}`)],
  ['quoted-printable that is all equals signs', () => encoded('quoted-printable', `>${'= '.repeat(8 * MB)}`)],
  ['an unknown charset', () => inCharset('x-unknown', 0xff, 0x61)],
  ['a charset with a name of 1 MB', () => inCharset('x'.repeat(MB), 0xff)],
  ['a charset called __proto__', () => inCharset('__proto__', 0xff, 0x20, 0x61)],
  ['invalid Shift_JIS', () => inCharset('shift_jis', 0xfe)],
  ['invalid GB 18030', () => inCharset('gb18030', 0xfe)],
  ['ISO-2022-JP that changes its mind', () => inCharset('iso-2022-jp', ...bytes('\x1b$B\x1b(B'))],
  ['UTF-7', () => inCharset('utf-7', ...bytes('+AGE-'))],
  ['UTF-16 of lone surrogates', () => inCharset('utf-16', 0xd8, 0xd8)],
  ['invalid UTF-8 between letters', () => inCharset('utf-8', 0x3e, 0xff, 0x0a)],
  [
    'invalid UTF-8 in headers',
    () => Buffer.concat([bytes('Subject: '), Buffer.alloc(10 * MB, Buffer.from([0xff, 0x61]))]),
  ],
  ['HTML that is all tags', () => html('<b>'.repeat(16 * MB))],
  ['HTML that is all ampersands', () => html('&'.repeat(20 * MB))],
  ['HTML with a million quotations open', () => html('<blockquote>a'.repeat(1_000_000))],
  ['HTML with a style that never ends', () => html('<style>'.repeat(7 * MB))],
];

/** A session of alice with an INBOX and dlog, its lines, and what was read out of messages. */
async function sessionWithDlog() {
  const lines: string[] = [];
  const parsed: MessageData[] = [];
  const host = {
    user: 'alice',
    clock: () => 0,
    sink: (_source: string, { text }: { text: string }) => void lines.push(text),
  };
  const registry = createDriverRegistry([dlog as DriverDefinition]);
  const { drivers } = await initDrivers([{ driver: 'dlog', settings: {} }], registry, host);
  const store = createMailStore(() => () => 100).forUser('alice');
  addInbox(store, 1);
  const options = { clock: () => 0, deduplicateRegistrations: false, sink: host.sink };
  const session: MailSession = {
    store,
    open: (mailbox) => openTransaction({ user: 'alice', mailbox }, drivers, options),
    parse(raw) {
      const data = parseMessage(raw);
      parsed.push(data);
      return data;
    },
  };
  return { session, lines, parsed };
}

const delivery = { autocreate: true, autosubscribe: false, skipsUidValidity: false };
const received = (lines: readonly string[]) => lines.filter((line) => line.startsWith('Message data: '));

describe('a hostile message', () => {
  it.each(messages)(
    '%s: is delivered in bounded time and room, told to dlog, and has a short snippet',
    async (_name, make) => {
      const message = make();
      const { session, lines, parsed } = await sessionWithDlog();
      const { cpuMs, grownMB } = await measure(() => deliverMessage(session, 'INBOX', message, delivery));
      const [{ snippet = '' } = {}] = parsed;
      expect(Array.from(snippet).length).toBeLessThanOrEqual(SNIPPET_LENGTH);
      expect(snippet).not.toMatch(/[\r\n\0]/);
      expect(snippet.isWellFormed()).toBe(true);
      expect(received(lines)).toHaveLength(1);
      expect(cpuMs).toBeLessThan(MAX_CPU_MS);
      expect(grownMB).toBeLessThan(MAX_GROWN_MB);
    },
    60_000,
  );

  it('is not kept alive by its event', async () => {
    const kept: MessageData[] = [];
    const subject = 'subject '.repeat(4);
    const message = bytes(`Subject: ${subject}\nFrom: Somebody <a@example.org>\n\n${'word '.repeat(3 * MB)}`);
    const { grownMB } = await measure(() => {
      for (let times = 0; times < 80; times++) kept.push(parseMessage(message));
    });
    expect(kept).toHaveLength(80);
    // All of them would be 1.2 GB.
    expect(grownMB).toBeLessThan(MAX_GROWN_MB);
  }, 60_000);
});

const hostileNames = [
  ['a way up', '../../etc/passwd'],
  ['two dots', '..'],
  ['a way up on Windows', '..\\..\\windows'],
  ['an absolute path', '/etc/passwd'],
  ['64 KB', 'x'.repeat(65_536)],
  ['64 KB of levels', 'x/'.repeat(32_768)],
  ['a NUL', 'a\0b'],
  ['a line break', 'a\r\nX: y'],
  ['an escape sequence', '\u001b[2J'],
  ['a lone surrogate', 'a\ud800'],
  ['nothing', ''],
] as const;
const odd = [
  ['a bidi override', 'Archive\u202egpj\u2066exe'],
  ['invisible letters', 'Arch\u200b\u2060ive'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
] as const;

describe('hostile names of mailboxes', () => {
  it.each(hostileNames)('%s: is refused by every operation, and nobody hears of it', async (_what, name) => {
    const { session, lines } = await sessionWithDlog();
    await createMailbox(session, 'a');
    const before = lines.length;
    for (const operation of [
      () => createMailbox(session, name),
      () => renameMailbox(session, 'a', name),
      () => renameMailbox(session, name, 'b'),
      () => subscribeMailbox(session, name),
    ]) {
      await expect(operation()).rejects.toThrow(StoreError);
    }
    await unsubscribeMailbox(session, name);
    expect(lines).toHaveLength(before);
    expect([...session.store.mailboxes.keys()]).toEqual(['INBOX', 'a']);
  });

  it.each(hostileNames)('%s: a delivery there goes to the INBOX', async (_what, name) => {
    const { session, lines } = await sessionWithDlog();
    await deliverMessage(session, name, bytes('\nx'), delivery);
    expect(received(lines)).toEqual(['Message data: Mailbox [INBOX], UID [1], UIDVALIDITY [1]']);
  });

  it.each(odd)('%s: is a name like any other and stays as it is', async (_what, name) => {
    const { session, lines } = await sessionWithDlog();
    await createMailbox(session, name);
    await subscribeMailbox(session, name);
    await deliverMessage(session, name, bytes('\nx'), delivery);
    await renameMailbox(session, name, `${name}2`);
    expect(findMailbox(session.store, `${name}2`).messages).toHaveLength(1);
    expect(lines).toContain(`Mailbox data: Mailbox [${name}]`);
    expect(lines).toContain(`MailboxRename: Mailbox was renamed (old name: ${name})`);
  });

  it('an IMAP client that sends them is told so, and its session goes on', async () => {
    const wireNames = ['"../../etc"', '"&2AA-"', `"${'x'.repeat(65_536)}"`, '"&AAA-"', '"&ICo-"'];
    const { answers, errors } = await perform([imap(...wireNames.map((name) => `CREATE ${name}`), 'NOOP')]);
    expect(answers.map((answer) => /^\w+/.exec(answer)?.[0])).toEqual(['NO', 'NO', 'NO', 'NO', 'OK', 'OK']);
    expect(errors).toEqual([]);
  });
});

describe('hostile names of users', () => {
  it.each([...hostileNames, ...odd].filter(([, name]) => name !== ''))(
    '%s: has mail of its own, and is nobody else',
    async (_what, name) => {
      const { heard, errors } = await perform([deliver('\r\nx', `${name}@example.com`), deliver('\r\nx')]);
      expect(errors).toEqual([]);
      expect(heard.at(-1)?.events).toMatchObject([{ user: 'alice@example.com', uid: 1 }]);
      const stores = createMailStore(() => () => 1);
      addInbox(stores.forUser(name), 1);
      expect(stores.forUser(`${name}x`).mailboxes.size).toBe(0);
      expect([...stores.users]).toEqual([name, `${name}x`]);
    },
  );

  it('make no file outside of the data folder, and come back as they were', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'threats-'));
    const entry = '/private/vendor/vendor.dovecot/http-notify';
    const users = [...hostileNames, ...odd].map(([, name]) => name).filter((name) => name.isWellFormed());
    const file = await openMetadataFile(folder);
    for (const user of users) file.forUser(user).set('', entry, `user=${user}`);
    await file.save();
    expect(await readdir(folder)).toHaveLength(1);
    const again = await openMetadataFile(folder);
    for (const user of users) expect(again.forUser(user).get('', entry)).toBe(`user=${user}`);
  });
});

describe('hostile METADATA', () => {
  it.each([
    '../../private/x',
    '/private/../../x/',
    '/private/\0',
    '/private/\u202ex',
    '/private//x',
    '/private/*',
    `/private/${'x'.repeat(65_536)}/`,
    '__proto__',
    '',
  ])('the entry %j is refused', (entry) => {
    const metadata = createMetadata();
    expect(() => {
      metadata.set('', entry, 'x');
    }).toThrow(MetadataError);
    expect(() => metadata.get('', entry)).toThrow(MetadataError);
    expect(() => metadata.unset('', entry)).toThrow(MetadataError);
  });

  it('asking about mailboxes that are not there leaves no trace', () => {
    const metadata = createMetadata();
    for (const [, name] of [...hostileNames, ...odd]) {
      expect(metadata.get(name, '/private/x')).toBeUndefined();
      expect(metadata.unset(name, '/private/x')).toBe(false);
      expect(metadata.list(name)).toEqual([]);
    }
    expect(Object.keys(metadata.export())).toEqual([]);
  });

  it('mailboxes and entries called like prototypes are kept, and harm nothing', () => {
    const metadata = createMetadata();
    metadata.set('__proto__', '/private/__proto__', 'x');
    const copy = createMetadata();
    copy.import(JSON.parse(JSON.stringify(metadata.export())) as ReturnType<typeof metadata.export>);
    expect(copy.get('__proto__', '/private/__proto__')).toBe('x');
    expect(({} as Record<string, unknown>)['/private/__proto__']).toBeUndefined();
  });
});
