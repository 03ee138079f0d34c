// ENTRY of the program inside Electron. Nothing here may wait for `ready`: Electron is ready only after this
// module has ended.

import { app } from 'electron';
import { readInvocation } from './arguments.ts';
import { exitOnCrash } from './crash-guard.ts';
import { runDesktop } from './desktop.ts';

const USAGE_EXIT_CODE = 2;

exitOnCrash();
const invocation = readInvocation(process.argv, process.defaultApp === true);

if (invocation.kind === 'command') {
  app.dock?.hide();
  const { runCli } = await import('../cli/index.ts');
  app.exit(await runCli([...invocation.argv]));
} else if (invocation.kind === 'mistake') {
  console.error(`dovebell: ${invocation.message}`);
  app.exit(USAGE_EXIT_CODE);
} else {
  runDesktop(invocation.options);
}
