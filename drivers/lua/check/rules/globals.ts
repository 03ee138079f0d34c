import { pathOf } from '../guards.ts';
import { entryPoints } from '../known-api.ts';
import { foreignConstants, knownGlobals, lua51Names, moduleOfGlobal } from '../known-lua.ts';
import { findNearName } from '../near-name.ts';
import { isTested, type Rule, type Script } from '../script.ts';

function isDefined({ inference }: Script, name: string): boolean {
  return knownGlobals.has(name) || inference.assignedGlobals.has(name);
}

/** More undefined names than this are told by nobody, and each is compared with every defined one. */
const MAX_UNDEFINED = 200;
const MAX_COMPARED = 300;

/** Names that `local x <const>` or a parameter shadow are no globals; only the first read of each is told. */
function findUndefined(script: Script) {
  const seen = new Set<string>();
  return script.globalReads.filter(({ node }) => {
    if (
      seen.size > MAX_UNDEFINED ||
      isDefined(script, node.name) ||
      seen.has(node.name) ||
      isTested(script, node)
    )
      return false;
    seen.add(node.name);
    return true;
  });
}

const foreignConstant: Rule = {
  code: 'foreign-constant',
  why: 'True, None, null are globals that nobody set: nil (observed 2.4.1, lua_http_client_options: debug = True).',
  check(script, report) {
    for (const { node } of findUndefined(script)) {
      const own = Object.hasOwn(foreignConstants, node.name) ? foreignConstants[node.name] : undefined;
      if (own === undefined) continue;
      report(node, {
        severity: 'warning',
        message: `${node.name} is no constant of Lua: it is a variable that nobody set, so nil`,
        fix: own,
      });
    }
  },
};

const undefinedGlobal: Rule = {
  code: 'undefined-global',
  why: 'A global that nobody sets is nil (observed 2.3.19 and 2.4.1, lua_introspect lists what there is).',
  check(script, report) {
    const candidates = [...knownGlobals, ...script.inference.assignedGlobals].slice(0, MAX_COMPARED);
    for (const { node } of findUndefined(script)) {
      const { name } = node;
      if (Object.hasOwn(foreignConstants, name) || Object.hasOwn(lua51Names, name)) continue;
      const module = Object.hasOwn(moduleOfGlobal, name) ? moduleOfGlobal[name] : undefined;
      const near = findNearName(name, candidates);
      report(node, {
        severity: script.setsHiddenGlobals ? 'info' : 'warning',
        message: `Nothing sets the global ${name}: it is nil`,
        fix: module === undefined ? near : `local ${name} = require("${module}")`,
      });
    }
  },
};

const olderLua: Rule = {
  code: 'lua-5-1',
  why: 'Debian builds Dovecot with Lua 5.4 (observed 2.3.19 and 2.4.1: _VERSION).',
  check(script, report) {
    for (const { node } of findUndefined(script)) {
      const fix = Object.hasOwn(lua51Names, node.name) ? lua51Names[node.name] : undefined;
      if (fix === undefined) continue;
      report(node, {
        severity: 'warning',
        message: `${node.name} is of Lua 5.1: Dovecot with Lua 5.4, as in Debian, does not have it`,
        fix,
      });
    }
  },
};

const strayGlobal: Rule = {
  code: 'global-in-function',
  why: "A script's state lives as long as the user's session: globals carry over to the next transaction (observed 2.3.19, lua_global_state).",
  check(script, report) {
    const declared = new Set(
      script.globalAssignments.flatMap(({ name, owner }) => (owner === script.main ? [name] : [])),
    );
    const isRestricted = script.calls.some(
      ({ node }) =>
        pathOf(node.kind === 'call' ? node.callee : node.object) === 'dovecot.restrict_global_variables' &&
        node.args[0]?.kind === 'true',
    );
    for (const { name, target, value, owner } of script.globalAssignments) {
      const isFunction = value?.kind === 'function' || entryPoints.includes(name);
      if (owner === script.main || declared.has(name) || isFunction || target.kind !== 'name') continue;
      declared.add(name);
      report(target, {
        severity: isRestricted ? 'error' : 'info',
        message: isRestricted
          ? `Setting the global ${name} raises an error: restrict_global_variables(true) forbids new ones`
          : `${name} is a global: its value stays for the next transactions of the session`,
        fix: `local ${name} = …`,
      });
    }
  },
};

export const globalRules: readonly Rule[] = [foreignConstant, undefinedGlobal, olderLua, strayGlobal];
