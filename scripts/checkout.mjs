import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, wherever the script was called from. */
export const CHECKOUT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Exit code of every script that could not start (architecture: 3 = could not start). */
export const CANNOT_START = 3;

/**
 * A path inside the checkout.
 *
 * @param {...string} parts
 */
export function inCheckout(...parts) {
  return path.join(CHECKOUT, ...parts);
}

/**
 * The JavaScript file behind a command of an installed npm package: started with `process.execPath` it needs
 * neither a shell nor npm's platform-dependent wrappers.
 *
 * @param {string} packageName
 * @param {string} [command] defaults to the package's name
 */
export function packageCommand(packageName, command = packageName) {
  const manifestFile = inCheckout('node_modules', packageName, 'package.json');
  const { bin } = JSON.parse(readFileSync(manifestFile, 'utf8'));
  return path.join(path.dirname(manifestFile), typeof bin === 'string' ? bin : bin[command]);
}

/** Resolves npm packages as the project itself would. */
export const requireFromCheckout = createRequire(inCheckout('package.json'));
