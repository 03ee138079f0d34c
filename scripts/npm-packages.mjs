import { existsSync, readFileSync } from 'node:fs';
import { inCheckout } from './checkout.mjs';
import { say, SetupError } from './progress.mjs';
import { runProcess } from './run-process.mjs';
import { makePresent } from './setup-lock.mjs';

/**
 * Whether node_modules is what package-lock.json asks for. Contents are compared, not times: a git checkout
 * touches files without changing them.
 *
 * @param {{ packages: Record<string, { integrity?: string, version?: string, optional?: boolean }> }} wanted package-lock.json
 * @param {{ packages: Record<string, { integrity?: string, version?: string }> }} installed node_modules/.package-lock.json
 */
export function isInstalledAsLocked(wanted, installed) {
  const isSame = (a, b) => a.version === b.version && a.integrity === b.integrity;
  const extra = Object.keys(installed.packages).some((name) => !wanted.packages[name]);
  if (extra) return false;
  return Object.entries(wanted.packages).every(([name, entry]) => {
    if (name === '') return true;
    const found = installed.packages[name];
    // npm leaves out optional packages that are meant for other systems.
    return found ? isSame(entry, found) : entry.optional === true;
  });
}

/** Installs the npm packages when they are missing or are not those of package-lock.json. */
export function ensureNpmPackages() {
  return makePresent(npmPackagesAreFresh, installNpmPackages);
}

async function installNpmPackages() {
  say('installing npm packages (npm ci) …');
  const { code, output } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new SetupError(`npm ci failed (exit ${code}):\n${firstLines(output)}`);
}

/**
 * Runs npm quietly, also where it is a script that only a shell can start.
 *
 * @param {string[]} args
 * @param {{ cwd?: string, timeoutMs?: number }} [options]
 */
export function runNpm(args, { cwd = inCheckout(), timeoutMs } = {}) {
  const options = { cwd, timeoutMs };
  const npmScript = process.env.npm_execpath;
  // Set by npm itself when it runs one of our scripts; other package managers set it too.
  if (npmScript?.endsWith('npm-cli.js')) return runProcess(process.execPath, [npmScript, ...args], options);
  return runProcess(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

// npm follows an error with its manual.
function firstLines(text, count = 12) {
  return text.trim().split('\n').slice(0, count).join('\n');
}

function npmPackagesAreFresh() {
  const installedFile = inCheckout('node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const [wanted, installed] = [inCheckout('package-lock.json'), installedFile].map((file) =>
    JSON.parse(readFileSync(file, 'utf8')),
  );
  return isInstalledAsLocked(wanted, installed);
}
