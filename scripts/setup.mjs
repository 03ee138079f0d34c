import { ensureBuild } from './build.mjs';
import { ensureElectronRuntime } from './electron-runtime.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// In the order of doing: what is listed for a purpose is made present, nothing else.
const PURPOSES = {
  /** The command line and the server: no window, no Electron. */
  serve: { build: true },
  /** The app on the desktop that is there. */
  desktop: { system: 'desktop', electron: true, build: true },
  /** The app on a desktop of its own. */
  demo: { system: 'virtualDesktop', electron: true, build: true },
  /** Everything the tests use; they build as a step of their own, so that a failing build is one failure of many. */
  test: { system: 'test', electron: true },
  /** What is measured, and what it is measured with: the tests' desktop. */
  bench: { system: 'test', electron: true, build: true },
  /** Only what formatter, linter and compiler use. */
  check: {},
};

/**
 * Makes present whatever is missing for a purpose; says one line per step, on standard error, and nothing when
 * there is nothing to do.
 *
 * @param {keyof typeof PURPOSES} purpose
 * @throws SetupError saying what a person has to do
 */
export async function setup(purpose) {
  const needs = PURPOSES[purpose];
  await ensureNpmPackages();
  if (needs.system) await ensureSystemPackages(needs.system);
  if (needs.electron) await ensureElectronRuntime();
  if (needs.build) await ensureBuild();
}
