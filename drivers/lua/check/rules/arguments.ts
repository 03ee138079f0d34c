import { argumentCounts } from '../known-api.ts';
import type { AnyCall, Expression } from '../lua-syntax.ts';
import { calledName, isTested, quote, valuesOf, type Report, type Rule, type Script } from '../script.ts';
import { isAlways, typeNameOf, type Shape, type Values } from '../values.ts';

const argumentCount: Rule = {
  code: 'argument-count',
  why: 'Dovecot\'s functions refuse another number of arguments: "expected 1 arguments, got 2" (observed 2.3.19).',
  check(script, report) {
    for (const { node } of script.calls) {
      const name = calledName(script, node);
      const range = name === undefined ? undefined : argumentCounts[name];
      if (name !== undefined && range) checkCount(script, report, { node, name, range });
    }
  },
};

interface Counted {
  readonly node: AnyCall;
  readonly name: string;
  readonly range: readonly [number, number];
}

function checkCount(script: Script, report: Report, { node, name, range: [min, max] }: Counted): void {
  const isMethod = name.includes(':');
  if (isMethod === (node.kind !== 'method')) return checkCallStyle(script, report, { node, name, isMethod });
  const { least, most } = countArguments(script, node.args);
  if (least <= max && most >= min) return;
  const wanted = min === max ? `${min}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  const last = node.args.at(-1);
  report(node, {
    severity: 'error',
    message: `${name} takes ${wanted} ${max === 1 && min === 1 ? 'argument' : 'arguments'}, here it gets ${least}: that raises an error`,
    fix: last && isGsub(script, last) ? 'put the call in parentheses: gsub gives two results' : undefined,
  });
}

/** The last call may give several results, or none. */
function countArguments(script: Script, args: readonly Expression[]) {
  const last = args.at(-1);
  const isOpen = last?.kind === 'call' || last?.kind === 'method' || last?.kind === 'vararg';
  if (!isOpen) return { least: args.length, most: args.length };
  if (isGsub(script, last)) return { least: args.length + 1, most: args.length + 1 };
  return { least: args.length - 1, most: Infinity };
}

function isGsub(script: Script, last: Expression): boolean {
  return (last.kind === 'call' || last.kind === 'method') && calledName(script, last) === 'string.gsub';
}

interface Styled {
  readonly node: AnyCall;
  readonly name: string;
  readonly isMethod: boolean;
}

function checkCallStyle(script: Script, report: Report, { node, name, isMethod }: Styled): void {
  if (!isMethod) {
    report(node, {
      severity: 'error',
      message: `${name} is a function, no method: with a colon it gets the table as first argument, which raises an error`,
      fix: `${name}(…)`,
    });
    return;
  }
  const [self] = node.args;
  const values = self && valuesOf(script, self);
  // user.mailbox(user, "INBOX") is right.
  if (values && !isAlways(values, ({ kind }) => kind === 'string' || kind === 'nil')) return;
  if (node.args.some(({ kind }) => kind === 'vararg' || kind === 'call')) return;
  report(node, {
    severity: 'error',
    message: `${name} needs its object: with a dot it gets ${self ? 'something else' : 'nothing'} instead, which raises an error`,
    fix: colonCall(script, node),
  });
}

function colonCall(script: Script, call: AnyCall): string | undefined {
  if (call.kind !== 'call' || call.callee.kind !== 'index') return undefined;
  const { object, key } = call.callee;
  return key.kind === 'string' ? `${quote(script, object)}:${key.value}(…)` : undefined;
}

/** Positions, counted without the object of a method, where Dovecot wants a string. */
const textArguments: Readonly<Record<string, readonly number[]>> = {
  'dovecot.i_debug': [0],
  'dovecot.i_info': [0],
  'dovecot.i_warning': [0],
  'dovecot.i_error': [0],
  'socket.url.escape': [0],
  'user:plugin_getenv': [0],
  'user:mailbox': [0],
  'HTTP request:add_header': [0, 1],
  'HTTP request:set_payload': [0],
  ...Object.fromEntries(
    ['log event', 'passthrough event'].flatMap((object) => [
      ...['log_debug', 'log_info', 'log_warning', 'log_error', 'set_name', 'append_log_prefix'].map(
        (name): [string, readonly number[]] => [`${object}:${name}`, [0]],
      ),
      [`${object}:add_str`, [0, 1]] as const,
    ]),
  ),
};

/** Every place where a value becomes text, with what says so in a message. */
export interface TextUse {
  readonly value: Expression;
  readonly by: string;
  /** The call that makes it text, if one does. */
  readonly call?: AnyCall;
  /** nil and tables become text here as well. */
  readonly takesAll: boolean;
}

export function findTextUses(script: Script): readonly TextUse[] {
  const joined = script.binaries.flatMap(({ node }) =>
    node.operator === '..' ? [node.left, node.right] : [],
  );
  return [
    ...joined.map((value) => ({ value, by: 'the operator ..', takesAll: false })),
    ...script.calls.flatMap(({ node }) => findTextArguments(node, calledName(script, node))),
  ];
}

function findTextArguments(call: AnyCall, name: string | undefined): readonly TextUse[] {
  if (name === undefined) return [];
  const [first] = call.args;
  if (name === 'tostring') return first ? [{ value: first, by: 'tostring', call, takesAll: true }] : [];
  const offset = name.includes(':') && call.kind === 'call' ? 1 : 0;
  const by = name.replace(/^.* event:/, 'event:');
  return (textArguments[name] ?? []).flatMap((position) => {
    const value = call.args[position + offset];
    return value ? [{ value, by, takesAll: false }] : [];
  });
}

const textType: Rule = {
  code: 'no-text',
  why: 'Only strings and numbers can be joined or logged: Lua raises an error for anything else (observed 2.3.19, lua_introspect).',
  check(script, report) {
    for (const { value, by, takesAll } of findTextUses(script)) {
      const values = valuesOf(script, value);
      const type = takesAll || isTested(script, value) ? undefined : typeOf(values);
      if (type === undefined || type === 'string' || type === 'number' || type === 'nil') continue;
      report(value, {
        severity: 'error',
        message: `${quote(script, value)} is a ${type}: ${by} raises an error for it`,
        fix: fixFor(script, value, values, type),
      });
    }
  },
};

/** A table with a metatable may have __concat. */
function typeOf(values: Values): string | undefined {
  const isOdd = [...values].some((value) => value.kind === 'shape' && (value satisfies Shape).escaped);
  return isOdd ? undefined : typeNameOf(values);
}

function fixFor(script: Script, value: Expression, values: Values, type: string): string | undefined {
  const text = quote(script, value);
  const [only] = values;
  if (type === 'boolean') return `tostring(${text})`;
  if (only?.kind === 'object' && only.type === 'user') return `${text}.username`;
  if (only?.kind === 'object' && only.type === 'mailbox') return `${text}.vname`;
  return only?.kind === 'table' ? `table.concat(${text}, " ")` : undefined;
}

const metadataKey: Rule = {
  code: 'metadata-key',
  why: '"Invalid key prefix, must be /private/ or /shared/" (observed 2.3.19, lua_introspect).',
  check(script, report) {
    for (const { node } of script.calls) {
      const name = calledName(script, node) ?? '';
      if (!/^(?:user|mailbox):metadata_/.test(name)) continue;
      const [key] = node.kind === 'method' ? node.args : node.args.slice(1);
      if (key?.kind !== 'string' || /^\/(?:private|shared)\//.test(key.value)) continue;
      report(key, {
        severity: 'error',
        message: `${name} raises an error: the key must begin with /private/ or /shared/`,
        fix: `"/private/${key.value.replace(/^\//, '')}"`,
      });
    }
  },
};

export const argumentRules: readonly Rule[] = [argumentCount, textType, metadataKey];
