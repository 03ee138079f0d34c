import {
  createDriverRegistry,
  initDrivers,
  runTransaction,
  type DovecotDialect,
  type DriverDefinition,
  type MailAccess,
  type PushEvent,
} from '#framework';
import { createOx, type OxOptions } from '../../../drivers/ox.ts';

/** The message of Dovecot's documentation, as its headers reach the driver. */
export const seedMessage: PushEvent = {
  name: 'MessageNew',
  user: 'alice@example.com',
  mailbox: 'INBOX',
  uid: 1,
  uidValidity: 1_700_000_000,
  from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
  subject: 'Test päivää',
  subjectHeader: 'Test =?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=',
  snippet: 'Hey guys This is only a test...',
};

/** The request body that all recordings of that message have. */
export const seedBody =
  '{"user":"alice@example.com","event":"messageNew","folder":"INBOX","imap-uidvalidity":1700000000,"imap-uid":1,' +
  '"from":"=?utf-8?q?=C3=84?= <alice@barfoo.org>","subject":"Test =?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=",' +
  '"snippet":"Hey guys This is only a test...","unseen":1}';

export interface SessionOptions {
  /** One for each configured ox driver. */
  readonly entries: readonly Readonly<Record<string, string>>[];
  readonly dialect?: DovecotDialect;
  readonly metadata?: () => string | undefined;
  readonly status?: MailAccess['getStatus'];
  readonly setting?: (name: string) => string | undefined;
  readonly clock?: () => number;
  readonly user?: string;
  /** Sessions with the same definition are of one process. */
  readonly ox?: ReturnType<typeof createOx>;
  readonly options?: OxOptions;
}

/** A session of one user with ox drivers and one log for everything, in order. */
export async function startSession(session: SessionOptions) {
  const log: string[] = [];
  const user = session.user ?? 'alice@example.com';
  const definition = (session.ox ?? createOx(session.options ?? { pace: 'dovecot' })) as DriverDefinition;
  const sink = (_source: string, { level, text }: { level: string; text: string }) => {
    log.push(`${level}: ${text}`);
  };
  const clock = session.clock ?? (() => 0);
  const counts = { messages: 1, recent: 0, uidNext: 2, uidValidity: 1, keywords: [] };
  const { drivers, problems } = await initDrivers(
    session.entries.map((settings) => ({ driver: 'ox', settings })),
    createDriverRegistry([definition]),
    {
      user,
      clock,
      sink,
      dialect: session.dialect ?? '2.3',
      mail: {
        getMetadata: (mailbox, entry) =>
          mailbox === '' && entry === '/private/vendor/vendor.dovecot/http-notify'
            ? (session.metadata ?? (() => 'user=11@3'))()
            : undefined,
        getStatus: session.status ?? (() => ({ ...counts, unseen: 1 })),
      },
      ...(session.setting && { setting: session.setting }),
    },
  );
  return {
    log,
    problems,
    run(events: readonly PushEvent[] = [seedMessage]) {
      const mailbox = events[0]?.mailbox ?? 'INBOX';
      const options = { deduplicateRegistrations: false, clock, sink };
      return runTransaction({ user, mailbox, events, committed: true }, drivers, options);
    },
    async end() {
      for (const { driver } of drivers) await driver.deinit?.();
    },
  };
}

/** Numbers that differ from run to run, as the recordings normalise them. */
export function normalise(line: string): string {
  return line
    .replace(/\d+\.\d{3}(?= secs| in )/g, 'N')
    .replace(/\d+ ms/g, 'N ms')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST:PORT')
    .replace(/localhost:\d+/g, 'localhost:PORT');
}
