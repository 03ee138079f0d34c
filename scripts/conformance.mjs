import './node-version.mjs';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inCheckout } from './checkout.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

// Holds the program against recordings of the real Dovecot and of Lua: npm run conformance -- [--known FILE] DIR…
// FILE names runs that are known to differ, with the reason.
await runMain(async () => {
  await setup('serve');
  const { runConformance } = await import(pathToFileURL(inCheckout('out', 'main', 'conformance.js')).href);
  const { values, positionals } = parseArgs({
    options: { known: { type: 'string' } },
    allowPositionals: true,
  });
  const known = values.known === undefined ? {} : JSON.parse(readFileSync(values.known, 'utf8'));
  return runConformance(positionals, {
    known,
    fixtures: {
      tlsFolder: inCheckout('test', 'fixtures', 'tls'),
      // The example scripts of the framework's document are nobody's here; they are used where they lie beside.
      scriptFolders: [inCheckout('test', 'fixtures', 'lua-scripts'), inCheckout('..', 'shared', 'dovecot')],
    },
    workersDir: inCheckout('out', 'main'),
    out: (text) => process.stdout.write(`${text}\n`),
  });
});
