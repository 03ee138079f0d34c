import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT } from '../../scripts/checkout.mjs';
import { startDesktopSession, waitUntil } from '../../scripts/desktop-session.mjs';
import { electronExecutable, electronSwitches } from '../../scripts/electron-runtime.mjs';
import { endProcess } from '../../scripts/run-process.mjs';
import { FIRST_UID, openConnection } from './connection.mjs';
import { startNotificationService } from './notification-service.mjs';
import { benchEnvironment, startServe, temporaryFolder } from './server-process.mjs';
import { percentile } from './statistics.mjs';

const TOASTS = 20;
/** Three toasts within ten seconds stay single (main/toast/toast-policy.ts); slower than that, none is grouped. */
const SPACING_MS = 3_500;
const START_TIMEOUT_MS = 30_000;
const NOTIFY_TIMEOUT_MS = 5_000;
/** A window that has just opened is still busy with itself. */
const SETTLE_MS = 2_000;
const TARGET_MS = 80;

/** From PUT to the call of Notify on the bus: the window's toasts (Electron) and those of `serve` (node-notifier). */
export async function measureToast(defer) {
  const desktop = await startDesktopSession();
  defer(() => desktop.stop());
  const clock = await startToastClock(defer, desktop.busAddress);
  const ports = {
    app: await startApp(defer, desktop.env),
    serve: (await startServe(defer, { toasts: true, env: desktop.env })).port,
  };
  await sleep(SETTLE_MS);
  // The two take turns, so that neither is measured while the other is at work.
  return Promise.all(
    Object.entries(ports).map(async ([name, port], index) => {
      await sleep((SPACING_MS / 2) * index);
      return toResult(name, await measureToasts(clock, name, port));
    }),
  );
}

function toResult(name, { firstMs, latenciesMs }) {
  return {
    name: `toast.${name}`,
    value: percentile(latenciesMs, 0.5),
    unit: 'ms',
    atMost: TARGET_MS,
    baselines: { p90: percentile(latenciesMs, 0.9), first: firstMs },
  };
}

/** Tells when the notification whose text contains a subject came. */
async function startToastClock(defer, busAddress) {
  const cameAt = new Map();
  await startNotificationService(defer, busAddress, (summary, body) => {
    const now = performance.now();
    const subject = /bench-\w+-\d+/.exec(`${summary} ${body}`)?.[0];
    cameAt.set(subject, now);
  });
  return { cameAt };
}

async function measureToasts({ cameAt }, name, port) {
  const times = [];
  for (let index = 0; index <= TOASTS; index++) {
    const nextAt = performance.now() + SPACING_MS;
    const subject = `bench-${name}-${index}`;
    const sentAt = await putOne({ port, user: `${name}@example.com`, subject }, FIRST_UID + index);
    const at = await waitUntil(`the toast ${subject}`, () => cameAt.get(subject), NOTIFY_TIMEOUT_MS);
    times.push(at - sentAt);
    if (index < TOASTS) await sleep(Math.max(0, nextAt - performance.now()));
  }
  // The first one also starts whatever shows toasts.
  const [firstMs, ...latenciesMs] = times;
  return { firstMs, latenciesMs };
}

/** Resolves with the moment of sending once the answer is there. */
async function putOne(message, uid) {
  let failed = () => undefined;
  const failure = new Promise((_, reject) => {
    failed = reject;
  });
  const connection = await openConnection(message, failed);
  try {
    const sentAt = performance.now();
    await Promise.race([new Promise((resolve) => connection.put(uid, resolve)), failure]);
    return sentAt;
  } finally {
    connection.close();
  }
}

/** Starts the app with its window; resolves with its port. */
async function startApp(defer, env) {
  const port = await freePort();
  const dataDir = await temporaryFolder(defer);
  const args = ['--disable-gpu', ...electronSwitches(), CHECKOUT, '--data', dataDir, '--port', String(port)];
  const child = spawn(electronExecutable(), args, { env: benchEnvironment(env), stdio: 'ignore' });
  defer(() => endProcess(child));
  await waitUntil('the app to listen', () => child.exitCode === null && isListening(port), START_TIMEOUT_MS);
  return port;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
