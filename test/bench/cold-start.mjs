import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { CHECKOUT } from '../../scripts/checkout.mjs';
import { startDesktopSession } from '../../scripts/desktop-session.mjs';
import { electronExecutable, electronSwitches } from '../../scripts/electron-runtime.mjs';
import { benchEnvironment, temporaryFolder } from './server-process.mjs';
import { median } from './statistics.mjs';

const ROUNDS = 7;
const START_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 5_000;
const HELLO_APP = fileURLToPath(new URL('./hello-app/main.cjs', import.meta.url));

/**
 * From the start of the process to the first contentful paint, beside an app that shows one line: same runtime,
 * same switches, same display, in turns. Both keep their profile, as an app that is started every day does.
 */
export async function measureColdStart(defer) {
  const desktop = await startDesktopSession();
  defer(() => desktop.stop());
  const env = benchEnvironment(desktop.env);
  const dataDir = await temporaryFolder(defer);
  const apps = { app: [CHECKOUT, '--data', dataDir, '--port', '0'], hello: [HELLO_APP] };
  const times = { app: [], hello: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of Object.entries(apps)) {
      const firstPaintMs = await timeToFirstPaint(args, env);
      // Round 0 fills the caches of the disk.
      if (round > 0) times[name].push(firstPaintMs);
    }
  }
  const app = median(times.app);
  const hello = median(times.hello);
  return [
    { name: 'cold-start.app', value: app, unit: 'ms', baselines: { hello } },
    { name: 'cold-start.hello-ratio', value: app / hello, unit: 'ratio', atMost: 1.6 },
  ];
}

async function timeToFirstPaint(args, env) {
  const startedAtMs = Date.now();
  const app = await _electron.launch({
    executablePath: electronExecutable(),
    args: ['--disable-gpu', ...electronSwitches(), ...args],
    env,
    timeout: START_TIMEOUT_MS,
  });
  try {
    const page = await app.firstWindow({ timeout: START_TIMEOUT_MS });
    return (await page.evaluate(firstPaintAtMs)) - startedAtMs;
  } finally {
    await endApp(app);
  }
}

// Runs in the page.
function firstPaintAtMs() {
  return new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      const [entry] = list.getEntriesByName('first-contentful-paint');
      if (!entry) return;
      observer.disconnect();
      resolve(performance.timeOrigin + entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
}

async function endApp(app) {
  const child = app.process();
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
  await app.close().catch(() => undefined);
  clearTimeout(timer);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}
