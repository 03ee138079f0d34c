// `electron [switches] [-r MODULE]… APP [arguments]` for a runtime that comes without Electron's own default app.
// A module with a top-level await: Electron emits "ready" only after it has ended, so that the app's code still runs
// before "ready" (privileged schemes must be registered by then).

import { app } from 'electron';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(path.join(process.cwd(), 'electron.js'));

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });

try {
  await load(readArguments(process.argv.slice(1)));
} catch (error) {
  console.error(error);
  app.exit(1);
}

function readArguments(args) {
  const modules = [];
  while (args.length > 0) {
    const arg = args.shift();
    if (arg === '-r' || arg === '--require') modules.push(args.shift());
    else if (!arg.startsWith('-')) return { modules, target: arg };
  }
  throw new Error('Which app? Usage: electron [switches] [-r MODULE] APP');
}

async function load({ modules, target }) {
  for (const name of modules) require(name);
  const resolved = path.resolve(target);
  const isFolder = statSync(resolved).isDirectory();
  if (isFolder) adoptManifest(JSON.parse(readFileSync(path.join(resolved, 'package.json'), 'utf8')));
  app.setAppPath(isFolder ? resolved : path.dirname(resolved));
  await import(pathToFileURL(require.resolve(resolved)).href);
}

function adoptManifest({ name, productName, version, desktopName }) {
  if (version) app.setVersion(version);
  if (productName ?? name) app.name = productName ?? name;
  // By it a desktop finds the icon of a window and of a notification.
  app.setDesktopName?.(desktopName ?? `${name}.desktop`);
}
