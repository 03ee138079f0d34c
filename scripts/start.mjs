import './node-version.mjs';
import { createInterface } from 'node:readline';
import { CHECKOUT } from './checkout.mjs';
import { runCommandLine } from './command-line.mjs';
import { hasDisplay } from './display.mjs';
import { electronExecutable, electronSwitches } from './electron-runtime.mjs';
import { endWithNpm } from './parent-watch.mjs';
import { runMain, say } from './progress.mjs';
import { signalExitCode, spawnDependent } from './run-process.mjs';
import { setup } from './setup.mjs';

// How Chromium begins its own lines: [pid:time:LEVEL:file(line)]. People cannot do anything about them.
const CHROMIUM_LINE = /^\[\d+(:\d+)?[:/][\d/.]+:(ERROR|WARNING|INFO|VERBOSE\d*):\S+\(\d+\)\]/;
const QUIT_GRACE_MS = 10_000;

await runMain(async () => {
  endWithNpm();
  const args = process.argv.slice(2);
  if (hasDisplay()) {
    await setup('desktop');
    return runApp(args);
  }
  say('no display here (DISPLAY and WAYLAND_DISPLAY are empty): serving without a window, Ctrl-C ends it.');
  await setup('serve');
  return runCommandLine(['serve', ...args]);
});

/** Runs the app until it ends; resolves to its exit code. */
function runApp(args) {
  const wantsLog = args.some((arg) => arg.startsWith('--enable-logging'));
  const child = spawnDependent(electronExecutable(), [...electronSwitches(), CHECKOUT, ...args], {
    stdio: ['inherit', 'inherit', wantsLog ? 'inherit' : 'pipe'],
  });
  if (child.stderr) showWithoutChromium(child.stderr);
  passSignalsOn(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signalExitCode(signal)));
  });
}

function showWithoutChromium(stream) {
  createInterface({ input: stream }).on('line', (line) => {
    if (!CHROMIUM_LINE.test(line)) process.stderr.write(`${line}\n`);
  });
}

function passSignalsOn(child) {
  const quit = (signal) => {
    // A terminal sends Ctrl-C to the app as well, and a second one would cut its orderly end short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), QUIT_GRACE_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, quit);
}
