import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransactionReport } from '#contract/report';
import { describeEndpoint, type EndpointAddress } from '../../main/config/endpoint-configuration.ts';
import { inCheckout } from '../../scripts/checkout.mjs';
import { startHttpRecorder } from '../helpers/http-recorder.ts';
import { startDovecot, type Dovecot } from '../helpers/dovecot.ts';
import { startApp, untilListening, type RunningApp } from '../helpers/electron-app.ts';
import { startServe, type ServeProcess } from '../helpers/serve-process.ts';
import { startToastSession, type RecordedToastSession } from '../helpers/toast-session.ts';

/** The message behind the example payload of the manual, and what the real Dovecot 2.3.19 sent for it. */
const recording = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/golden/lmtp_seed_example.json'), 'utf8'),
) as {
  input: { steps: [{ lmtp: { message_base64: string } }] };
  ox_requests: [{ body: string; headers: [string, string][] }];
};
const message = Buffer.from(recording.input.steps[0].lmtp.message_base64, 'base64');
const [expected] = recording.ox_requests;
const user = 'alice@example.com';
const host = '127.0.0.1';

let session: RecordedToastSession;
let dovecot: Dovecot;

beforeAll(async () => {
  session = await startToastSession('recorder');
});
afterAll(() => session?.stop());

// The line that `dovebell endpoint --show-secret` prints is what people paste, so it is what is tried here.
async function deliver(address: EndpointAddress): Promise<string[]> {
  const [pluginSettings = ''] = /push_notification_driver = ox:url=.*/.exec(describeEndpoint(address)) ?? [];
  dovecot = await startDovecot({ pluginSettings });
  await dovecot.enableOx(user, '11@3');
  return dovecot.deliver({ to: [user], message: message.toString('latin1') });
}

// Each Dovecot gives its INBOX another UIDVALIDITY: the time of its creation.
const withoutUidValidity = (body: string) => body.replace(/"imap-uidvalidity":\d+/, '"imap-uidvalidity":0');

describe('a message delivered by a real Dovecot', () => {
  let serve: ServeProcess;

  it('runs the template of a form in the lua driver, which tells others of it', async () => {
    const hook = await startHttpRecorder();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-form-'));
    const config = path.join(folder, 'push.conf');
    const script = inCheckout('assets', 'scripts', 'new-message-form.lua');
    const settings = [`push_notification_driver = lua:file=${script}`, `push_url = ${hook.origin}/form`];
    writeFileSync(config, `plugin {\n${settings.join('\n')}\n}\n`);
    serve = await startServe({ env: session.env, args: ['--no-toasts', '--config', config] });
    expect((await deliver({ host, port: serve.port, credentials: serve }))[0]).toMatch(/^250 /);
    const [line = ''] = await serve.waitForLines(1);
    const report = JSON.parse(line) as TransactionReport;
    expect(report.driverRuns).toMatchObject([{ driver: 'lua', outcome: 'done' }]);
    expect(report.driverRuns[0]?.trace.filter(({ level }) => level === 'error')).toEqual([]);
    const [request] = hook.requests();
    expect(request).toMatchObject({ method: 'POST', target: '/form' });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      user,
      folder: 'INBOX',
      'imap-uid': '1',
      event: 'MessageNew',
      from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
      snippet: 'Hey guys This is only a test...',
    });
    await dovecot.stop();
    await serve.stop();
    hook.stop();
    rmSync(folder, { recursive: true });
  });
  let app: RunningApp;

  it('becomes one row with the bytes that Dovecot sent, and one toast, without a window', async () => {
    serve = await startServe({ env: session.env });
    const answers = await deliver({ host, port: serve.port, credentials: serve });
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatch(/^250 /);
    const [line] = await serve.waitForLines(1);
    const report = JSON.parse(line ?? '') as TransactionReport;
    expect(withoutUidValidity(report.raw ?? '')).toBe(withoutUidValidity(expected.body));
    expect(report.http?.headers.map(([name]) => name)).toEqual([
      'Host',
      'Date',
      'Authorization',
      'Content-Length',
      'Connection',
      'Content-Type',
    ]);
    expect(report).toMatchObject({
      user,
      mailbox: 'INBOX',
      events: [{ name: 'MessageNew', fromDisplayName: 'Ä', subject: 'Test päivää', unseen: 1 }],
      driverRuns: [{ driver: 'dlog', outcome: 'done' }],
      toast: { outcome: 'shown' },
    });
    const toast = await session.toasts.waitFor(({ summary }) => summary === 'Ä');
    expect(toast.body).toMatch(/^Test päivää/);
    expect(serve.lines()).toHaveLength(1);
    expect(session.toasts.notifications()).toHaveLength(1);
    expect(await dovecot.log()).toContain('Notification sent successfully: 200 OK');
    await dovecot.stop();
    await serve.stop();
  });

  it('becomes one row and one toast in the window', async () => {
    const before = session.toasts.notifications().length;
    const credentials = { DOVEBELL_ENDPOINT_LOGIN: 'dovebell', DOVEBELL_ENDPOINT_PASSWORD: 'secret' };
    app = await startApp({ env: { ...session.env, ...credentials } });
    await untilListening(app);
    const answers = await deliver({
      host,
      port: app.port,
      credentials: { login: 'dovebell', password: 'secret' },
    });
    expect(answers[0]).toMatch(/^250 /);
    await app.page.getByRole('row', { name: /MessageNew.*alice@example\.com.*INBOX.*Test päivää/ }).click();
    await app.page.getByRole('tab', { name: 'Payload' }).click();
    await expect
      .poll(() => app.page.getByRole('tabpanel').textContent())
      .toContain('"subject":"Test =?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?="');
    await session.toasts.waitFor(before + 1);
    const toast = session.toasts.notifications().at(-1);
    expect(toast?.summary).toBe('Ä');
    expect(toast?.body).toMatch(/^Test päivää/);
    expect(await app.page.getByRole('row', { name: /MessageNew/ }).count()).toBe(1);
    await dovecot.stop();
    await app.close();
  });
});
