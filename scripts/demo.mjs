import './node-version.mjs';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT, inCheckout } from './checkout.mjs';
import { DEMO_NOTIFICATIONS } from './demo-notifications.mjs';
import { countDunstToasts, startDesktopSession, waitUntil } from './desktop-session.mjs';
import { hasDisplay } from './display.mjs';
import { electronExecutable, electronSwitches } from './electron-runtime.mjs';
import { encodeAsDovecot, putAsDovecot } from './ox-put.mjs';
import { freePort, isListening } from './ports.mjs';
import { runMain, say } from './progress.mjs';
import { endProcess, runProcess, spawnDependent } from './run-process.mjs';
import { setup } from './setup.mjs';

const APP_START_MS = 45_000;
// The app shows three single toasts, then gathers; its digest comes within ten seconds.
const EXPECTED_TOASTS = 4;
const TOASTS_MS = 15_000;
const SETTLE_MS = 1_500;
// The window goes to the left of the toasts.
const SCREEN = '1680x900';
const WINDOW_PLACE = ['40', '60'];
const OUTPUT = inCheckout('demo-output');

await runMain(async () => {
  const usesOwnDesktop = !hasDisplay();
  await setup(usesOwnDesktop ? 'demo' : 'desktop');
  const desktop = usesOwnDesktop
    ? await startDesktopSession({ daemon: 'dunst', size: SCREEN })
    : { env: process.env, stop: async () => {} };
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'dovebell-demo-'));
  try {
    await runDemo(desktop.env, dataDir, usesOwnDesktop);
  } finally {
    await desktop.stop();
    // Chromium's helper processes write a moment longer than the app lives.
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});

async function runDemo(desktopEnv, dataDir, usesOwnDesktop) {
  const port = await freePort();
  const [login, password] = ['demo', randomBytes(9).toString('base64url')];
  const env = { ...desktopEnv, DOVEBELL_ENDPOINT_LOGIN: login, DOVEBELL_ENDPOINT_PASSWORD: password };
  const args = ['--disable-gpu', ...electronSwitches(), CHECKOUT, '--data', dataDir, '--port', String(port)];
  const app = spawnDependent(electronExecutable(), args, { env, stdio: 'ignore' });
  try {
    say(`waiting for the app to listen on port ${port} …`);
    await waitForApp(app, port);
    await sendAll({ port, login, password });
    if (usesOwnDesktop) await waitForToasts(env);
    await takeScreenshots(env, app.pid, usesOwnDesktop);
  } finally {
    await endProcess(app);
  }
}

async function waitForApp(app, port) {
  await waitUntil(
    'the endpoint to listen',
    () => {
      if (app.exitCode !== null) throw new Error(`the app ended with exit code ${app.exitCode}`);
      return isListening(port);
    },
    APP_START_MS,
  );
}

async function sendAll({ port, login, password }) {
  for (const notification of DEMO_NOTIFICATIONS) {
    const { status, body } = await putAsDovecot({
      port,
      login,
      password,
      body: encodeAsDovecot(notification),
    });
    console.log(`${notification.folder} of ${notification.user}: answered ${status} ${body}`);
    if (status !== 200) throw new Error('the endpoint did not accept a notification');
    // As far apart as mails of a busy minute.
    await sleep(400);
  }
}

/** Fewer toasts than expected are worth a screenshot as well. */
async function waitForToasts(env) {
  const count = () => countDunstToasts(env);
  await waitUntil('toasts', async () => (await count()) >= EXPECTED_TOASTS, TOASTS_MS).catch(() => undefined);
  console.log(`${await count()} toasts on the screen`);
}

async function takeScreenshots(env, pid, usesOwnDesktop) {
  if (process.platform !== 'linux' || !env.DISPLAY) return say('screenshots are taken on X11 only.');
  await mkdir(OUTPUT, { recursive: true });
  const window = await findWindow(env, pid);
  if (usesOwnDesktop) {
    await runProcess('display', ['-window', 'root', '-size', SCREEN, 'gradient:#3d5a80-#1b263b'], { env });
    await runProcess('xdotool', ['windowmove', '--sync', window, ...WINDOW_PLACE], { env });
  }
  await sleep(SETTLE_MS);
  await capture(env, window, 'window.png');
  await capture(env, 'root', 'desktop.png');
  console.log(`Screenshots: ${path.join(OUTPUT, 'window.png')} ${path.join(OUTPUT, 'desktop.png')}`);
}

async function findWindow(env, pid) {
  const search = ['search', '--onlyvisible', '--pid', String(pid), '--name', 'Dovebell'];
  return waitUntil('the window', async () => {
    const { code, output } = await runProcess('xdotool', search, { env });
    return code === 0 && output.trim().split('\n').at(-1);
  });
}

async function capture(env, window, name) {
  const { code, output } = await runProcess('import', ['-window', window, path.join(OUTPUT, name)], { env });
  if (code !== 0) throw new Error(`the screenshot ${name} failed: ${output}`);
}
