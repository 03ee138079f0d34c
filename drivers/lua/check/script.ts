import type { LuaDialect } from '../script-context.ts';
import { globalTargetName } from './analyze.ts';
import type { Severity } from './finding.ts';
import { isGuarded, pathOf } from './guards.ts';
import type { Inference } from './inference.ts';
import { BEGIN_TXN } from './known-api.ts';
import { harmlessModules, lua51Names } from './known-lua.ts';
import type {
  AnyCall,
  AssignStatement,
  BinaryExpression,
  Block,
  Expression,
  FunctionExpression,
  IndexExpression,
  LocalStatement,
  LoopStatement,
  MethodCallExpression,
  NameExpression,
  Target,
  UnaryExpression,
} from './lua-syntax.ts';
import type { Span } from './source-text.ts';
import { none, unknown, type Values } from './values.ts';
import { walk } from './walk.ts';

export interface Owned<Node> {
  readonly node: Node;
  /** The function that it stands in. */
  readonly owner: FunctionExpression;
}

export interface GlobalAssignment {
  readonly name: string;
  readonly target: Target;
  /** Absent when a call gives it. */
  readonly value?: Expression;
  readonly owner: FunctionExpression;
}

/** A script as the rules see it: everything in it by kind, in the order of the text. */
export interface Script {
  readonly dialect: LuaDialect;
  readonly strict: boolean;
  readonly text: string;
  readonly main: FunctionExpression;
  readonly inference: Inference;
  readonly calls: readonly Owned<AnyCall>[];
  readonly members: readonly Owned<IndexExpression | MethodCallExpression>[];
  readonly binaries: readonly Owned<BinaryExpression>[];
  readonly unaries: readonly Owned<UnaryExpression>[];
  readonly locals: readonly Owned<LocalStatement>[];
  readonly assignments: readonly Owned<AssignStatement>[];
  readonly loops: readonly Owned<LoopStatement>[];
  readonly statementCalls: readonly Owned<Expression>[];
  readonly blocks: readonly Owned<Block>[];
  readonly globalReads: readonly Owned<NameExpression>[];
  readonly globalAssignments: readonly GlobalAssignment[];
  /** Expressions whose being nil or not is what is asked: `if x`, `x and`, `type(x)`. */
  readonly tested: ReadonlySet<Expression>;
  /** Expressions that are called. */
  readonly called: ReadonlySet<Expression>;
  /** The script may set globals in ways that its text does not show. */
  readonly setsHiddenGlobals: boolean;
  /** Functions in which an error is one of begin_txn, with what they call. */
  readonly beginTxnFunctions: ReadonlySet<FunctionExpression>;
}

export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  readonly fix?: string | undefined;
}
export type Report = (at: Span, problem: Problem) => void;

/** One thing that is looked for. */
export interface Rule {
  readonly code: string;
  /** Why it matters, and where that was seen. */
  readonly why: string;
  check(script: Script, report: Report): void;
}

export type ScriptFacts = Pick<Script, 'dialect' | 'strict' | 'text' | 'main' | 'inference'>;

export function collectScript(facts: ScriptFacts): Script {
  const lists = {
    calls: [] as Owned<AnyCall>[],
    members: [] as Owned<IndexExpression | MethodCallExpression>[],
    binaries: [] as Owned<BinaryExpression>[],
    unaries: [] as Owned<UnaryExpression>[],
    locals: [] as Owned<LocalStatement>[],
    assignments: [] as Owned<AssignStatement>[],
    loops: [] as Owned<LoopStatement>[],
    statementCalls: [] as Owned<Expression>[],
    blocks: [] as Owned<Block>[],
    globalReads: [] as Owned<NameExpression>[],
    tested: new Set<Expression>(),
    called: new Set<Expression>(),
  };
  const targets = new Set<Expression>();
  walk(facts.main, {
    block: (node, owner) => void lists.blocks.push({ node, owner }),
    statement(node, owner) {
      if (node.kind === 'local') lists.locals.push({ node, owner });
      else if (node.kind === 'call') lists.statementCalls.push({ node: node.call, owner });
      else if (node.kind === 'if')
        for (const { condition } of node.clauses) addTested(lists.tested, condition);
      else if (node.kind === 'while' || node.kind === 'repeat') {
        lists.loops.push({ node, owner });
        addTested(lists.tested, node.condition);
      } else if (node.kind === 'assign') {
        lists.assignments.push({ node, owner });
        for (const target of node.targets) targets.add(target);
      }
    },
    expression(node, owner) {
      if (node.kind === 'name' && !node.local && !targets.has(node)) lists.globalReads.push({ node, owner });
      else if (node.kind === 'unary') lists.unaries.push({ node, owner });
      else if (node.kind === 'index' && !targets.has(node)) lists.members.push({ node, owner });
      else if (node.kind === 'binary') lists.binaries.push({ node, owner });
      else if (node.kind === 'call' || node.kind === 'method') {
        lists.calls.push({ node, owner });
        if (node.kind === 'method') lists.members.push({ node, owner });
        else lists.called.add(node.callee);
      }
      addTestedParts(lists.tested, node);
    },
  });
  const script = { ...facts, ...lists, globalAssignments: findGlobalAssignments(lists.assignments) };
  return {
    ...script,
    setsHiddenGlobals: findHiddenGlobals(script),
    beginTxnFunctions: findBeginTxnFunctions(script),
  };
}

function addTested(tested: Set<Expression>, condition: Expression): void {
  tested.add(condition);
  if (condition.kind === 'paren') addTested(tested, condition.inner);
  // `x and x.y`: the right side is tested as well when the whole is.
  else if (condition.kind === 'binary' && ['and', 'or'].includes(condition.operator))
    addTested(tested, condition.right);
}

const askingFunctions: ReadonlySet<string> = new Set(['type', 'pcall', 'rawequal', 'xpcall', 'tostring']);

function addTestedParts(tested: Set<Expression>, node: Expression): void {
  if (node.kind === 'binary') {
    addTestedOperands(tested, node);
  } else if (node.kind === 'unary') {
    if (node.operator === 'not') addTested(tested, node.operand);
  } else if (node.kind === 'call' && askingFunctions.has(pathOf(node.callee) ?? '') && node.args[0]) {
    tested.add(node.args[0]);
  }
}

function addTestedOperands(tested: Set<Expression>, { operator, left, right }: BinaryExpression): void {
  if (['and', 'or', '==', '~='].includes(operator)) addTested(tested, left);
  if (['==', '~='].includes(operator)) addTested(tested, right);
  // `table.unpack or unpack`: what an older Lua has instead.
  if (operator === 'or' && Object.hasOwn(lua51Names, pathOf(right) ?? '')) tested.add(right);
}

function findGlobalAssignments(assignments: readonly Owned<AssignStatement>[]): readonly GlobalAssignment[] {
  return assignments.flatMap(({ node: { targets, values }, owner }) =>
    targets.flatMap((target, position) => {
      const name = globalTargetName(target);
      const value = values[position];
      return name === undefined ? [] : [{ name, target, owner, ...(value && { value }) }];
    }),
  );
}

type Partial = Omit<Script, 'setsHiddenGlobals' | 'beginTxnFunctions'>;

const loaders: ReadonlySet<string> = new Set(['load', 'loadstring', 'dofile', 'loadfile', 'setfenv']);

function findHiddenGlobals({ calls, globalReads, assignments, locals }: Partial): boolean {
  const passesGlobals = calls.some(({ node }) =>
    node.args.some((arg) => ['_G', '_ENV'].includes(pathOf(arg) ?? '')),
  );
  const requiresOwn = calls.some(({ node }) => {
    if (node.kind !== 'call' || pathOf(node.callee) !== 'require') return false;
    const [name] = node.args;
    return name?.kind !== 'string' || !harmlessModules.has(name.value);
  });
  const setsByVariable = assignments.some(({ node }) =>
    node.targets.some(
      (target) =>
        target.kind === 'index' &&
        target.key.kind !== 'string' &&
        ['_G', '_ENV'].includes(pathOf(target.object) ?? ''),
    ),
  );
  const keepsGlobals = locals.some(({ node }) =>
    node.values.some((value) => ['_G', '_ENV'].includes(pathOf(value) ?? '')),
  );
  return (
    passesGlobals ||
    requiresOwn ||
    setsByVariable ||
    keepsGlobals ||
    globalReads.some(({ node }) => loaders.has(node.name))
  );
}

function findBeginTxnFunctions({ inference, calls }: Partial): ReadonlySet<FunctionExpression> {
  const found = new Set<FunctionExpression>();
  const add = (values: Values) => {
    for (const value of values) if (value.kind === 'closure') found.add(value.fn);
  };
  add(inference.globals.get(BEGIN_TXN)?.values ?? none);
  const callsOf = new Map<FunctionExpression, AnyCall[]>();
  for (const { node, owner } of calls) {
    const own = callsOf.get(owner);
    if (own) own.push(node);
    else callsOf.set(owner, [node]);
  }
  // A set that grows while it is walked: what is added is walked as well.
  for (const fn of found) for (const node of callsOf.get(fn) ?? []) add(inference.callees.get(node) ?? none);
  return found;
}

/** What an expression may be where it stands. */
export function valuesOf({ inference }: Script, expression: Expression): Values {
  return inference.values.get(expression) ?? unknown;
}

/** Whether the script asks about it here or has asked about it on the way here. */
export function isTested({ inference, tested }: Script, expression: Expression): boolean {
  if (tested.has(expression)) return true;
  const path = pathOf(expression);
  return path !== undefined && isGuarded(inference.guards.get(expression), path);
}

/** The library function that a call certainly means, by its full name. */
export function calledName({ inference }: Script, call: AnyCall): string | undefined {
  const [only, another] = inference.callees.get(call) ?? none;
  return only?.kind === 'native' && !another ? only.name : undefined;
}

/** Longer pieces of the script are cut in messages. */
const MAX_QUOTED = 40;

/** The text of an expression, for a message. */
export function quote({ text }: Script, { start, end }: Span): string {
  const piece = Buffer.from(text.slice(start, end), 'latin1').toString('utf8').replaceAll(/\s+/g, ' ');
  return piece.length > MAX_QUOTED ? `${piece.slice(0, MAX_QUOTED - 1)}…` : piece;
}
