import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeOxNotification } from '#contract/ox';
import type { TransactionReport } from '#contract/report';
import { dovebell } from '../helpers/dovebell-command.ts';
import { sendOxBody } from '../helpers/ox-sender.ts';
import { startServe, type ServeProcess } from '../helpers/serve-process.ts';
import { startToastSession, type RecordedToastSession } from '../helpers/toast-session.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'dovebell-serve-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const body = (uid: number) =>
  encodeOxNotification({ user: 'alice', folder: 'INBOX', uidValidity: 7, uid, subject: `Message ${uid}` });

async function exported(): Promise<TransactionReport[]> {
  const { stdout } = await dovebell('events', 'export', '--data', dataDir);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TransactionReport);
}

describe('kill -9 of serve', () => {
  it.each([15, 120, 400])(
    'loses nothing that was answered 200, after %i answers',
    async (answersBeforeKill) => {
      const serve = await startServe({ dataDir, args: ['--no-toasts'] });
      const answered = await sendUntilKilled(serve, answersBeforeKill);
      const again = await startServe({ dataDir, args: ['--no-toasts'] });
      await again.kill('SIGTERM');
      const reports = await exported();
      const uids = reports.flatMap(({ events }) => events.map((event) => ('uid' in event ? event.uid : 0)));
      expect(new Set(uids).size).toBe(uids.length);
      expect(answered.filter((uid) => !uids.includes(uid))).toEqual([]);
      expect(reports.filter(({ state }) => state !== 'done')).toEqual([]);
      await again.stop();
    },
  );
});

/** Sends from several connections; kills the process with no warning once enough were answered. */
async function sendUntilKilled(serve: ServeProcess, count: number): Promise<number[]> {
  const answered: number[] = [];
  let uid = 0;
  let isAlive = true;
  const sender = async () => {
    while (isAlive) {
      uid += 1;
      const mine = uid;
      const answer = await sendOxBody(serve, body(mine)).catch(() => undefined);
      if (answer?.status === 200) answered.push(mine);
      if (!answer) return;
      if (answered.length >= count && isAlive) {
        isAlive = false;
        await serve.kill('SIGKILL');
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return answered;
}

describe('the second attempt of a sender', () => {
  let session: RecordedToastSession;
  beforeAll(async () => {
    session = await startToastSession('recorder');
  });
  afterAll(() => session?.stop());

  it('is one event and one toast, also across a restart', async () => {
    const first = await startServe({ dataDir, env: session.env });
    await sendOxBody(first, body(1));
    await first.waitForLines(1);
    await session.toasts.waitFor(1);
    await sendOxBody(first, body(1));
    await first.kill('SIGTERM');
    const second = await startServe({ dataDir, env: session.env });
    expect((await sendOxBody(second, body(1))).status).toBe(200);
    await sendOxBody(second, body(2));
    await session.toasts.waitFor(({ body: text }) => text.startsWith('Message 2'));
    await second.kill('SIGTERM');
    expect((await exported()).map(({ repeats = 0 }) => repeats)).toEqual([2, 0]);
    expect(session.toasts.notifications()).toHaveLength(2);
    await second.stop();
  });

  it('shows hostile text as plain text', async () => {
    const serve = await startServe({ dataDir, env: session.env });
    const hostile =
      '--wait <b>bold</b> <a href="file:///etc/passwd">x</a> \u202egnp.exe \u001b[31m &#x0; \\n';
    const text = encodeOxNotification({
      user: 'alice',
      folder: 'INBOX',
      uidValidity: 9,
      uid: 1,
      from: hostile,
      subject: `-5 ${hostile}`,
      snippet: '🎉'.repeat(5000),
    });
    await sendOxBody(serve, text);
    const toast = await session.toasts.waitFor(({ body: shown }) => shown.includes('5'));
    expect(toast.summary).toContain('--wait');
    expect(toast.body).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(toast.summary + toast.body).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(toast.body.length).toBeLessThan(3000);
    await serve.kill('SIGTERM');
    await serve.stop();
  });
});

describe('the command line', () => {
  it('ends serve with 3 when the port is taken, and with 2 for wrong usage', async () => {
    const serve = await startServe({ dataDir, args: ['--no-toasts'] });
    const taken = await dovebell(
      'serve',
      '--data',
      path.join(dataDir, 'other'),
      '--port',
      String(serve.port),
    );
    expect(taken.code).toBe(3);
    expect(taken.stderr).toBe(
      `dovebell serve: Cannot listen on 127.0.0.1 port ${serve.port}: another program has the port. End it, or choose another with --port.\n`,
    );
    expect((await dovebell('serve', '--port', 'many')).code).toBe(2);
    expect((await dovebell('serve', '--nonsense')).code).toBe(2);
    expect((await dovebell('nonsense')).code).toBe(2);
    await serve.stop();
  });

  it('sends, lists, shows and exports, and never prints the password', async () => {
    const serve = await startServe({ dataDir, args: ['--no-toasts'] });
    const url = `http://${serve.login}:${serve.password}@127.0.0.1:${serve.port}/preliminary/http-notify/v1/notify`;
    const sent = await dovebell('send', '--url', url);
    expect(sent).toMatchObject({ code: 0 });
    expect((await dovebell('endpoint', '--data', dataDir)).stdout).toContain(`@127.0.0.1:${serve.port}/`);
    // The test's credentials come from the environment of the process; those of the data folder are others.
    expect((await dovebell('send', '--url', serve.url, '--data', dataDir)).stderr).toContain('answered 401');
    const file = path.join(dataDir, 'event.json');
    writeFileSync(file, body(77));
    expect((await dovebell('send', '--url', url, '--event', file)).code).toBe(0);
    expect((await dovebell('send', '--url', url.replace(serve.password, 'wrong'))).code).toBe(1);
    await serve.waitForLines(3);
    const listed = await dovebell('events', 'list', '--data', dataDir);
    expect(listed.stdout).toMatch(/MessageNew {2}alice {2}INBOX {2}uid 77 {2}Message 77/);
    expect(listed.stdout).toMatch(/rejected/);
    const [report] = await exported();
    const shown = await dovebell('events', 'show', report?.id ?? '', '--json', '--data', dataDir);
    expect(JSON.parse(shown.stdout)).toEqual(report);
    expect((await dovebell('events', 'show', 'nothing', '--data', dataDir)).code).toBe(1);
    expect((await dovebell('events', 'list', '--data', path.join(dataDir, 'none'))).code).toBe(3);
    for (const text of [sent.stdout, listed.stdout, shown.stdout, serve.errors(), ...serve.lines()]) {
      expect(text).not.toContain(serve.password);
    }
    await serve.stop();
  });

  it('generates credentials, keeps them to itself, and prints them only on request', async () => {
    const plain = await dovebell('endpoint', '--data', dataDir);
    expect(plain.stdout).toContain('LOGIN:PASSWORD@127.0.0.1:8009');
    const secret = await dovebell('endpoint', '--show-secret', '--data', dataDir);
    const file = path.join(dataDir, 'endpoint-credentials.json');
    const { password } = JSON.parse(readFileSync(file, 'utf8')) as { password: string };
    expect(secret.stdout).toContain(`dovebell:${password}@`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('prints the event and the exact OX body of a message', async () => {
    const golden = JSON.parse(
      readFileSync(path.resolve(import.meta.dirname, '../fixtures/golden/lmtp_seed_example.json'), 'utf8'),
    ) as { input: { steps: [{ lmtp: { message_base64: string } }] }; ox_requests: [{ body: string }] };
    const file = path.join(dataDir, 'message.eml');
    writeFileSync(file, Buffer.from(golden.input.steps[0].lmtp.message_base64, 'base64'));
    const event = await dovebell('event', file, '--user', 'alice@example.com');
    expect(JSON.parse(event.stdout)).toMatchObject({
      name: 'MessageNew',
      subject: 'Test päivää',
      date: 1704110400,
    });
    const ox = await dovebell('event', file, '--ox', '--user', 'alice@example.com');
    expect(ox.stdout).toBe(`${golden.ox_requests[0].body}\n`);
    expect((await dovebell('event', path.join(dataDir, 'none.eml'))).code).toBe(3);
  });
});
