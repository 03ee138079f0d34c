import { evaluate, evaluateList, fieldName, type Evaluation } from './evaluate.ts';
import { evaluateCall, iteratedValues } from './evaluate-call.ts';
import { addGuard, guardsAfter, pathOf, testedPaths, type Guard } from './guards.ts';
import { fieldCell, flow, flowReturn, globalCell, localCell, type Inference } from './inference.ts';
import type {
  AssignStatement,
  Block,
  ForStatement,
  FunctionExpression,
  IfStatement,
  LocalStatement,
  LoopStatement,
  Statement,
  Target,
} from './lua-syntax.ts';
import { isDoubtful, nil, none, unknown, type Value, type Values } from './values.ts';

/** A walk over the statements: the innermost function is the last owner. */
interface Walk extends Evaluation {
  readonly owners: FunctionExpression[];
}

/** One pass over the whole script: every statement once, functions where they are written. */
export function walkScript(inference: Inference, main: FunctionExpression): void {
  const walk: Walk = {
    inference,
    owners: [],
    evaluateCall: (call, guard) => evaluateCall(walk, call, guard),
    enterFunction: (fn, guard) => walkFunction(walk, fn, guard),
  };
  walkFunction(walk, main, undefined);
}

function walkFunction(walk: Walk, fn: FunctionExpression, guard: Guard | undefined): void {
  walk.owners.push(fn);
  walkBlock(walk, fn.body, guard);
  walk.owners.pop();
}

function walkBlock(walk: Walk, block: Block, outer: Guard | undefined): void {
  let guard = outer;
  for (const statement of block) {
    walkStatement(walk, statement, guard);
    guard = addGuard(addGuard(guard, guardsAfter(statement)), settledTargets(walk, statement));
  }
}

/** `x = x or ""`: afterwards x is what was assigned, whatever it was before. */
function settledTargets({ inference }: Walk, statement: Statement): ReadonlySet<string> {
  const paths = new Set<string>();
  // Of several results of one call only the first is looked at here: none is settled by that.
  if (statement.kind !== 'assign' || statement.values.length < statement.targets.length) return paths;
  for (const [position, target] of statement.targets.entries()) {
    const path = pathOf(target);
    const value = statement.values[position];
    if (path !== undefined && value && !isDoubtful(inference.values.get(value) ?? unknown)) paths.add(path);
  }
  return paths;
}

function walkStatement(walk: Walk, statement: Statement, guard: Guard | undefined): void {
  switch (statement.kind) {
    case 'local':
      return walkLocal(walk, statement, guard);
    case 'assign':
      return walkAssign(walk, statement, guard);
    case 'call':
      return void evaluate(walk, statement.call, guard);
    case 'return':
      return walkReturn(walk, evaluateList(walk, statement.values, guard));
    case 'if':
      return walkIf(walk, statement, guard);
    case 'while':
    case 'repeat':
      return walkLoop(walk, statement, guard);
    case 'for':
      return walkFor(walk, statement, guard);
    case 'do':
      return walkBlock(walk, statement.body, guard);
    default:
  }
}

function walkReturn({ inference, owners }: Walk, results: readonly Values[]): void {
  const owner = owners.at(-1);
  if (owner) flowReturn(inference, owner, results.length > 0 ? results : [nil]);
}

function walkLocal(walk: Walk, { locals, values }: LocalStatement, guard: Guard | undefined): void {
  const results = evaluateList(walk, values, guard);
  const last = values.at(-1)?.kind;
  const missing = last === 'call' || last === 'method' || last === 'vararg' ? unknown : nil;
  for (const [position, local] of locals.entries())
    flow(walk.inference, localCell(walk.inference, local), results[position] ?? missing);
  noteCompanions(
    walk,
    locals.map(({ id }) => `${id}`),
    results,
  );
}

/** `ok, code = http.request(…)`, whatever the names are. */
function noteCompanions(
  { inference }: Walk,
  paths: readonly (string | undefined)[],
  results: readonly Values[],
): void {
  const [ok, code] = paths;
  if (
    ok !== undefined &&
    code !== undefined &&
    results[1] &&
    [...results[1]].some(({ kind }) => kind === 'code')
  )
    inference.companions.set(code, ok);
}

function walkIf(walk: Walk, { clauses, otherwise }: IfStatement, outer: Guard | undefined): void {
  let guard = outer;
  for (const { condition, body } of clauses) {
    evaluate(walk, condition, guard);
    guard = addGuard(guard, testedPaths(condition));
    walkBlock(walk, body, guard);
  }
  if (otherwise) walkBlock(walk, otherwise, guard);
}

function walkLoop(walk: Walk, { kind, condition, body }: LoopStatement, guard: Guard | undefined): void {
  evaluate(walk, condition, guard);
  walkBlock(walk, body, kind === 'while' ? addGuard(guard, testedPaths(condition)) : guard);
}

function walkFor(walk: Walk, statement: ForStatement, guard: Guard | undefined): void {
  const { inference } = walk;
  const results = evaluateList(walk, statement.values, guard);
  const values = statement.isNumeric ? results.slice(0, 1) : loopValues(inference, statement);
  for (const [position, local] of statement.locals.entries())
    flow(inference, localCell(inference, local), values[position] ?? unknown);
  walkBlock(walk, statement.body, guard);
}

function loopValues(inference: Inference, { values: [iterator] }: ForStatement): readonly Values[] {
  if (iterator?.kind !== 'call' && iterator?.kind !== 'method') return [];
  const args = iterator.args.map((arg) => inference.values.get(arg) ?? none);
  return iteratedValues(inference.callees.get(iterator) ?? none, args);
}

function walkAssign(walk: Walk, { targets, values }: AssignStatement, guard: Guard | undefined): void {
  const results = evaluateList(walk, values, guard);
  for (const [position, target] of targets.entries())
    assign(walk, target, results[position] ?? unknown, guard);
  noteCompanions(walk, targets.map(pathOf), results);
}

function assign(walk: Walk, target: Target, values: Values, guard: Guard | undefined): void {
  const { inference } = walk;
  if (target.kind === 'name') {
    const { local, name } = target;
    flow(inference, local ? localCell(inference, local) : globalCell(inference, name), values);
    return;
  }
  const objects = evaluate(walk, target.object, guard);
  evaluate(walk, target.key, guard);
  const name = fieldName(target.key);
  for (const object of objects) assignField(inference, object, name, values);
}

function assignField(inference: Inference, object: Value, name: string | undefined, values: Values): void {
  if (object.kind === 'shape') {
    flow(inference, name === undefined ? object.elements : fieldCell(object, name), values);
  } else if (object.kind === 'module' && object.name === '_G') {
    if (name !== undefined) flow(inference, globalCell(inference, name), values);
  } else if (name === undefined) {
    noteDynamicField(inference, object);
  } else if (object.kind !== 'nil' && !name.startsWith('[') && !inference.assignedFields.has(name)) {
    inference.assignedFields.add(name);
    inference.hasChanged = true;
  }
}

/** `event[key] = …` may be any field of the event. */
function noteDynamicField(inference: Inference, { kind }: Value): void {
  if (kind !== 'event' || inference.hasDynamicFields) return;
  inference.hasDynamicFields = true;
  inference.hasChanged = true;
}
