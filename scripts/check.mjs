import './node-version.mjs';
import { runChecks } from './checks.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup('check');
  const { failed } = await runChecks();
  return failed === 0 ? 0 : 1;
});
