import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT, inCheckout, packageCommand } from './checkout.mjs';
import { ensureFengari } from './fengari.mjs';
import { say, SetupError } from './progress.mjs';
import { runProcess } from './run-process.mjs';
import { makePresent } from './setup-lock.mjs';

/** What the build is made from. */
export const BUILD_INPUTS = [
  'main',
  'drivers',
  'renderer',
  'assets',
  // Built for the bench, see electron.vite.config.ts.
  'test/bench/measured.ts',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'scripts/fengari.mjs',
  'scripts/fengari-edits.mjs',
  'scripts/fengari-edits',
  'scripts/fengari-entry.mjs',
  'scripts/fengari',
  'tsconfig.json',
];
const STAMP = inCheckout('out', '.built-from');

/**
 * One string that changes when any input file is added, removed or written.
 *
 * @param {string} root
 * @param {string[]} inputs files and folders below root; missing ones are fine
 */
export function fingerprintInputs(root, inputs) {
  const hash = createHash('sha256');
  const visit = (file) => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) return;
    if (!stats.isDirectory()) return hash.update(`${file}\0${stats.size}\0${stats.mtimeMs}\n`);
    for (const name of readdirSync(file).sort()) visit(path.join(file, name));
  };
  for (const input of inputs) visit(path.join(root, input));
  return hash.digest('hex');
}

/** Builds the app when any of its sources is not as it was at the last build. */
export async function ensureBuild() {
  await ensureFengari();
  await makePresent(isBuilt, build);
}

function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprintInputs(CHECKOUT, BUILD_INPUTS);
}

async function build() {
  // Taken before the build: what is edited meanwhile is built again at the next start.
  const fingerprint = fingerprintInputs(CHECKOUT, BUILD_INPUTS);
  say('building (electron-vite build) …');
  const { code, output } = await runProcess(process.execPath, [packageCommand('electron-vite'), 'build'], {
    cwd: CHECKOUT,
  });
  if (code !== 0) throw new SetupError(`the build failed:\n${output.trim()}`);
  writeFileSync(STAMP, fingerprint);
}
