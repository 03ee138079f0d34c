// ENTRY: Dovebell's command line without the set-up that `npm exec dovebell` does first.

import { runCommandLine } from '../../scripts/command-line.mjs';

process.exitCode = await runCommandLine(process.argv.slice(2));
