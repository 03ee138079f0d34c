import './node-version.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup('serve');
  return 0;
});
