import {
  BEGIN_TXN,
  END_TXN,
  entryPoints,
  eventSuffixes,
  foreignEvents,
  HANDLER_PREFIX,
} from '../known-api.ts';
import type { Expression } from '../lua-syntax.ts';
import { findNearName } from '../near-name.ts';
import type { Problem, Rule, Script } from '../script.ts';
import type { Span } from '../source-text.ts';
import { isAlways, none } from '../values.ts';

const NAME_PREFIX = 'dovecot_lua_notify_';
const handlerNames = eventSuffixes.map((suffix) => HANDLER_PREFIX + suffix);
const allNames: ReadonlySet<string> = new Set(entryPoints);
const notifyNames = entryPoints.filter((name) => name.startsWith(NAME_PREFIX));

function defines({ globalAssignments }: Script, name: string): boolean {
  return globalAssignments.some((assignment) => assignment.name === name);
}

function definesHandler(script: Script): boolean {
  return handlerNames.some((name) => defines(script, name));
}

function isFunctionLike({ kind }: Expression): boolean {
  return kind === 'function' || kind === 'name' || kind === 'index' || kind === 'call';
}

/** Where a finding about the whole script stands: its first statement. */
function beginning({ main }: Script): Span {
  const [first] = main.body;
  return first ? { start: first.start, end: first.start } : { start: main.start, end: main.start };
}

const unknownHandler: Rule = {
  code: 'unknown-handler',
  why: 'Handlers are looked up by name; another name is never called (push-notification-driver-lua.c).',
  check(script, report) {
    const read = new Set(script.globalReads.map(({ node }) => node.name));
    for (const { name, target, value } of script.globalAssignments) {
      const isMeant = (name.startsWith(NAME_PREFIX) || isSlip(name)) && !allNames.has(name);
      if (isMeant && !read.has(name) && (!value || isFunctionLike(value)))
        report(target, describe(script, name));
    }
  },
};

function describe(script: Script, name: string): Problem {
  const near = nearEntryPoint(script, name);
  if (foreignEvents.some((event) => name.toLowerCase() === HANDLER_PREFIX + event))
    return {
      severity: 'error',
      message: `${name} is never called: the framework does not report this event`,
      fix: near,
    };
  return {
    severity: near === undefined ? 'warning' : 'error',
    message: `${name} is never called: there is no such event or transaction function`,
    fix: near ?? `one of ${eventSuffixes.join(', ')} after ${HANDLER_PREFIX}`,
  };
}

/** Without the common beginning only a name that is very near is meant. */
function isSlip(name: string): boolean {
  return name.length >= NAME_PREFIX.length && findNearName(name, notifyNames) !== undefined;
}

function nearEntryPoint(script: Script, name: string): string | undefined {
  const free = notifyNames.filter((candidate) => !defines(script, candidate));
  const whole = findNearName(name, free);
  if (whole !== undefined) return whole;
  // The common beginning would outweigh what differs: the ends are compared as well.
  const short = name.slice(NAME_PREFIX.length).replace(/^event_/, '');
  const near = findNearName(short, eventSuffixes);
  const full = near === undefined ? undefined : HANDLER_PREFIX + near;
  return full !== undefined && free.includes(full) ? full : undefined;
}

const localHandler: Rule = {
  code: 'local-handler',
  why: 'Dovecot looks for globals: a local function is not found (observed 2.3.19 and 2.4.1, lua_local_handler).',
  check(script, report) {
    if (script.setsHiddenGlobals) return;
    for (const { node } of script.locals) {
      for (const [position, local] of node.locals.entries()) {
        if (!allNames.has(local.name) || defines(script, local.name)) continue;
        if (node.values[position]?.kind !== 'function') continue;
        report(local, {
          severity: 'error',
          message: `${local.name} is a local function: Dovecot does not find it`,
          fix: `function ${local.name}(…) without local`,
        });
      }
    }
  },
};

const handlerInTable: Rule = {
  code: 'handler-in-table',
  why: 'Dovecot looks only among globals, not in tables (push-notification-driver-lua.c, observed 2.3.19).',
  check(script, report) {
    if (script.setsHiddenGlobals) return;
    // A file that gives its table away is a module of another script.
    const isModule = script.main.body.at(-1)?.kind === 'return';
    for (const { node } of script.assignments) {
      for (const [position, target] of node.targets.entries()) {
        if (target.kind !== 'index' || target.key.kind !== 'string') continue;
        const { value: name } = target.key;
        if (!notifyNames.includes(name) || defines(script, name)) continue;
        if (node.values[position]?.kind !== 'function') continue;
        report(target, {
          severity: isModule ? 'info' : 'error',
          message: `${name} is in a table: Dovecot calls only a global function of this name`,
          fix: `function ${name}(…)`,
        });
      }
    }
  },
};

const handlerNoFunction: Rule = {
  code: 'handler-no-function',
  why: 'Only functions count; a table with __call is no function for Dovecot (raw lookup of the global).',
  check(script, report) {
    for (const name of notifyNames) {
      const values = script.inference.globals.get(name)?.values ?? none;
      const isNone = isAlways(values, ({ kind }) => !['closure', 'native', 'unknown', 'nil'].includes(kind));
      const assignment = script.globalAssignments.find((candidate) => candidate.name === name);
      if (!isNone || !assignment) continue;
      report(assignment.target, { severity: 'error', message: `${name} is no function: Dovecot ignores it` });
    }
  },
};

const noBeginTxn: Rule = {
  code: 'no-begin-txn',
  why: 'Every transaction then logs an error and calls no handler (observed 2.3.19 and 2.4.1, lua_missing_begin_txn).',
  check(script, report) {
    if (script.setsHiddenGlobals || defines(script, BEGIN_TXN) || !definesHandler(script)) return;
    report(beginning(script), {
      severity: 'error',
      message: `No handler is ever called: every transaction logs "Missing function ${BEGIN_TXN}"`,
      fix: `function ${BEGIN_TXN}(user) return {} end`,
    });
  },
};

const noEndTxn: Rule = {
  code: 'no-end-txn',
  why: 'Every transaction then logs an error; handlers are called (observed 2.3.19 and 2.4.1, lua_missing_end_txn).',
  check(script, report) {
    if (script.setsHiddenGlobals || defines(script, END_TXN) || !definesHandler(script)) return;
    report(beginning(script), {
      severity: 'warning',
      message: `Every transaction logs the error "Missing function ${END_TXN}"`,
      fix: `function ${END_TXN}(ctx, success) end`,
    });
  },
};

const noHandler: Rule = {
  code: 'no-handler',
  why: 'Without a handler begin_txn and end_txn are not called either (observed 2.3.19, lua_no_handlers).',
  check(script, report) {
    if (script.setsHiddenGlobals || definesHandler(script)) return;
    const isPushScript = defines(script, BEGIN_TXN) || defines(script, END_TXN);
    const isOther = script.main.body.at(-1)?.kind === 'return' || defines(script, 'mail_user_created');
    const does = isPushScript
      ? `${BEGIN_TXN} and ${END_TXN} are not called either`
      : 'Dovecot calls nothing in it';
    report(beginning(script), {
      severity: isPushScript ? 'error' : isOther ? 'info' : 'warning',
      message: `The script has no event handler: ${does} ("No event handlers found in script")`,
      fix: `function ${HANDLER_PREFIX}message_new(ctx, event) … end`,
    });
  },
};

export const handlerRules: readonly Rule[] = [
  unknownHandler,
  localHandler,
  handlerInTable,
  handlerNoFunction,
  noBeginTxn,
  noEndTxn,
  noHandler,
];
