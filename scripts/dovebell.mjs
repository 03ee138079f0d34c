#!/usr/bin/env node
import './node-version.mjs';
import { runCommandLine } from './command-line.mjs';
import { runMain } from './progress.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup('serve');
  return runCommandLine(process.argv.slice(2));
});
