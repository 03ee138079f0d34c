import type { Block, Expression, Statement } from './lua-syntax.ts';
import { blocksOf, childrenOf } from './walk.ts';

/** What was tested on the way to a place: the nearest test first. */
export interface Guard {
  readonly paths: ReadonlySet<string>;
  readonly outer: Guard | undefined;
}

/** Looking further back than this costs time; what lies there counts as tested, which keeps the check quiet. */
const MAX_GUARDS = 200;

export function isGuarded(guard: Guard | undefined, path: string): boolean {
  let at = guard;
  for (let steps = 0; at; at = at.outer) {
    steps += 1;
    if (steps > MAX_GUARDS || at.paths.has(path)) return true;
  }
  return false;
}

export function addGuard(outer: Guard | undefined, paths: ReadonlySet<string>): Guard | undefined {
  return paths.size > 0 ? { paths, outer } : outer;
}

/** `a.b.c` as a key that is the same for the same variable; undefined for anything that is no such path. */
export function pathOf(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.local ? `${expression.local.id}` : expression.name;
  if (expression.kind === 'paren') return pathOf(expression.inner);
  if (expression.kind !== 'index' || expression.key.kind !== 'string') return undefined;
  const object = pathOf(expression.object);
  return object === undefined ? undefined : `${object}.${expression.key.value}`;
}

/** Every path that a condition looks at, in whatever way. */
export function testedPaths(condition: Expression, into = new Set<string>()): ReadonlySet<string> {
  const path = pathOf(condition);
  if (path !== undefined) into.add(path);
  // Objects of methods are called, not tested; but a test that calls them would have failed before.
  for (const child of childrenOf(condition)) testedPaths(child, into);
  return into;
}

/** What is known to have been tested for all statements after this one in its block, by its text alone. */
export function guardsAfter(statement: Statement): ReadonlySet<string> {
  const paths = new Set<string>();
  if (statement.kind === 'if') {
    for (const { condition, body } of statement.clauses) addSettled(condition, body, paths);
  } else if (statement.kind === 'call' || statement.kind === 'local') {
    for (const call of statement.kind === 'call' ? [statement.call] : statement.values)
      addAsserted(call, paths);
  }
  return paths;
}

/** `if not x then return end` and `if not x then x = "" end`: afterwards x is settled. */
function addSettled(condition: Expression, body: Block, paths: Set<string>): void {
  const tested = testedPaths(condition);
  const settled = exits(body) ? tested : assignedPaths(body);
  for (const path of tested) if (settled.has(path)) paths.add(path);
}

function addAsserted(call: Expression, paths: Set<string>): void {
  if (call.kind === 'call' && call.callee.kind === 'name' && call.callee.name === 'assert' && call.args[0])
    testedPaths(call.args[0], paths);
}

/** Whether the statements after the block's place are never reached through it. */
export function exits(block: Block): boolean {
  const last = block.at(-1);
  if (!last) return false;
  if (last.kind === 'return' || last.kind === 'break' || last.kind === 'goto') return true;
  if (last.kind === 'do') return exits(last.body);
  return last.kind === 'call' && raises(last.call);
}

/** `error(…)` and `os.exit(…)`. */
export function raises(call: Expression): boolean {
  if (call.kind !== 'call') return false;
  const path = pathOf(call.callee);
  return path === 'error' || path === 'os.exit';
}

function assignedPaths(block: Block, into = new Set<string>()): ReadonlySet<string> {
  for (const statement of block) {
    for (const target of statement.kind === 'assign' ? statement.targets : []) {
      const path = pathOf(target);
      if (path !== undefined) into.add(path);
    }
    for (const inner of blocksOf(statement)) assignedPaths(inner, into);
  }
  return into;
}
