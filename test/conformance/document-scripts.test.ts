import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLuaEngine } from '#drivers';
import type { PushEvent } from '#framework';
import { parseMessage } from '#message';
import { decodeMailboxName } from '#store';
import { runScript, type ReplayTransaction } from '../../main/replay.ts';
import { response, startRecordingServer, unusedPort } from '../drivers/http/recording-server.ts';

/*
 * The two example scripts of the framework's document, as they are, on the mail with which the real program was
 * recorded. They are somebody else's text and not part of this project: without them there is nothing to run.
 */
const shared = path.resolve(import.meta.dirname, '../../../shared');
const scriptOf = (number: string) => path.join(shared, 'dovecot', `example-${number}.lua`);
const isHere = existsSync(scriptOf('1')) && existsSync(scriptOf('2'));

interface Recorded {
  readonly scenario: string;
  readonly input: {
    readonly user: string;
    readonly config: string;
    readonly endpoint: { readonly status: number };
    readonly steps: readonly Step[];
  };
  readonly lua_http_requests: readonly { readonly body: string }[];
  readonly log: { readonly lua: readonly string[] };
}

interface Step {
  readonly lmtp?: { readonly message_base64: string };
  readonly imap?: { readonly commands: readonly (string | readonly (string | AppendedMessage)[])[] };
}

interface AppendedMessage {
  readonly message_base64: string;
}

const engine = createLuaEngine(path.resolve(import.meta.dirname, '../../out/main'));
afterAll(() => engine.close());

describe.runIf(isHere)("the document's scripts", () => {
  const recordings = load('dovecot-2.3.19');
  const dialects = [
    { dialect: '2.3', strict: false },
    { dialect: '2.3', strict: true },
    { dialect: 'document', strict: false },
  ] as const;

  for (const recorded of recordings)
    it.each(dialects)(`${recorded.scenario} in $dialect, strict: $strict`, async (how) => {
      const { bodies, lines, ok } = await perform(recorded, how);
      expect(bodies).toEqual(recorded.lua_http_requests.map(({ body }) => body));
      expect(lines).toEqual(recordedLines(recorded));
      expect(ok).toBe(!lines.some((line) => line.includes('lua_pcall(')));
    });

  it.each(load('dovecot-2.4.1'))('$scenario fails in 2.4 as there', async (recorded) => {
    const { bodies, lines, ok } = await perform(recorded, { dialect: '2.4', strict: true });
    expect(bodies).toEqual([]);
    expect(new Set(lines)).toEqual(new Set(recordedLines(recorded)));
    expect(ok).toBe(lines.length === 0);
  });
});

it.skipIf(isHere)("the document's scripts are in ../shared/dovecot only, which is not here", ({ skip }) =>
  skip(),
);

function load(folder: string): Recorded[] {
  const golden = path.join(shared, 'golden', folder);
  if (!existsSync(golden)) return [];
  // The scripts have no handler for flags.
  const names = readdirSync(golden).filter((name) => /^seed_script_[12](?!_flags).*\.json$/.test(name));
  return names.map((name) => JSON.parse(readFileSync(path.join(golden, name), 'utf8')) as Recorded);
}

interface How {
  readonly dialect: '2.3' | '2.4' | 'document';
  readonly strict: boolean;
}

async function perform(recorded: Recorded, { dialect, strict }: How) {
  const { scenario, input } = recorded;
  const file = scriptOf(scenario.replace(/^seed_script_(\d).*$/, '$1'));
  const server = await startRecordingServer({ replies: [response(`${input.endpoint.status} As recorded`)] });
  const port = scenario.endsWith('_down') ? await unusedPort() : server.port;
  const settings: Record<string, string> = scenario.endsWith('_no_url')
    ? {}
    : { push_lua_url: `http://127.0.0.1:${port}/handler` };
  try {
    const rules = { dialect, access: 'local', trusted: false, timeLimitMs: 5000 } as const;
    const transactions = transactionsOf(input);
    const { log, ok } = await runScript({ file, transactions, settings, rules, strict, engine });
    const told = log.filter(({ level }) => level === 'info' || level === 'error');
    const lines = told.map(({ text }) => firstLine(text).replaceAll(file, 'SCRIPT'));
    return { bodies: server.requests.map(({ body }) => body), lines, ok };
  } finally {
    await server.close();
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** What was logged of scripts; the continuation of a message is not told by who logged it. */
function recordedLines({ log }: Recorded): string[] {
  return log.lua.flatMap((line) => {
    const [, text = ''] = /^\w+\([^)]*@[^)]*\)\S*: (?:Error|Info): (?:rcpt \S+: )?(.*)$/.exec(line) ?? [];
    if (text === '' || /^(?:msgid=|lua: stack traceback:|lua: \t|Raw backtrace)/.test(text)) return [];
    return [text.replaceAll(/\$DIR\/scripts\/seed-example-\d\.lua/g, 'SCRIPT')];
  });
}

const UID_VALIDITY = 1_700_000_000;

function mailboxOf(command: string): string | undefined {
  const [, name] = /^APPEND "?([^" ]+)"? /.exec(command) ?? [];
  return name === undefined ? undefined : decodeMailboxName(name);
}

/** A delivery is a transaction, and so is each mailbox that a command appends to. */
function transactionsOf({ user, steps }: Recorded['input']): ReplayTransaction[] {
  const uids = new Map<string, number>();
  const eventOf = (name: 'MessageNew' | 'MessageAppend', mailbox: string, raw: string): PushEvent => {
    const uid = (uids.get(mailbox) ?? 0) + 1;
    uids.set(mailbox, uid);
    const data = parseMessage(Buffer.from(raw, 'base64'), { dialect: '2.3' });
    return { name, user, mailbox, uid, uidValidity: UID_VALIDITY, ...data, flags: [], keywords: [] };
  };
  const transactions: ReplayTransaction[] = [];
  for (const { lmtp, imap } of steps) {
    if (lmtp)
      transactions.push({
        user,
        mailbox: 'INBOX',
        events: [eventOf('MessageNew', 'INBOX', lmtp.message_base64)],
      });
    for (const command of imap?.commands ?? []) {
      const [first = '', ...rest] = typeof command === 'string' ? [command] : command;
      const messages = rest.filter((part) => typeof part !== 'string');
      const mailbox = mailboxOf(typeof first === 'string' ? first : '');
      if (messages.length === 0 || mailbox === undefined) continue;
      const events = messages.map((part) => eventOf('MessageAppend', mailbox, part.message_base64));
      transactions.push({ user, mailbox, events });
    }
  }
  return transactions;
}
