import './node-version.mjs';
import { pathToFileURL } from 'node:url';
import { inCheckout } from './checkout.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup('bench');
  const { runBench } = await import(pathToFileURL(inCheckout('test', 'bench', 'index.mjs')).href);
  return runBench(process.argv.slice(2));
});
