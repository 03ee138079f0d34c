import { isGuarded, pathOf } from '../guards.ts';
import {
  dovecotMembers,
  eventFields,
  eventSuffixes,
  httpClientMethods,
  httpRequestMethods,
  httpResponseMethods,
  isAvailable,
  logEventMethods,
  mailboxFields,
  mailboxMethods,
  passthroughMethods,
  replacements,
  statusFields,
  storageConstants,
  userFields,
  userMethods,
  type Availability,
  type Members,
} from '../known-api.ts';
import { lua51Names, standardMembers } from '../known-lua.ts';
import type { IndexExpression, MethodCallExpression } from '../lua-syntax.ts';
import { findNearName } from '../near-name.ts';
import {
  isTested,
  valuesOf,
  type Owned,
  type Problem,
  type Report,
  type Rule,
  type Script,
} from '../script.ts';
import type { Span } from '../source-text.ts';
import { isAlways, none, type ObjectType, type Value } from '../values.ts';
import { beginTxnNote } from './begin-txn.ts';

type Member = IndexExpression | MethodCallExpression;

const objectMembers: Readonly<Record<Exclude<ObjectType, 'settings'>, Members>> = {
  user: new Map([...userFields, ...userMethods]),
  mailbox: new Map([...mailboxFields, ...mailboxMethods]),
  status: statusFields,
  'log event': logEventMethods,
  'passthrough event': passthroughMethods,
  'HTTP client': httpClientMethods,
  'HTTP request': httpRequestMethods,
  'HTTP response': httpResponseMethods,
};

const moduleMembers: ReadonlyMap<string, Members> = new Map<string, Members>([
  ['dovecot', dovecotMembers],
  ['dovecot.storage', storageConstants],
  ['dovecot.http', new Map([['client', 'all']])],
]);

const allEventFields: ReadonlySet<string> = new Set(
  eventSuffixes.flatMap((suffix) => eventFields(suffix, 'document')),
);

/** A use of a member whose owner is certain: what it belongs to, and its name. */
interface Use extends Owned<Member> {
  readonly name: string;
  readonly at: Span;
  readonly isCalled: boolean;
}

function findUses(script: Script): readonly Use[] {
  return script.members.flatMap(({ node, owner }): readonly Use[] => {
    if (node.kind === 'method') {
      if (isMethodTested(script, node)) return [];
      return [{ node, owner, name: node.name, at: methodSpan(node), isCalled: true }];
    }
    if (node.key.kind !== 'string' || isTested(script, node)) return [];
    return [{ node, owner, name: node.key.value, at: node.key, isCalled: script.called.has(node) }];
  });
}

/** `if user.plugin_getenv then user:plugin_getenv(…)`. */
function isMethodTested({ inference }: Script, node: MethodCallExpression): boolean {
  const object = pathOf(node.object);
  return object !== undefined && isGuarded(inference.guards.get(node), `${object}.${node.name}`);
}

function methodSpan({ nameStart, name }: MethodCallExpression): Span {
  return { start: nameStart, end: nameStart + name.length };
}

function isSetByScript({ inference }: Script, name: string): boolean {
  return inference.hasDynamicFields || inference.assignedFields.has(name);
}

/** The one thing that the object of a use can be. */
function ownerOf(script: Script, { node }: Use): Value | undefined {
  const [only, another] = valuesOf(script, node.object);
  return another ? undefined : only;
}

const dialectMember: Rule = {
  code: 'not-in-dialect',
  why: 'What the other release has is nil here: calling it raises an error (observed 2.3.19 against 2.4.1, lua_introspect).',
  check(script, report) {
    for (const use of findUses(script)) {
      const found = lookUp(script, use);
      if (!found?.availability || isAvailable(found.availability, script.dialect)) continue;
      const full = `${found.owner}.${use.name}`;
      // A constant of a later 2.4 release is there for some servers.
      const isCertain = use.isCalled || found.owner === 'dovecot.storage';
      const isPartly = found.availability.startsWith(script.dialect);
      reportMember(script, report, use, {
        severity: isCertain && !isPartly ? 'error' : 'warning',
        message: `${full} does not exist in Dovecot ${script.dialect}${sinceText(found.availability)}`,
        fix: replacements[full],
      });
    }
  },
};

const partlyMember: Rule = {
  code: 'not-in-every-release',
  why: 'base64 and var_expand came after 2.4.1, MAILBOX_FLAG_AUTO_* are gone after it (observed 2.4.1 and 2.4.5).',
  check(script, report) {
    if (script.dialect !== '2.4') return;
    for (const use of findUses(script)) {
      const found = lookUp(script, use);
      if (found?.availability !== '2.4.5' && found?.availability !== '2.4.1 only') continue;
      report(use.at, {
        severity: 'warning',
        message: `${found.owner}.${use.name} is not in every 2.4${sinceText(found.availability)}`,
        fix: 'ask whether it is nil before using it',
      });
    }
  },
};

function sinceText(availability: Availability): string {
  if (availability === '2.4.5') return ' (2.4.1 does not have it, 2.4.5 does)';
  if (availability === '2.4.1 only') return ' (2.4.1 has it, 2.3 and 2.4.5 do not)';
  return availability === '2.3' ? ' (2.3 has it)' : ' (it came with 2.4)';
}

const unknownMember: Rule = {
  code: 'unknown-member',
  why: 'No release has it: the value is nil, a call of it raises an error (observed 2.3.19 and 2.4.1, lua_introspect).',
  check(script, report) {
    for (const use of findUses(script)) {
      const found = lookUp(script, use);
      if (!found || found.availability !== undefined) continue;
      const full = `${found.owner}.${use.name}`;
      const isOurs = !script.strict && lenientNames.has(use.name);
      reportMember(script, report, use, {
        severity: (use.isCalled || found.owner === 'dovecot.storage') && !isOurs ? 'error' : 'warning',
        message: `${full} does not exist: ${use.isCalled ? 'calling it raises an error' : 'it is nil'}`,
        fix: replacements[full] ?? findNearName(use.name, found.candidates),
      });
    }
  },
};

/** Names that this program adds to both releases unless it is to be strict. */
const lenientNames: ReadonlySet<string> = new Set(['restore_flag', 'set_append_log_prefix']);

function reportMember(script: Script, report: Report, use: Use, problem: Problem): void {
  const isCaught = script.inference.isProtected.has(use.owner);
  const isMeant = isCaught || (problem.severity === 'error' && choosesByRelease(script, use));
  const note = use.isCalled && !isMeant && script.beginTxnFunctions.has(use.owner) ? beginTxnNote : '';
  report(use.at, {
    ...problem,
    severity: isMeant ? 'info' : problem.severity,
    message: problem.message + note,
  });
}

/** `settings and settings.url or user:plugin_getenv("url")`: a script for both releases, by what script_init got. */
function choosesByRelease({ inference, dialect }: Script, { node, name }: Use): boolean {
  if (dialect !== '2.4' || name !== 'plugin_getenv' || !inference.guards.get(node)) return false;
  return [...(inference.globals.get('script_init')?.values ?? none)].some(
    (value) => value.kind === 'closure' && value.fn.parameters.length > 0,
  );
}

interface Found {
  readonly owner: string;
  /** Undefined: nowhere. */
  readonly availability: Availability | undefined;
  readonly candidates: readonly string[];
}

function lookUp(script: Script, use: Use): Found | undefined {
  const owner = ownerOf(script, use);
  if (!owner || isSetByScript(script, use.name)) return undefined;
  const members = membersOf(owner);
  if (!members) return undefined;
  const candidates = [...members].flatMap(([name, availability]) =>
    isAvailable(availability, script.dialect) ? [name] : [],
  );
  const name = owner.kind === 'object' ? owner.type : owner.kind === 'module' ? owner.name : '';
  return { owner: name, availability: members.get(use.name), candidates };
}

function membersOf(owner: Value): Members | undefined {
  if (owner.kind === 'module') return moduleMembers.get(owner.name);
  return owner.kind === 'object' && owner.type !== 'settings' ? objectMembers[owner.type] : undefined;
}

const standardMember: Rule = {
  code: 'unknown-library-function',
  why: 'Dovecot runs Lua 5.4 with its standard libraries only (observed 2.3.19 and 2.4.1, lua_introspect).',
  check(script, report) {
    for (const use of findUses(script)) {
      const owner = ownerOf(script, use);
      if (owner?.kind !== 'module' || isSetByScript(script, use.name)) continue;
      const known = standardMembers.get(owner.name);
      if (known && !known.has(use.name)) report(use.at, describeForeign(script, use, owner.name, known));
    }
  },
};

function describeForeign(
  { setsHiddenGlobals }: Script,
  { name, isCalled }: Use,
  library: string,
  known: ReadonlySet<string>,
): Problem {
  const full = `${library}.${name}`;
  const older = lua51Names[full];
  if (older !== undefined)
    return {
      severity: 'warning',
      message: `${full} is of Lua 5.1: Dovecot with Lua 5.4, as in Debian, does not have it`,
      fix: older,
    };
  return {
    severity: isCalled && !setsHiddenGlobals ? 'error' : 'warning',
    message: `There is no ${full} in Lua`,
    fix: findNearName(name, known),
  };
}

const eventField: Rule = {
  code: 'event-field',
  why: 'The event table holds only what its kind of event has (observed 2.3.19 and 2.4.1, all lua_calls).',
  check(script, report) {
    for (const use of findUses(script)) {
      const suffixes = eventSuffixesOf(script, use);
      const fields = new Set(suffixes.flatMap((suffix) => eventFields(suffix, script.dialect)));
      if (suffixes.length === 0 || fields.has(use.name) || isSetByScript(script, use.name)) continue;
      if (use.name !== 'user' || use.isCalled) report(use.at, describeLack(use, suffixes, fields));
    }
  },
};

function describeLack(
  { name, isCalled }: Use,
  suffixes: readonly string[],
  fields: Iterable<string>,
): Problem {
  const lack = allEventFields.has(name) ? 'events do not have it' : 'events have no such field';
  return {
    severity: isCalled ? 'error' : 'warning',
    message: `event.${name} is always nil: ${suffixes.join(' and ')} ${lack}`,
    fix: replacements[`event.${name}`] ?? findNearName(name, fields),
  };
}

const eventUser: Rule = {
  code: 'event-user',
  why: 'The document lists event.user, no release sets it (observed 2.3.19, lua_event_user).',
  check(script, report) {
    if (script.dialect === 'document') return;
    const indexed = new Set(script.members.map(({ node }) => node.object));
    for (const use of findUses(script)) {
      if (use.name !== 'user' || use.isCalled || eventSuffixesOf(script, use).length === 0) continue;
      if (isSetByScript(script, 'user')) continue;
      const isFatal = indexed.has(use.node) && script.strict;
      report(use.at, {
        severity: isFatal ? 'error' : 'warning',
        message: `event.user is always nil in Dovecot ${script.dialect}${isFatal ? ': looking into it raises an error' : ''}`,
        fix: replacements['event.user'],
      });
    }
  },
};

/** The events of which the object certainly is one; empty when it may be something else. */
function eventSuffixesOf(script: Script, { node }: Use): readonly string[] {
  const values = valuesOf(script, node.object);
  if (!isAlways(values, ({ kind }) => kind === 'event')) return [];
  return [...values].flatMap((value) => (value.kind === 'event' ? [value.suffix] : []));
}

export const memberRules: readonly Rule[] = [
  dialectMember,
  partlyMember,
  unknownMember,
  standardMember,
  eventField,
  eventUser,
];
