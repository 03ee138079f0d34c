import type { Severity } from '../finding.ts';
import { exits } from '../guards.ts';
import type { Block, Expression, FunctionExpression, Statement } from '../lua-syntax.ts';
import type { Report, Rule, Script } from '../script.ts';
import type { Span } from '../source-text.ts';
import { none } from '../values.ts';
import { blocksOf } from '../walk.ts';

type Return = Extract<Statement, { kind: 'return' }>;

const scriptInitResult: Rule = {
  code: 'script-init-result',
  why: '2.3 takes only the integer 0: nil, 0.0 or "0" switch the driver off (observed 2.3.19, lua_script_init_*).',
  check(script, report) {
    if (script.dialect === '2.4') return;
    for (const fn of initFunctions(script)) {
      const returns = findReturns(fn.body);
      // Neither is the document's example wrong nor a script of 2.4: only a server of 2.3 is so strict.
      const worst = script.dialect === '2.3' ? 'error' : 'warning';
      reportWrongReturns(returns, worst, report);
      if (mayReachEnd(fn.body))
        report(nameSpan(fn), {
          severity: returns.length === 0 ? worst : 'warning',
          message:
            'script_init must return 0: without a result Dovecot 2.3 logs "script_init() returned non-number" and switches the driver off',
          fix: 'return 0 at the end',
        });
    }
  },
};

function reportWrongReturns(returns: readonly Return[], severity: Severity, report: Report): void {
  const good = returns.some(({ values }) => isZero(values[0]));
  for (const { values, start, end } of returns) {
    const [value] = values;
    const wrong = describeWrong(value);
    if (wrong !== undefined)
      report(
        { start, end },
        {
          severity,
          message: `script_init returns ${wrong}: Dovecot 2.3 takes only the integer 0 and switches the driver off`,
          fix: 'return 0',
        },
      );
    else if (!good && value?.kind === 'number' && value.value !== 0)
      report(
        { start, end },
        {
          severity,
          message: `script_init never returns 0: Dovecot 2.3 logs "Script init failed" and switches the driver off`,
          fix: 'return 0 when all is well',
        },
      );
  }
}

function isZero(value: Expression | undefined): boolean {
  // What is not in the text may be 0.
  return (
    value !== undefined &&
    (value.kind !== 'number' || value.value === 0) &&
    describeWrong(value) === undefined
  );
}

function describeWrong(value: Expression | undefined): string | undefined {
  if (value === undefined || value.kind === 'nil') return 'nil';
  if (value.kind === 'true' || value.kind === 'false') return 'a boolean';
  if (value.kind === 'string') return 'a string';
  if (value.kind === 'table') return 'a table';
  if (value.kind === 'number' && !value.isInteger) return 'a float';
  return undefined;
}

const scriptInitIgnored: Rule = {
  code: 'script-init-ignored',
  why: '2.4 ignores the result; only an error switches the driver off (observed 2.4.1, lua_script_init_*).',
  check(script, report) {
    if (script.dialect !== '2.4') return;
    const returns = initFunctions(script).flatMap(({ body }) => findReturns(body));
    for (const { values, start, end } of returns.filter(({ values: [value] }) => isFailure(value)))
      report(
        { start, end: values.at(-1)?.end ?? end },
        {
          severity: 'info',
          message: 'Dovecot 2.4 ignores what script_init returns: the script runs all the same',
          fix: 'error("reason") to switch the driver off',
        },
      );
  },
};

function isFailure(value: Expression | undefined): boolean {
  if (value?.kind === 'number') return value.value !== 0;
  return value?.kind === 'unary' || value?.kind === 'false' || value?.kind === 'nil';
}

export const scriptInitRules: readonly Rule[] = [scriptInitResult, scriptInitIgnored];

function initFunctions({ inference }: Script): readonly FunctionExpression[] {
  return [...(inference.globals.get('script_init')?.values ?? none)].flatMap((value) =>
    value.kind === 'closure' ? [value.fn] : [],
  );
}

function nameSpan({ start }: FunctionExpression): Span {
  return { start, end: start + 'function'.length };
}

/** Those of the function itself, not of functions in it. */
function findReturns(block: Block): readonly Return[] {
  return block.flatMap((statement) =>
    statement.kind === 'return' ? [statement] : blocksOf(statement).flatMap(findReturns),
  );
}

/** Whether a run can come to the end of the block. */
function mayReachEnd(block: Block): boolean {
  if (exits(block)) return false;
  const last = block.at(-1);
  if (last?.kind === 'if') return !last.otherwise || blocksOf(last).some(mayReachEnd);
  if (last?.kind === 'do') return mayReachEnd(last.body);
  return last?.kind !== 'while' || last.condition.kind !== 'true';
}
