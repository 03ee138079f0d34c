import { pathOf } from '../guards.ts';
import { calledName, type Rule } from '../script.ts';

/** What an error there does. Source: observed 2.3.19 and 2.4.1, lua_begin_txn_error. */
export const beginTxnNote =
  '; in begin_txn an error kills the mail process after the mail is stored, so that it is delivered again';

const beginTxnRaises: Rule = {
  code: 'begin-txn-raises',
  why: 'An error in begin_txn panics: assertion failed refcount == 1 (observed 2.3.19, 2.4.1, 2.4.5, lua_begin_txn_error).',
  check(script, report) {
    for (const { node, owner } of script.calls) {
      if (!script.beginTxnFunctions.has(owner) || node.kind !== 'call') continue;
      const name = pathOf(node.callee);
      if (name !== 'error' && name !== 'assert') continue;
      report(node.callee, {
        severity: 'warning',
        message: `${name} can raise an error${beginTxnNote}`,
        fix: 'log the reason and note it in the context; let the handlers do nothing then',
      });
    }
  },
};

const opening: ReadonlySet<string> = new Set(['mailbox:open', 'mailbox:sync', 'mailbox:status']);

const beginTxnMailbox: Rule = {
  code: 'begin-txn-mailbox',
  why: 'A mailbox that does not exist raises an error (observed 2.3.19, lua_introspect), and in begin_txn that panics.',
  check(script, report) {
    for (const { node, owner } of script.calls) {
      if (!script.beginTxnFunctions.has(owner) || node.kind !== 'method') continue;
      if (!opening.has(calledName(script, node) ?? '')) continue;
      report(node, {
        severity: 'info',
        message: `mailbox:${node.name} raises an error when the mailbox cannot be opened${beginTxnNote}`,
        fix: 'do it in the handler, or under pcall',
      });
    }
  },
};

export const beginTxnRules: readonly Rule[] = [beginTxnRaises, beginTxnMailbox];
