import './node-version.mjs';
import { pathToFileURL } from 'node:url';
import { inCheckout } from './checkout.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

// Holds the program against recordings of the real Dovecot: npm run conformance -- DIR…
await runMain(async () => {
  await setup('serve');
  const { runConformance } = await import(pathToFileURL(inCheckout('out', 'main', 'conformance.js')).href);
  return runConformance(process.argv.slice(2), {
    fixtures: {
      tlsFolder: inCheckout('test', 'fixtures', 'tls'),
      // The example scripts of the framework's document are nobody's here; they are used where they lie beside.
      scriptFolders: [inCheckout('test', 'fixtures', 'lua-scripts'), inCheckout('..', 'shared', 'dovecot')],
    },
    workersDir: inCheckout('out', 'main'),
    out: (text) => process.stdout.write(`${text}\n`),
  });
});
