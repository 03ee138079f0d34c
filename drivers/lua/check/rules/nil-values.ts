import { pathOf } from '../guards.ts';
import { eventSuffixes, HANDLER_PREFIX } from '../known-api.ts';
import type { Expression, FunctionExpression } from '../lua-syntax.ts';
import { calledName, isTested, quote, valuesOf, type Rule, type Script } from '../script.ts';
import { absenceOf, isAlways, none, type Absence } from '../values.ts';
import { findTextUses } from './arguments.ts';
import { beginTxnNote } from './begin-txn.ts';

/** A place where nil raises an error. */
interface Use {
  readonly value: Expression;
  readonly owner: FunctionExpression;
  readonly doing: string;
}

function findUses(script: Script): readonly Use[] {
  const owners = new Map<Expression, FunctionExpression>();
  for (const { node, owner } of script.binaries) {
    owners.set(node.left, owner);
    owners.set(node.right, owner);
  }
  for (const { node, owner } of script.calls) for (const arg of node.args) owners.set(arg, owner);
  const texts = findTextUses(script).flatMap(({ value, by, takesAll }) =>
    takesAll ? [] : [{ value, owner: owners.get(value) ?? script.main, doing: by }],
  );
  const members = script.members.map(({ node, owner }) => ({
    value: node.object,
    owner,
    doing: 'looking into it',
  }));
  const lengths = script.unaries.flatMap(({ node, owner }) =>
    node.operator === '#' ? [{ value: node.operand, owner, doing: 'the operator #' }] : [],
  );
  return [...texts, ...members, ...lengths, ...findStringArguments(script)];
}

function findStringArguments(script: Script): readonly Use[] {
  return script.calls.flatMap(({ node, owner }) => {
    const name = calledName(script, node);
    const [value] = node.args;
    if (!value || name === undefined || node.kind === 'method') return [];
    const isText = name.startsWith('string.') && name !== 'string.format';
    const isRequest = name === 'socket.http.request' || name === 'ssl.https.request';
    return isText || isRequest ? [{ value, owner, doing: name }] : [];
  });
}

const severities: Readonly<Record<Absence['kind'], 'error' | 'warning' | 'info'>> = {
  header: 'warning',
  setting: 'info',
  environment: 'info',
  metadata: 'warning',
  file: 'info',
  account: 'info',
  'third-argument': 'error',
  'no-settings': 'error',
};

const maybeNil: Rule = {
  code: 'may-be-nil',
  why: 'subject, snippet and message_id are nil when missing; unset settings too (observed 2.3.19, lmtp_no_headers, seed_script_1_no_url).',
  check(script, report) {
    const seen = new Set<string>();
    for (const { value, owner, doing } of findUses(script)) {
      const absence = absenceOf(valuesOf(script, value));
      if (!absence || severities[absence.kind] === 'error' || isTested(script, value)) continue;
      // Once a function is enough: one test in front of all of them helps.
      const key = `${owner.start} ${pathOf(value) ?? quote(script, value)} ${absence.reason}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const isFatal = script.beginTxnFunctions.has(owner);
      report(value, {
        severity: isFatal ? 'warning' : severities[absence.kind],
        message: `${quote(script, value)} may be nil (${absence.reason}): ${doing} raises an error then${isFatal ? beginTxnNote : ''}`,
        fix: fixFor(script, value, absence),
      });
    }
  },
};

function fixFor(script: Script, value: Expression, { kind }: Absence): string {
  const text = quote(script, value);
  return kind === 'file' ? 'if not file then … end first' : `(${text} or "")`;
}

const extraArgument: Rule = {
  code: 'missing-argument',
  why: 'Handlers get (ctx, event), script_init of 2.3 nothing: further parameters are nil (observed 2.3.19, lua_third_argument).',
  check(script, report) {
    const seen = new Set<string>();
    for (const { value, owner, doing } of findUses(script)) {
      const values = valuesOf(script, value);
      const absence = absenceOf(values);
      if (!absence || severities[absence.kind] !== 'error' || isTested(script, value)) continue;
      const isCertain = isAlways(values, ({ kind }) => kind === 'nil');
      const key = `${owner.start} ${pathOf(value) ?? ''}`;
      if (seen.has(key)) continue;
      seen.add(key);
      report(value, {
        severity: isCertain ? 'error' : 'info',
        message: `${quote(script, value)} is nil when Dovecot calls: ${absence.reason}; ${doing} raises an error`,
        fix:
          absence.kind === 'no-settings'
            ? 'read the settings in begin_txn: user:plugin_getenv("name")'
            : 'keep what is needed in the context that begin_txn returns: ctx.user',
      });
    }
  },
};

const contextNil: Rule = {
  code: 'context-nil',
  why: 'The context is what begin_txn returns, nil when it returns nothing (push-notification-driver-lua.c).',
  check(script, report) {
    const parameters = findContexts(script);
    const seen = new Set<FunctionExpression>();
    for (const { node, owner } of script.members) {
      const { object } = node;
      if (object.kind !== 'name' || !object.local || !parameters.has(object.local) || seen.has(owner))
        continue;
      if (!isAlways(valuesOf(script, object), ({ kind }) => kind === 'nil') || isTested(script, object))
        continue;
      seen.add(owner);
      report(object, {
        severity: 'error',
        message: `${object.name} is nil: begin_txn returns nothing, and looking into it raises an error`,
        fix: 'return {} at the end of dovecot_lua_notify_begin_txn',
      });
    }
  },
};

/** First parameters of the handlers and of end_txn. */
function findContexts(script: Script) {
  const names = ['dovecot_lua_notify_end_txn', ...eventSuffixes.map((suffix) => HANDLER_PREFIX + suffix)];
  return new Set(
    names.flatMap((name) =>
      [...(script.inference.globals.get(name)?.values ?? none)].flatMap((value) =>
        value.kind === 'closure' ? value.fn.parameters.slice(0, 1) : [],
      ),
    ),
  );
}

export const nilRules: readonly Rule[] = [maybeNil, extraArgument, contextNil];
