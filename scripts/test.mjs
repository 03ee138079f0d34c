import './node-version.mjs';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureBuild } from './build.mjs';
import { CHECKOUT, inCheckout, packageCommand } from './checkout.mjs';
import { runChecks } from './checks.mjs';
import { runMain, SetupError } from './progress.mjs';
import { runProcess } from './run-process.mjs';
import { setup } from './setup.mjs';
import { NOTHING, addCounts, closingLine, countFromOutput, countFromVitest } from './test-counts.mjs';

// In the order of running. `purpose` is one of set-up's.
const STEPS = {
  check: { purpose: 'check', run: runChecks },
  build: { purpose: 'check', run: runBuild },
  unit: { purpose: 'check', run: () => runVitest('unit') },
  conformance: { purpose: 'check', usesBuild: true, run: runConformance },
  e2e: { purpose: 'test', usesBuild: true, run: runEndToEnd },
};

await runMain(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !Object.hasOwn(STEPS, name));
  if (unknown) throw new SetupError(`unknown step "${unknown}"; there are ${Object.keys(STEPS).join(', ')}.`);
  // One of them needs the most; asked for at once, a missing system package stops the run before it begins.
  if (names.length === 0) await setup('test');
  let total = NOTHING;
  const failed = new Set();
  for (const [name, step] of Object.entries(STEPS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n── ${name}`);
    if (step.usesBuild && failed.has('build')) {
      console.log('left out: the build failed.');
      continue;
    }
    const counts = await runStep(step);
    if (counts.failed > 0) failed.add(name);
    total = addCounts(total, counts);
  }
  console.log(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
});

async function runStep({ purpose, usesBuild, run }) {
  try {
    await setup(purpose);
    if (usesBuild) await ensureBuild();
    return await run();
  } catch (error) {
    // The other steps can still tell something.
    console.log(`FAILED ${error instanceof SetupError ? error.message : error.stack}`);
    return { ...NOTHING, failed: 1 };
  }
}

async function runBuild() {
  await ensureBuild();
  console.log('ok     build');
  return { ...NOTHING, passed: 1 };
}

async function runConformance() {
  const script = inCheckout('scripts', 'conformance.mjs');
  if (!existsSync(script)) return NOTHING;
  const options = { cwd: CHECKOUT, output: 'both' };
  const known = ['--known', inCheckout('test', 'conformance', 'known-differences.json')];
  const { code, output } = await runProcess(
    process.execPath,
    [script, ...known, ...recordingFolders()],
    options,
  );
  return countFromOutput(output, code);
}

/** All recordings where they lie beside the checkout; our own selection is always there. */
function recordingFolders() {
  const shared = inCheckout('..', 'shared', 'golden');
  const folders = ['dovecot-2.3.19', 'dovecot-2.4.1', 'lua'];
  const all = folders.map((name) => path.join(shared, name)).filter((folder) => existsSync(folder));
  return all.length > 0
    ? all
    : ['golden', 'golden-2.4', 'golden-lua'].map((name) => inCheckout('test', 'fixtures', name));
}

async function runEndToEnd() {
  if (process.platform !== 'linux') {
    console.log('left out: these tests make their own desktop, which takes Linux.');
    return NOTHING;
  }
  return runVitest('e2e');
}

async function runVitest(project) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dovebell-test-'));
  const report = path.join(folder, 'report.json');
  try {
    const { code } = await runProcess(
      process.execPath,
      [
        packageCommand('vitest'),
        'run',
        `--project=${project}`,
        '--passWithNoTests',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { cwd: CHECKOUT, output: 'show' },
    );
    return countFromVitest(await readFile(report, 'utf8').catch(() => undefined), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
