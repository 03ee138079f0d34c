import { isGuarded } from '../guards.ts';
import type { AnyCall, Expression } from '../lua-syntax.ts';
import { calledName, isTested, quote, valuesOf, type Report, type Rule, type Script } from '../script.ts';
import { isAlways, isAlwaysFloat, type Value, type Values } from '../values.ts';
import { walkExpression } from '../walk.ts';
import { findTextUses } from './arguments.ts';

const floatAsText: Rule = {
  code: 'float-as-text',
  why: 'Dovecot pushes its numbers as floats: uid 5 prints as 5.0 in Lua 5.4 (observed 2.3.19 and 2.4.1, lua_mailbox_status_format).',
  check(script, report) {
    const logged = findLogged(script);
    const trimmed = findTrimmed(script);
    const uses = findTextUses(script).flatMap(({ value, call }) =>
      call && trimmed.has(call) ? [] : [value],
    );
    for (const value of new Set([...uses, ...findFormatted(script), ...findJoined(script)])) {
      if (!isAlwaysFloat(valuesOf(script, value)) || isToldApart(script, value)) continue;
      const text = quote(script, value);
      report(value, {
        severity: logged.has(value) ? 'info' : 'warning',
        message: `${text} is a float: as text it is "5.0", not "5"`,
        fix: `string.format("%d", ${text}) or math.tointeger(${text})`,
      });
    }
  },
};

/** A function for values of any kind, which asks what it got: `if type(v) == "number" then … end return tostring(v)`. */
function isToldApart(script: Script, value: Expression): boolean {
  return (
    value.kind === 'name' &&
    value.local?.kind === 'parameter' &&
    isGuarded(script.inference.guards.get(value), `${value.local.id}`)
  );
}

/** Everything that goes to the log only: there "5.0" is no more than ugly. */
function findLogged(script: Script): ReadonlySet<Expression> {
  const logged = new Set<Expression>();
  for (const { node, owner } of script.calls) {
    if (!/^dovecot\.i_|:log_/.test(calledName(script, node) ?? '')) continue;
    for (const arg of node.args) walkExpression(arg, owner, { expression: (part) => void logged.add(part) });
  }
  return logged;
}

/** `tostring(event.uid):gsub("%.0$", "")`: whoever cuts the text knows what is in it. */
function findTrimmed(script: Script): ReadonlySet<Expression> {
  return new Set(
    script.calls.flatMap(({ node }) => {
      if (!calledName(script, node)?.startsWith('string.')) return [];
      const text = node.kind === 'method' ? node.object : node.args[0];
      return text ? [unwrap(text)] : [];
    }),
  );
}

/** What `string.format` prints by `%s`. */
function findFormatted(script: Script): readonly Expression[] {
  return script.calls.flatMap(({ node }) => {
    if (calledName(script, node) !== 'string.format') return [];
    const isMethod = node.kind === 'method';
    const format = isMethod ? unwrap(node.object) : node.args[0];
    if (format?.kind !== 'string') return [];
    const args = isMethod ? node.args : node.args.slice(1);
    const letters = [...format.value.matchAll(/%[-+ #0-9.]*([A-Za-z%])/g)].flatMap(([, letter]) =>
      letter === '%' ? [] : [letter],
    );
    return args.filter((_, position) => letters[position] === 's');
  });
}

function unwrap(expression: Expression): Expression {
  return expression.kind === 'paren' ? unwrap(expression.inner) : expression;
}

/** What stands in the list that `table.concat` gets, when it is written there. */
function findJoined(script: Script): readonly Expression[] {
  return script.calls.flatMap(({ node }) => {
    const [list] = node.args;
    if (list?.kind !== 'table' || calledName(script, node) !== 'table.concat') return [];
    return list.fields.flatMap(({ key, value }) => (key ? [] : [value]));
  });
}

const addInt: Rule = {
  code: 'add-int',
  why: 'add_int raises an error for what is no whole number; an HTTP result can be an error text (observed 2.3.19, seed_script_2_down).',
  check(script, report) {
    for (const { node } of script.calls) {
      const name = calledName(script, node);
      if (!name?.endsWith(':add_int') && !name?.endsWith(':inc_int')) continue;
      const value = (node.kind === 'method' ? node.args : node.args.slice(1))[1];
      if (value) checkInteger(script, report, node, value);
    }
  },
};

function checkInteger(script: Script, report: Report, call: AnyCall, value: Expression): void {
  const text = quote(script, value);
  if ([...valuesOf(script, value)].some(({ kind }) => kind === 'code')) {
    report(value, {
      severity: 'warning',
      message: `${text} is the text of an error when the request failed ("connection refused"): then this raises an error`,
      fix: `tonumber(${text}) or 0`,
    });
  } else if (isNoInteger(value, valuesOf(script, value)) && !isTested(script, value)) {
    report(value, {
      severity: 'error',
      message: `${text} is no whole number: ${quote(script, call)} raises an error`,
    });
  }
}

function isNoInteger(value: Expression, values: Values): boolean {
  if (value.kind === 'string') return Number.isNaN(Number(value.value)) || value.value.trim() === '';
  if (value.kind === 'number') return !Number.isNaN(value.value) && !Number.isInteger(value.value);
  return isAlways(values, ({ kind }) => kind === 'boolean' || isTable(kind));
}

function isTable(kind: Value['kind']): boolean {
  return kind === 'table' || kind === 'object' || kind === 'event' || kind === 'module';
}

const arithmeticOperators: ReadonlySet<string> = new Set('+ - * / // % ^ & | ~ << >>'.split(' '));
const flagFunctions: ReadonlySet<string> = new Set([
  'dovecot.has_flag',
  'dovecot.set_flag',
  'dovecot.clear_flag',
]);

const flagsBitMask: Rule = {
  code: 'flags-bit-mask',
  why: 'The document calls flags a bit mask; it is a list of names (observed 2.3.19 and 2.4.1, imap_store_all_flags).',
  check(script, report) {
    for (const flags of findFlagsAsNumber(script)) {
      const isTable = isAlways(valuesOf(script, flags), ({ kind }) => kind === 'table');
      if (isTested(script, flags) || (!isTable && script.dialect !== 'document')) continue;
      report(flags, {
        severity: isTable ? 'error' : 'info',
        message: isTable
          ? `${quote(script, flags)} is a list of names such as "\\\\Seen", no bit mask: this raises an error`
          : `${quote(script, flags)} is a bit mask in the document only; the real program gives a list of names`,
        fix: `for _, flag in ipairs(${quote(script, flags)}) do if flag == "\\\\Seen" then … end end`,
      });
    }
  },
};

function findFlagsAsNumber(script: Script): readonly Expression[] {
  const operands = script.binaries.flatMap(({ node }) =>
    arithmeticOperators.has(node.operator) ? [node.left, node.right] : [],
  );
  const args = script.calls.flatMap(({ node }) =>
    flagFunctions.has(calledName(script, node) ?? '') ? node.args.slice(0, 1) : [],
  );
  return [...operands, ...args].filter((expression) => isEventFlags(script, expression));
}

function isEventFlags(script: Script, expression: Expression): boolean {
  return (
    expression.kind === 'index' &&
    expression.key.kind === 'string' &&
    /^flags(?:_old)?$/.test(expression.key.value) &&
    isAlways(valuesOf(script, expression.object), ({ kind }) => kind === 'event')
  );
}

export const numberRules: readonly Rule[] = [floatAsText, addInt, flagsBitMask];
