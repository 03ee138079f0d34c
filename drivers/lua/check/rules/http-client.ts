import {
  httpOptionIn23,
  httpOptionIn24,
  httpOptions23,
  httpOptions24,
  type OptionKind,
} from '../known-api.ts';
import { foreignConstants } from '../known-lua.ts';
import type { Expression, TableExpression, TableField } from '../lua-syntax.ts';
import { findNearName } from '../near-name.ts';
import { calledName, quote, valuesOf, type Problem, type Rule, type Script } from '../script.ts';
import { isAlways, type Values } from '../values.ts';

interface Option {
  readonly name: string;
  readonly field: TableField;
}

/** The options of all clients whose table is in the script. */
function findOptions(script: Script): readonly Option[] {
  return findClientTables(script).flatMap(({ fields }) =>
    fields.flatMap((field) => (field.key?.kind === 'string' ? [{ name: field.key.value, field }] : [])),
  );
}

function findClientTables(script: Script): readonly TableExpression[] {
  const nodes = script.calls.flatMap(({ node }) => {
    const [options] = node.args;
    if (!options || calledName(script, node) !== 'dovecot.http.client') return [];
    return [...valuesOf(script, options)].flatMap((value) => (value.kind === 'shape' ? [value.node] : []));
  });
  return [...new Set(nodes)];
}

function isKnown24(name: string): boolean {
  // SSL settings are taken by their full names.
  return httpOptions24.has(name) || name.startsWith('ssl_');
}

const httpOption: Rule = {
  code: 'http-option',
  why: 'An unknown option raises an error in 2.4 and is ignored in 2.3 (observed 2.4.1, lua_http_client_options*; 2.3.19).',
  check(script, report) {
    for (const { name, field } of findOptions(script)) {
      if (isNil(script, field.value)) continue;
      const problem = script.dialect === '2.4' ? unknownIn24(name) : unknownIn23(script, name);
      if (problem) report(field.key ?? field, problem);
    }
  },
};

/** A field that is nil is not in the table: `debug = True` says nothing. */
function isNil(script: Script, value: Expression): boolean {
  if (value.kind !== 'name') return value.kind === 'nil';
  const isForeign =
    Object.hasOwn(foreignConstants, value.name) && !script.inference.assignedGlobals.has(value.name);
  return isForeign && script.globalReads.some(({ node }) => node === value);
}

function unknownIn24(name: string): Problem | undefined {
  if (isKnown24(name)) return undefined;
  const plain = name.replace(/^http_client_/, '');
  return {
    severity: 'error',
    message: `${name} is no option in Dovecot 2.4: "Invalid HTTP client setting: ${name} is unknown setting"`,
    fix: httpOptionIn24.get(plain) ?? (isKnown24(plain) ? plain : findNearName(name, httpOptions24.keys())),
  };
}

function unknownIn23({ dialect }: Script, name: string): Problem | undefined {
  if (httpOptions23.has(name) || (dialect === 'document' && isKnown24(name))) return undefined;
  return {
    severity: 'warning',
    message: `${name} is no option in Dovecot 2.3 and is ignored silently`,
    fix: httpOptionIn23.get(name) ?? findNearName(name, httpOptions23.keys()),
  };
}

const httpValue: Rule = {
  code: 'http-option-value',
  why: 'In 2.4 a boolean, table or function kills the process and a time needs a unit; 2.3 checks types (observed 2.4.1, lua_http_risky_*).',
  check(script, report) {
    for (const { name, field } of findOptions(script)) {
      const kind = (script.dialect === '2.4' ? httpOptions24 : httpOptions23).get(name);
      if (kind === undefined && !(script.dialect === '2.4' && isKnown24(name))) continue;
      const wrong =
        script.dialect === '2.4'
          ? wrongIn24(script, kind ?? 'string', field.value)
          : wrongIn23(script, kind ?? 'string', field.value);
      if (wrong) report(field.value, { severity: 'error', ...wrong });
    }
  },
};

type Wrong = Pick<Problem, 'message' | 'fix'> | undefined;

function wrongIn24(script: Script, kind: OptionKind, value: Expression): Wrong {
  const values = valuesOf(script, value);
  const text = quote(script, value);
  if (kind === 'event') return undefined;
  if (isAlways(values, (one) => one.kind === 'boolean'))
    return {
      message: `${text} is a boolean: Dovecot 2.4 crashes (signal 11) on it`,
      fix: value.kind === 'false' ? '"no"' : '"yes"',
    };
  if (isAlways(values, ({ kind: type }) => ['shape', 'table', 'closure', 'native'].includes(type)))
    return { message: `${text} is a table or function: Dovecot 2.4 crashes (signal 11) on it` };
  if (kind !== 'time' || !hasNoUnit(value)) return undefined;
  return {
    message: `${text} has no unit: Dovecot 2.4 raises an error for a time without one`,
    fix: '"5s", "500ms"',
  };
}

function hasNoUnit(value: Expression): boolean {
  if (value.kind === 'number') return value.value !== 0;
  return value.kind === 'string' && /^\s*\d+\s*$/.test(value.value) && Number(value.value) !== 0;
}

const expected: Readonly<Record<OptionKind, string>> = {
  string: 'string expected',
  count: 'non-negative number expected',
  time: 'non-negative number expected',
  boolean: 'boolean expected',
  event: '',
};

function wrongIn23(script: Script, kind: OptionKind, value: Expression): Wrong {
  const values = valuesOf(script, value);
  if (!isWrongType(kind, value, values)) return undefined;
  return {
    message: `${quote(script, value)} is the wrong type: Dovecot 2.3 raises "Invalid HTTP client setting: … ${expected[kind]}"`,
    fix:
      kind === 'count' && value.kind === 'string' ? 'a number in the unit that the name ends in' : undefined,
  };
}

function isWrongType(kind: OptionKind, value: Expression, values: Values): boolean {
  const isTable = isAlways(values, (one) => ['shape', 'table', 'object'].includes(one.kind));
  const isBoolean = isAlways(values, (one) => one.kind === 'boolean');
  if (kind === 'string') return isTable || isBoolean;
  if (kind === 'boolean') return isTable || value.kind === 'string' || value.kind === 'number';
  if (kind !== 'count') return false;
  return isTable || isBoolean || (value.kind === 'string' && Number.isNaN(Number(value.value)));
}

const requestUrl: Rule = {
  code: 'request-without-url',
  why: '"cannot create request: url not specified" is raised (source of lib-lua/dlua-dovecot-http.c; observed 2.4.1, style24_http_no_url).',
  check(script, report) {
    for (const { node } of script.calls) {
      const [options] = node.args;
      if (options?.kind !== 'table' || calledName(script, node) !== 'HTTP client:request') continue;
      const names = options.fields.map(({ key }) => (key?.kind === 'string' ? key.value : undefined));
      if (names.includes('url') || options.fields.some(({ key }) => key && key.kind !== 'string')) continue;
      report(node, {
        severity: 'error',
        message: 'A request without url raises "cannot create request: url not specified"',
        fix: 'client:request{ url = "https://…", method = "POST" }',
      });
    }
  },
};

const socketRequests: ReadonlySet<string> = new Set(['socket.http.request', 'ssl.https.request']);

const noTimeout: Rule = {
  code: 'no-timeout',
  why: 'LuaSocket waits 60 s for each step, and mail delivery waits with it (observed 2.3.19, lua_slow_script: the LMTP answer waits).',
  check(script, report) {
    if (script.inference.assignedFields.has('TIMEOUT') || script.inference.hasDynamicFields) return;
    for (const { node } of script.calls) {
      if (!socketRequests.has(calledName(script, node) ?? '') || makesOwnSocket(node.args[0])) continue;
      report(node, {
        severity: 'warning',
        message: 'Without a time-out a silent server holds up the delivery of mail for 60 seconds',
        fix: timeoutFix(calledName(script, node)),
      });
      return;
    }
  },
};

function timeoutFix(called: string | undefined): string {
  const [name, module] = called === 'ssl.https.request' ? ['https', 'ssl.https'] : ['http', 'socket.http'];
  return `${name}.TIMEOUT = 5 after require("${module}")`;
}

function makesOwnSocket(request: Expression | undefined): boolean {
  return (
    request?.kind === 'table' &&
    request.fields.some(({ key }) => key?.kind === 'string' && key.value === 'create')
  );
}

const clientTimeout: Rule = {
  code: 'no-client-timeout',
  why: "Dovecot's HTTP client waits 60 s by default (observed 2.4.1, ox_timeout; source of 2.3.19 http-client-settings).",
  check(script, report) {
    for (const table of findClientTables(script)) {
      const hasTimeout = table.fields.some(
        ({ key }) => !key || key.kind !== 'string' || /timeout/.test(key.value),
      );
      if (hasTimeout) continue;
      report(table, {
        severity: 'info',
        message: 'Without a time-out a silent server holds up the delivery of mail for 60 seconds',
        fix: script.dialect === '2.4' ? 'request_timeout = "5s"' : 'request_timeout_msecs = 5000',
      });
    }
  },
};

export const httpRules: readonly Rule[] = [httpOption, httpValue, requestUrl, noTimeout, clientTimeout];
