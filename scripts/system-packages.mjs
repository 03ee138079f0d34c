import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say, SetupError } from './progress.mjs';
import { runProcess } from './run-process.mjs';
import { makePresent } from './setup-lock.mjs';

// What is looked for (a shared library, a command or a file) → the Debian or Ubuntu packages that bring it, the
// first that apt knows. Looking for the thing itself is quick and also right on other distributions.
// t64: the names since Debian 13 and Ubuntu 24.04.
const ELECTRON_LIBRARIES = {
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnss3.so': ['libnss3'],
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libgbm.so.1': ['libgbm1'],
  'notify-send': ['libnotify-bin'],
};
const DISPLAY_TOOLS = {
  Xvfb: ['xvfb'],
  'dbus-daemon': ['dbus-daemon', 'dbus'],
  'dbus-send': ['dbus-bin', 'dbus'],
  dunst: ['dunst'],
  import: ['imagemagick'],
  xdotool: ['xdotool'],
};
// Debian builds Dovecot with Lua 5.4; its Lua plugins are in dovecot-core.
const DOVECOT = {
  dovecot: ['dovecot-core'],
  '/usr/lib/dovecot/imap': ['dovecot-imapd'],
  '/usr/lib/dovecot/lmtp': ['dovecot-lmtpd'],
  '/usr/lib/dovecot/modules/lib22_push_notification_lua_plugin.so': ['dovecot-core'],
  '/usr/share/lua/5.4/socket.lua': ['lua-socket'],
};

/** What each purpose needs from the operating system; names as in `findMissing`. */
export const SYSTEM_NEEDS = {
  desktop: ELECTRON_LIBRARIES,
  virtualDesktop: { ...ELECTRON_LIBRARIES, ...DISPLAY_TOOLS },
  test: { ...ELECTRON_LIBRARIES, ...DISPLAY_TOOLS, ...DOVECOT },
};

const POLICY_FILE = '/usr/sbin/policy-rc.d';

/**
 * The entries of `needs` that this machine does not have.
 *
 * @param {Record<string, string[]>} needs
 * @param {{ libraries: string, folders: string[], exists: (file: string) => boolean }} machine
 *   `libraries` is the output of `ldconfig -p`, `folders` is where commands are
 */
export function findMissing(needs, { libraries, folders, exists }) {
  return Object.keys(needs).filter((name) => {
    if (/\.so(\.|$)/.test(name)) return !libraries.includes(`\t${name} `);
    if (path.isAbsolute(name)) return !exists(name);
    return !folders.some((folder) => exists(path.join(folder, name)));
  });
}

/**
 * Installs what is missing from the distribution, when this is root on Debian or Ubuntu.
 *
 * @param {keyof typeof SYSTEM_NEEDS} purpose
 * @throws SetupError with the one line to run, when it cannot install
 */
export async function ensureSystemPackages(purpose) {
  if (process.platform !== 'linux') return;
  const needs = SYSTEM_NEEDS[purpose];
  const findNow = async () => findMissing(needs, await readMachine());
  await makePresent(
    async () => (await findNow()).length === 0,
    async () => install(await findNow(), needs),
  );
}

async function install(missing, needs) {
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SetupError(`this system lacks ${missing.join(', ')}; install them and start again.`);
  }
  if (process.getuid() !== 0) {
    const names = (await chooseNames(missing, needs)).join(' ');
    throw new SetupError(
      `run this once, then start again:  sudo apt-get update && sudo apt-get install -y ${names}`,
    );
  }
  await installWithApt(missing, needs);
}

async function readMachine() {
  const { output } = await runProcess('/sbin/ldconfig', ['-p']);
  // Daemons live in sbin, which an ordinary user's PATH leaves out.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return { libraries: output, folders, exists: existsSync };
}

async function installWithApt(missing, needs) {
  say('updating the package lists (apt-get update) …');
  await apt('update', '-q');
  const names = await chooseNames(missing, needs);
  say(`installing ${names.join(' ')} …`);
  await withoutServices(() => apt('install', '-y', '-q', '--no-install-recommends', ...names));
}

async function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=300'];
  const { code, output } = await runProcess('apt-get', [...options, ...args], { env });
  if (code !== 0) throw new SetupError(`apt-get ${args.join(' ')} failed:\n${output.trim()}`);
}

/** Of each entry's package names, the first that can be installed here. */
async function chooseNames(missing, needs) {
  const alternatives = missing.map((name) => needs[name]);
  const { output } = await runProcess('apt-cache', ['policy', ...alternatives.flat()], {
    // hasCandidate reads English.
    env: { ...process.env, LC_ALL: 'C' },
  });
  return alternatives.map((names) => names.find((name) => hasCandidate(output, name)) ?? names.at(-1));
}

/**
 * Whether `apt-cache policy` names an installable version of the package.
 *
 * @param {string} policy its output, in English
 * @param {string} name
 */
export function hasCandidate(policy, name) {
  const section = policy.split(/^(?=\S)/m).find((text) => text.startsWith(`${name}:\n`));
  return section !== undefined && !section.includes('Candidate: (none)');
}

/** Runs an installation during which no service of the installed packages is started, then restores the machine. */
async function withoutServices(action) {
  const saved = `${POLICY_FILE}.before-dovebell`;
  const hadPolicy = existsSync(POLICY_FILE);
  const restore = () => (hadPolicy ? renameSync(saved, POLICY_FILE) : rmSync(POLICY_FILE, { force: true }));
  const restoreAndQuit = () => {
    restore();
    process.exit(130);
  };
  if (hadPolicy) renameSync(POLICY_FILE, saved);
  process.once('SIGINT', restoreAndQuit);
  process.once('SIGTERM', restoreAndQuit);
  try {
    writeFileSync(POLICY_FILE, '#!/bin/sh\n# Dovebell set-up: start no service.\nexit 101\n', {
      mode: 0o755,
    });
    await action();
  } finally {
    restore();
    process.off('SIGINT', restoreAndQuit);
    process.off('SIGTERM', restoreAndQuit);
  }
}
