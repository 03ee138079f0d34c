#!/usr/bin/env node
import './node-version.mjs';
import { runCommandLine } from './command-line.mjs';
import { endWithNpm } from './parent-watch.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  endWithNpm();
  await setup('serve');
  return runCommandLine(process.argv.slice(2));
});
