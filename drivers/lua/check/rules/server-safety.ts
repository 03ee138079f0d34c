import { exits, pathOf } from '../guards.ts';
import type { Block, Expression, FunctionExpression, Local, Statement } from '../lua-syntax.ts';
import { calledName, valuesOf, type Owned, type Report, type Rule, type Script } from '../script.ts';
import { isAlways, type Values } from '../values.ts';
import { childrenOf, expressionsOf, walkExpression } from '../walk.ts';

const runsProgram: Rule = {
  code: 'runs-program',
  why: 'In LMTP a program of a script runs as root, because only the effective uid is changed (observed 2.4.1, lua_lmtp_init_as_root).',
  check(script, report) {
    for (const { node } of script.calls) {
      const name = calledName(script, node);
      if (name !== 'io.popen' && name !== 'os.execute') continue;
      report(node, {
        severity: 'warning',
        message: `${name} starts a program, in LMTP as root (observed in 2.4), and mail delivery waits for it; text of a mail in its command line is run by the shell`,
        fix: 'send a request to a service that does it',
      });
    }
  },
};

const exitsProcess: Rule = {
  code: 'exits-process',
  why: 'The script runs in the mail process: os.exit ends it (Lua reference manual §6.9, C exit).',
  check(script, report) {
    for (const { node } of script.calls)
      if (calledName(script, node) === 'os.exit')
        report(node, {
          severity: 'warning',
          message:
            'os.exit ends the mail process: the mail is delivered again, other sessions of the process are cut',
          fix: 'return',
        });
  },
};

const clocks: ReadonlySet<string> = new Set(['os.time', 'os.clock', 'socket.gettime']);

const busyWait: Rule = {
  code: 'waits',
  why: 'Everything is synchronous: a handler that sleeps 1 s delays the LMTP answer by 1 s (observed 2.3.19, lua_slow_script).',
  check(script, report) {
    for (const { node } of script.loops) {
      if (node.body.length > 0 || !mentionsClock(script, node.condition)) continue;
      report(
        { start: node.start, end: node.start + node.kind.length },
        {
          severity: 'warning',
          message: 'This loop waits at full load, and mail delivery waits with it',
        },
      );
    }
    for (const { node } of script.calls)
      if (['socket.sleep', 'socket.select'].includes(calledName(script, node) ?? ''))
        report(node, { severity: 'info', message: 'While a script waits, mail delivery waits' });
  },
};

function mentionsClock(script: Script, condition: Expression): boolean {
  if (condition.kind === 'call' && clocks.has(calledName(script, condition) ?? '')) return true;
  return childrenOf(condition).some((child) => mentionsClock(script, child));
}

const order: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);

const comparesObjects: Rule = {
  code: 'compares-objects',
  why: '< of users and of mailboxes crashes the process, signal 11 (observed 2.4.1, lua_user_lt, lua_mailbox_lt).',
  check(script, report) {
    for (const { node } of script.binaries) {
      if (!order.has(node.operator)) continue;
      const type = objectType(valuesOf(script, node.left)) ?? objectType(valuesOf(script, node.right));
      if (type !== 'user' && type !== 'mailbox') continue;
      report(node, {
        severity: 'error',
        message: `${node.operator} of a ${type} crashes the mail process`,
        fix: type === 'user' ? 'compare user.username' : 'compare mailbox.vname',
      });
    }
  },
};

function objectType(values: Values): string | undefined {
  const [only, another] = values;
  return only?.kind === 'object' && !another ? only.type : undefined;
}

const keepsUser: Rule = {
  code: 'keeps-user',
  why: 'A user that a global still holds at the end panics: assertion failed refcount == 1 (observed 2.4.1, lua_user_eq_copy; 2.3.19 has the same line).',
  check(script, report) {
    const released = new Set<string>();
    const kept: Owned<{ readonly target: Expression; readonly path: string }>[] = [];
    for (const { node, owner } of script.assignments) {
      for (const [position, target] of node.targets.entries()) {
        const path =
          target.kind === 'name' && outlives(target.local, owner, script) ? pathOf(target) : undefined;
        const value = node.values[position];
        if (path === undefined || !value) continue;
        if (value.kind === 'nil') released.add(path);
        if (isAlways(valuesOf(script, value), (one) => one.kind === 'object' && one.type === 'user'))
          kept.push({ node: { target, path }, owner });
      }
    }
    for (const { node } of kept) {
      if (released.has(node.path)) continue;
      report(node.target, {
        severity: 'error',
        message:
          'A user object that is kept after the transaction kills the mail process when the session ends',
        fix: 'keep it in the context that begin_txn returns, or set it to nil in end_txn',
      });
    }
  },
};

/** A global, or a local of the file itself. */
function outlives(local: Local | undefined, owner: FunctionExpression, { main }: Script): boolean {
  return !local || (local.owner === main && owner !== main);
}

const passthroughLeak: Rule = {
  code: 'passthrough-not-logged',
  why: 'The next passthrough event panics: "Can\'t create multiple passthrough events" (observed 2.4.1, lua_passthrough_leak).',
  check(script, report) {
    for (const { node } of script.statementCalls) if (isPassthrough(script, node)) reportLeak(report, node);
    for (const { node, owner } of script.locals) {
      for (const [position, local] of node.locals.entries()) {
        const value = node.values[position];
        if (
          value &&
          isPassthrough(script, value) &&
          !isUsed(owner, local, (method) => method.startsWith('log_'))
        )
          reportLeak(report, value);
      }
    }
  },
};

function reportLeak(report: Report, at: Expression): void {
  report(at, {
    severity: 'error',
    message: 'A passthrough event that is not logged kills the mail process when the next one is made',
    fix: 'end the chain with one of log_debug, log_info, log_warning, log_error',
  });
}

/** A chain of calls that gives a passthrough event: its last call does not log. */
function isPassthrough(script: Script, expression: Expression): boolean {
  return (
    expression.kind === 'method' &&
    !expression.name.startsWith('log_') &&
    objectType(valuesOf(script, expression)) === 'passthrough event'
  );
}

/**
 * Whether a local gets one of the methods, or is used in a way that does not show what becomes of it: passed on,
 * stored, returned.
 */
function isUsed(owner: FunctionExpression, local: Local, isMethod: (name: string) => boolean): boolean {
  let uses = 0;
  let others = 0;
  const visit = {
    expression(node: Expression) {
      if (node.kind === 'name' && node.local === local) uses += 1;
      if (node.kind !== 'method') return;
      if (isChainOn(node, local) && !isMethod(node.name)) others += node.object.kind === 'name' ? 1 : 0;
    },
  };
  walkExpression(owner, owner, visit);
  return uses > others || chainEnds(owner, local, isMethod);
}

function isChainOn(node: Expression, local: Local): boolean {
  if (node.kind === 'method') return isChainOn(node.object, local);
  return node.kind === 'name' && node.local === local;
}

function chainEnds(owner: FunctionExpression, local: Local, isMethod: (name: string) => boolean): boolean {
  let found = false;
  walkExpression(owner, owner, {
    expression(node) {
      if (node.kind === 'method' && isMethod(node.name) && isChainOn(node, local)) found = true;
    },
  });
  return found;
}

const mailboxKept: Rule = {
  code: 'mailbox-not-freed',
  why: 'A mailbox stays open until the collection after end_txn (push-notification-driver-lua.c runs a full one).',
  check(script, report) {
    for (const { node, owner } of script.locals) {
      for (const [position, local] of node.locals.entries()) {
        const value = node.values[position];
        if (!value || value.kind !== 'method' || calledName(script, value) !== 'user:mailbox') continue;
        if (isUsed(owner, local, (method) => method === 'free' || method === 'close')) continue;
        report(local, {
          severity: 'info',
          message: `${local.name} stays open until the end of the transaction`,
          fix: `${local.name}:free() when it is not needed any more`,
        });
      }
    }
  },
};

const mailboxFreed: Rule = {
  code: 'mailbox-used-after-free',
  why: 'A method of a freed mailbox crashes the process, signal 11 (observed 2.4.1, lua_mailbox_after_free).',
  check(script, report) {
    for (const { node } of script.blocks) checkBlock(script, report, node);
  },
};

/** In one block, statement after statement; branches and loops are not followed. */
function checkBlock(script: Script, report: Report, block: Block): void {
  const freed = new Set<Local>();
  for (const statement of block) {
    for (const { local, name, at } of findMailboxUses(script, statement)) {
      if (name === 'free') freed.add(local);
      else if (freed.has(local)) reportFreed(report, local.name, name, at);
    }
    for (const target of statement.kind === 'assign' ? statement.targets : [])
      if (target.kind === 'name' && target.local) freed.delete(target.local);
    if (statement.kind === 'label' || exits([statement])) freed.clear();
  }
}

function reportFreed(report: Report, mailbox: string, method: string, at: Expression): void {
  report(at, {
    severity: 'error',
    message: `${mailbox} is freed already: ${method} crashes the mail process`,
    fix: `${mailbox}:free() after the last use`,
  });
}

function findMailboxUses(script: Script, statement: Statement) {
  const uses: { readonly local: Local; readonly name: string; readonly at: Expression }[] = [];
  const visit = (expression: Expression): void => {
    // What a function does comes later, or never.
    if (expression.kind === 'function') return;
    for (const child of childrenOf(expression)) visit(child);
    if (expression.kind !== 'method' || expression.object.kind !== 'name' || !expression.object.local) return;
    if (objectType(valuesOf(script, expression.object)) !== 'mailbox') return;
    uses.push({ local: expression.object.local, name: expression.name, at: expression });
  };
  for (const expression of expressionsOf(statement)) visit(expression);
  return uses;
}

export const serverRules: readonly Rule[] = [
  runsProgram,
  exitsProcess,
  busyWait,
  comparesObjects,
  keepsUser,
  passthroughLeak,
  mailboxKept,
  mailboxFreed,
];
