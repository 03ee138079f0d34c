// How fast the program is, beside what it could be compared with, in one run on one machine.
// `npm run bench -- [names…] [--json]`; a missed target is `ok: false`, a measure that cannot run is exit code 1.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withCleanup } from './cleanup.mjs';
import { measureColdStart } from './cold-start.mjs';
import { measureEndpoint } from './endpoint.mjs';
import { measureLatency } from './latency.mjs';
import { measureLua } from './lua.mjs';
import { measureMemory } from './memory.mjs';
import { measureMessage } from './message.mjs';
import { judge, toJsonLine, toTable } from './results.mjs';
import { measureStore } from './store.mjs';
import { measureToast } from './toast.mjs';

const WRONG_USAGE = 2;

/** The measures in the order in which they run: each takes `(defer)` of cleanup.mjs and resolves to its results. */
const measures = new Map([
  ['endpoint', measureEndpoint],
  ['latency', measureLatency],
  ['memory', measureMemory],
  ['cold-start', measureColdStart],
  ['toast', measureToast],
  ['message', measureMessage],
  ['store', measureStore],
  ['lua', measureLua],
]);

/**
 * Runs the named measures, all of them when none is named.
 *
 * @param {string[]} argv names and `--json`
 * @returns {Promise<number>} the exit code: 0 when every measure ran, 1 when one could not, 2 for wrong usage
 */
export async function runBench(argv) {
  const request = readArguments(argv);
  if ('problem' in request) {
    console.error(`bench: ${request.problem}`);
    return WRONG_USAGE;
  }
  const results = [];
  let exitCode = 0;
  for (const name of request.names) {
    console.error(`bench: ${name} …`);
    try {
      const measured = (await withCleanup(measures.get(name))).map(judge);
      if (request.json) console.log(measured.map(toJsonLine).join('\n'));
      results.push(...measured);
    } catch (error) {
      exitCode = 1;
      console.error(`bench: ${name} could not run: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  if (!request.json && results.length > 0) console.log(toTable(results));
  return exitCode;
}

function readArguments(argv) {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const unknown = positionals.find((name) => !measures.has(name));
    if (unknown !== undefined) {
      return { problem: `there is no measure ${unknown}; there are ${[...measures.keys()].join(', ')}` };
    }
    return { json: values.json, names: positionals.length > 0 ? positionals : [...measures.keys()] };
  } catch (error) {
    return { problem: error.message };
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await runBench(process.argv.slice(2));
}
