// A desktop of one's own: a virtual X display, a message bus and a notification service that nobody else sees.
// Used by the demo and, through test/helpers/toast-session.ts, by the end-to-end tests.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inCheckout } from './checkout.mjs';
import { endProcess, runProcess, spawnDependent } from './run-process.mjs';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/**
 * Starts the desktop. `stop()` ends everything, by process id, and removes its files; the processes end at the latest
 * with this one.
 *
 * @param {{ daemon?: 'dunst' | 'none', size?: string }} [options] `size` is the screen, "1280x900" when not given
 * @returns {Promise<{ env: NodeJS.ProcessEnv, busAddress: string, stop: () => Promise<void> }>}
 *   `env` is a whole environment for programs on this desktop
 */
export async function startDesktopSession({ daemon = 'none', size = '1280x900' } = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dovebell-desktop-'));
  const children = [];
  const stop = async () => {
    for (const child of children.reverse()) await endProcess(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  };
  try {
    const display = await startDisplay(children, size);
    const busAddress = await startBus(children, folder);
    const env = await sessionEnvironment({ display, busAddress, folder });
    if (daemon === 'dunst') await startDunst(children, env);
    return { env, busAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Waits until `isReady` answers with something true.
 *
 * @template T
 * @param {string} what for the error
 * @param {() => T | Promise<T>} isReady
 * @param {number} [timeoutMs]
 * @returns {Promise<T>}
 */
export async function waitUntil(what, isReady, timeoutMs = START_TIMEOUT_MS) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await isReady();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(POLL_MS);
  }
}

async function startDisplay(children, size) {
  // The server chooses a free number itself and writes it to descriptor 3.
  const child = spawnDependent(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  children.push(child);
  const number = await readFirstLine(child, child.stdio[3], 'Xvfb');
  return `:${number}`;
}

async function startBus(children, folder) {
  const socket = path.join(folder, 'bus');
  const config = path.join(folder, 'bus.conf');
  // No service folders: a session's own ones would start whatever notification daemon is installed.
  await writeFile(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`,
  );
  const child = spawnDependent(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nosyslog', '--print-address=1'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  children.push(child);
  return readFirstLine(child, child.stdout, 'dbus-daemon');
}

async function sessionEnvironment({ display, busAddress, folder }) {
  const own = {};
  for (const name of ['runtime', 'config', 'data']) {
    const dir = path.join(folder, name);
    await mkdir(dir, { mode: 0o700 });
    own[`XDG_${name === 'runtime' ? 'RUNTIME_DIR' : `${name.toUpperCase()}_HOME`}`] = dir;
  }
  const { WAYLAND_DISPLAY: _, ...inherited } = process.env;
  return {
    ...inherited,
    ...own,
    DISPLAY: display,
    DBUS_SESSION_BUS_ADDRESS: busAddress,
    // Chromium asks the system bus for power and network state; a test must not depend on the machine's.
    DBUS_SYSTEM_BUS_ADDRESS: busAddress,
    GSETTINGS_BACKEND: 'memory',
    NO_AT_BRIDGE: '1',
  };
}

async function startDunst(children, env) {
  const child = spawnDependent('dunst', ['-config', inCheckout('scripts', 'demo-dunstrc')], {
    env,
    stdio: 'ignore',
  });
  children.push(child);
  await waitUntil('dunst to answer', () => {
    if (child.exitCode !== null) throw new Error(`dunst ended with exit code ${child.exitCode}`);
    return hasNotificationService(env);
  });
}

/**
 * Whether somebody shows notifications on this desktop.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function hasNotificationService(env) {
  const answer = await callBus(env, 'org.freedesktop.DBus', '/org/freedesktop/DBus', [
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.Notifications',
  ]);
  return answer.includes('boolean true');
}

/**
 * How many toasts dunst has on the screen now.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function countDunstToasts(env) {
  // Not dunstctl: it wants systemd's busctl.
  const answer = await callBus(env, 'org.freedesktop.Notifications', '/org/freedesktop/Notifications', [
    'org.freedesktop.DBus.Properties.Get',
    'string:org.dunstproject.cmd0',
    'string:displayedLength',
  ]);
  return Number(/uint32 (\d+)/.exec(answer)?.[1] ?? 0);
}

async function callBus(env, destination, object, call) {
  const args = ['--session', '--print-reply', `--dest=${destination}`, object, ...call];
  return (await runProcess('dbus-send', args, { env })).output;
}

function readFirstLine(child, stream, name) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${name} did not start`)), START_TIMEOUT_MS);
    const finish = (settle, value) => {
      clearTimeout(timer);
      settle(value);
    };
    stream.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) finish(resolve, text.slice(0, text.indexOf('\n')).trim());
    });
    child.on('error', (error) => finish(reject, error));
    child.on('exit', (code) => finish(reject, new Error(`${name} ended with exit code ${code}`)));
  });
}
