import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, untilListening, type RunningApp } from '../helpers/electron-app.ts';
import { encodeOxNotification } from '#contract/ox';
import { sendOxBody } from '../helpers/ox-sender.ts';
import { startToastSession, type RecordedToastSession } from '../helpers/toast-session.ts';

const screenshots = path.resolve(import.meta.dirname, '../../test-results');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const credentials = { login: 'dovebell', password: 'secret' };

let session: RecordedToastSession;
let dataDir: string;
let running: RunningApp;
let page: Page;

async function start(): Promise<void> {
  const env = {
    ...session.env,
    DOVEBELL_ENDPOINT_LOGIN: credentials.login,
    DOVEBELL_ENDPOINT_PASSWORD: credentials.password,
  };
  running = await startApp({ env, dataDir });
  page = running.page;
  await untilListening(running);
}

/** What runs beside dlog: a script that fails for one subject. */
function configureScript(): void {
  const script = path.join(dataDir, 'push.lua');
  const config = `plugin {\n  push_notification_driver = dlog\n  push_notification_driver2 = lua:file=${script}\n}\n`;
  writeFileSync(path.join(dataDir, 'push.conf'), config);
  writeFileSync(
    script,
    `function dovecot_lua_notify_begin_txn(user) return {} end
local function tell(event)
  if event.subject == "Broken" then error("nobody to tell") end
end
function dovecot_lua_notify_event_message_new(ctx, event) tell(event) end
function dovecot_lua_notify_end_txn(ctx, success) end
`,
  );
}

const put = (body: string) => sendOxBody({ port: running.port, ...credentials }, body);
const row = (name: string | RegExp) => page.getByRole('row', { name }).first();

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'dovebell-window-'));
  configureScript();
  session = await startToastSession('recorder');
  await start();
});
afterAll(async () => {
  await running?.close();
  await session?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The document's example, as Dovecot sends it. */
const example = encodeOxNotification({
  user: '4@464646669',
  folder: 'INBOX',
  uidValidity: 123412341,
  uid: 2345,
  from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
  subject: 'Test =?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=',
  snippet: 'Hey guys This is only a test...',
  unseen: 2,
});

async function seriousViolations(): Promise<string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await tool.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

describe('the window', () => {
  it('says on its first start what to do, and where it listens', async () => {
    await expect
      .poll(() => page.getByRole('status', { name: 'Endpoint' }).textContent())
      .toContain(`127.0.0.1:${running.port}`);
    await page.getByRole('button', { name: 'Send test' }).first().waitFor();
    await page.screenshot({ path: path.join(screenshots, 'first-start.png') });
    expect(await seriousViolations()).toEqual([]);
  });

  it('shows the example of the manual as a row, a toast and a detail', async () => {
    expect((await put(example)).status).toBe(200);
    await row(/MessageNew.*4@464646669.*INBOX.*Test päivää/).click();
    const toast = await session.toasts.waitFor(({ summary }) => summary === 'Ä');
    expect(toast.body).toMatch(/^Test päivää/);
    await page.getByRole('tab', { name: 'Payload' }).click();
    await expect
      .poll(() => page.getByRole('tabpanel').textContent())
      .toContain('=?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=');
    await page.getByRole('tab', { name: 'Summary' }).click();
    await expect
      .poll(() => page.getByRole('tabpanel').textContent())
      .toContain('Hey guys This is only a test...');
    await page.keyboard.press('Escape');
  });

  it('shows the second attempt of a sender on the row of the first', async () => {
    expect((await put(example)).status).toBe(200);
    await row(/4@464646669.*×2/).waitFor();
    expect(await page.getByRole('row', { name: /4@464646669/ }).count()).toBe(1);
  });

  it('sends a test through the whole loop', async () => {
    await page.getByRole('button', { name: 'Send test' }).first().click();
    await row(/MessageNew.*test@dovebell/).waitFor();
    await session.toasts.waitFor(({ summary }) => summary === 'Dovebell');
  });

  it('opens the row whose toast is clicked', async () => {
    const toast = await session.toasts.waitFor(({ summary }) => summary === 'Ä');
    session.toasts.click(toast.id);
    await expect.poll(() => page.getByRole('tabpanel').textContent()).toContain('alice@barfoo.org');
    await page.keyboard.press('Escape');
  });

  it('shows a refused request as a rejected row that says what was wrong', async () => {
    expect((await put('{"imap-uid":-1}')).status).toBe(400);
    await row(/rejected.*imap-uid must be a whole number/).waitFor();
  });

  it('shows what a script failed with, and where', async () => {
    const broken = { user: 'lua@example.com', folder: 'INBOX', uidValidity: 7, uid: 1, subject: 'Broken' };
    expect((await put(encodeOxNotification(broken))).status).toBe(200);
    await row(/lua@example\.com.*Broken.*lua.*failed/).click();
    await page.getByRole('tab', { name: 'Trace' }).click();
    const panel = page.getByRole('tabpanel');
    await expect.poll(() => panel.locator('.reason').textContent()).toContain('nobody to tell');
    expect(await panel.locator('.log-line[data-frame="script"] .place').allTextContents()).toEqual([
      'push.lua:3',
      'push.lua:5',
    ]);
    expect(await panel.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('is usable by keyboard alone', async () => {
    await page.getByRole('grid', { name: 'Timeline' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('tabpanel').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('tabpanel').count()).toBe(0);
  });

  it('has no serious accessibility fault in either colour scheme, in either size', async () => {
    await row(/4@464646669/).click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [width, height] of [
        [1180, 760],
        [720, 480],
      ] as const) {
        await resize(width, height);
        await page.screenshot({ path: path.join(screenshots, `timeline-${colorScheme}-${width}.png`) });
        expect(await seriousViolations()).toEqual([]);
      }
    }
    await resize(1180, 760);
    await page.keyboard.press('Escape');
  });

  it('shows hostile text as text, and its policy blocks what would have run', async () => {
    const hostile = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';
    await put(
      encodeOxNotification({
        user: hostile,
        folder: '../../\u202eetc',
        uidValidity: 1,
        uid: 1,
        from: hostile,
        subject: hostile,
        snippet: hostile,
      }),
    );
    await row(/<script>/).click();
    for (const tab of ['Payload', 'HTTP', 'Trace', 'Summary'])
      await page.getByRole('tab', { name: tab }).click();
    expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    const blocked = await page.evaluate(async () => {
      const violation = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
      });
      const script = document.createElement('script');
      script.textContent = 'globalThis.pwned = 1';
      document.body.append(script);
      return violation;
    });
    expect(blocked).toMatch(/^script-src/);
    expect(await page.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
    await page.keyboard.press('Escape');
  });

  it('gives its page no more than the contract', async () => {
    const found = await page.evaluate(async () => {
      const { dovebell } = globalThis as unknown as {
        dovebell: { request(name: string, argument?: unknown): Promise<unknown> };
      };
      const refusal = (name: string, argument?: unknown) =>
        dovebell.request(name, argument).then(
          () => 'answered',
          () => 'refused',
        );
      return {
        globals: ['require', 'process', 'Buffer', 'ipcRenderer'].filter((name) => name in globalThis),
        api: Object.keys(dovebell).toSorted(),
        answers: await Promise.all([
          refusal('status/get'),
          refusal('no/such'),
          refusal('timeline/list', { fromSeq: 0, toSeq: 1e9 }),
          refusal('timeline/list', { fromSeq: 'a' }),
          refusal('timeline/get', { id: 'x'.repeat(1_000_000) }),
        ]),
        opened: window.open('https://example.com'),
      };
    });
    expect(found).toEqual({
      globals: [],
      api: ['request', 'subscribe'],
      answers: ['answered', 'refused', 'refused', 'refused', 'refused'],
      opened: null,
    });
    const frameApi = await page.evaluate(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const hasApi = 'dovebell' in (frame.contentWindow ?? {});
      frame.remove();
      return hasApi;
    });
    expect(frameApi).toBe(false);
  });

  it('comes back after its page crashed, and lost nothing of what came meanwhile', async () => {
    await running.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    });
    expect(
      (
        await put(
          encodeOxNotification({
            user: 'meanwhile',
            folder: 'INBOX',
            uidValidity: 1,
            uid: 77,
            subject: 'While it was away',
          }),
        )
      ).status,
    ).toBe(200);
    await expect.poll(() => textOfWindow(running), { timeout: 20_000 }).toContain('While it was away');
  });

  it('shows everything again after a restart', async () => {
    await running.close();
    await start();
    await row(/4@464646669.*Test päivää/).waitFor();
    await row(/While it was away/).waitFor();
    await row(/rejected/).waitFor();
  });

  it('says that its port is taken, and what to do', async () => {
    const env = { ...session.env };
    const second = await startApp({ env, port: running.port });
    const alert = second.page.getByRole('alert').first();
    await expect.poll(() => alert.textContent(), { timeout: 8000 }).toContain('another program has the port');
    await second.page.getByRole('button', { name: 'Try again' }).waitFor();
    await second.page.screenshot({ path: path.join(screenshots, 'port-taken.png') });
    await second.close();
  });
});

function resize(width: number, height: number): Promise<void> {
  return running.app.evaluate(
    ({ BrowserWindow }, size) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height);
      return new Promise((resolve) => setTimeout(resolve, 300));
    },
    { width, height },
  );
}

// Playwright's page is gone with its process; the window is asked instead. A question that meets the change of
// processes is never answered, so each has a limit.
function textOfWindow({ app }: RunningApp): Promise<string> {
  return app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents || contents.isCrashed() || contents.isLoading()) return '';
    const text = contents.executeJavaScript('document.body.innerText') as Promise<string>;
    const limit = new Promise<string>((resolve) => setTimeout(() => resolve(''), 1000));
    return Promise.race([text, limit]);
  });
}
