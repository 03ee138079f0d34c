import { CHECKOUT, packageCommand } from './checkout.mjs';
import { runProcess } from './run-process.mjs';

const CHECKS = [
  { name: 'format', tool: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  { name: 'lint', tool: 'oxlint', args: ['--type-aware', '--max-warnings=0'] },
  { name: 'types', tool: 'typescript', command: 'tsc', args: [] },
];

/**
 * Runs formatter, linter and compiler over the whole checkout, each to its end, and shows what they say.
 *
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runChecks() {
  let failed = 0;
  for (const { name, tool, command, args } of CHECKS) {
    const file = packageCommand(tool, command);
    const { code } = await runProcess(process.execPath, [file, ...args], { cwd: CHECKOUT, output: 'show' });
    console.log(code === 0 ? `ok     ${name}` : `FAILED ${name} (exit ${code})`);
    if (code !== 0) failed += 1;
  }
  return { passed: CHECKS.length - failed, failed, skipped: 0 };
}
