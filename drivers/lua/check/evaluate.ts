import { addGuard, isGuarded, pathOf, testedPaths, type Guard } from './guards.ts';
import { fieldCell, flow, globalCell, localCell, shapeOf, type Inference } from './inference.ts';
import { knownGlobals } from './known-lua.ts';
import type {
  AnyCall,
  BinaryExpression,
  Expression,
  IndexExpression,
  NameExpression,
  TableExpression,
  UnaryExpression,
} from './lua-syntax.ts';
import { memberValues } from './member-values.ts';
import {
  boolean,
  integer,
  isDoubt,
  isDoubtful,
  listKey,
  moduleOf,
  nativeOf,
  nil,
  none,
  number,
  string,
  union,
  unknown,
  without,
  type Shape,
  type Value,
  type Values,
} from './values.ts';

/** What evaluation needs from the walk over the statements. */
export interface Evaluation {
  readonly inference: Inference;
  /** Results of a call, by position. */
  readonly evaluateCall: (call: AnyCall, guard: Guard | undefined) => readonly Values[];
  /** Walks the body of a function where it is written. */
  readonly enterFunction: (expression: Expression & { kind: 'function' }, guard: Guard | undefined) => void;
}

/** What an expression may be here; noted for the rules. */
export function evaluate(evaluation: Evaluation, expression: Expression, guard: Guard | undefined): Values {
  return note(
    evaluation,
    expression,
    guard,
    narrow(evaluation.inference, evaluateKind(evaluation, expression, guard), expression, guard),
  );
}

function note(
  { inference }: Evaluation,
  expression: Expression,
  guard: Guard | undefined,
  values: Values,
): Values {
  inference.values.set(expression, values);
  inference.guards.set(expression, guard);
  return values;
}

/** A list as in a call or an assignment: the last call may give several. */
export function evaluateList(
  evaluation: Evaluation,
  list: readonly Expression[],
  guard: Guard | undefined,
): readonly Values[] {
  return list.flatMap((expression, position) => {
    if (position < list.length - 1) return [evaluate(evaluation, expression, guard)];
    return evaluateResults(evaluation, expression, guard);
  });
}

function evaluateResults(evaluation: Evaluation, expression: Expression, guard: Guard | undefined) {
  if (expression.kind !== 'call' && expression.kind !== 'method')
    return [evaluate(evaluation, expression, guard)];
  const results = evaluation.evaluateCall(expression, guard);
  note(evaluation, expression, guard, results[0] ?? none);
  return results;
}

// A tested variable is not what its declaration says any more.
function narrow(
  { companions }: Inference,
  values: Values,
  expression: Expression,
  guard: Guard | undefined,
): Values {
  if (expression.kind !== 'name' && expression.kind !== 'index') return values;
  const path = isDoubtful(values) ? pathOf(expression) : undefined;
  if (path === undefined) return values;
  const companion = companions.get(path);
  const isSettled = isGuarded(guard, path) || (companion !== undefined && isGuarded(guard, companion));
  return isSettled ? without(values, isDoubt) : values;
}

function evaluateKind(evaluation: Evaluation, expression: Expression, guard: Guard | undefined): Values {
  switch (expression.kind) {
    case 'name':
      return evaluateName(evaluation, expression);
    case 'index':
      return evaluateIndex(evaluation, expression, guard);
    case 'paren':
      return evaluate(evaluation, expression.inner, guard);
    case 'function':
      evaluation.enterFunction(expression, guard);
      return new Set([closureOf(expression)]);
    case 'table':
      return evaluateTable(evaluation, expression, guard);
    case 'call':
    case 'method':
      return evaluation.evaluateCall(expression, guard)[0] ?? none;
    case 'binary':
      return evaluateBinary(evaluation, expression, guard);
    case 'unary':
      return evaluateUnary(evaluation, expression, guard);
    default:
      return literalValues(expression);
  }
}

function literalValues(expression: Expression): Values {
  if (expression.kind === 'number') return expression.isInteger ? integer : number;
  if (expression.kind === 'true' || expression.kind === 'false') return boolean;
  if (expression.kind === 'string') return string;
  return expression.kind === 'nil' ? nil : unknown;
}

const closures = new WeakMap<Expression, Value>();

function closureOf(fn: Expression & { kind: 'function' }): Value {
  let closure = closures.get(fn);
  if (!closure) {
    closure = { kind: 'closure', fn };
    closures.set(fn, closure);
  }
  return closure;
}

const libraries: ReadonlySet<string> = new Set(
  'string table math os io utf8 coroutine debug dovecot package'.split(' '),
);

function evaluateName({ inference }: Evaluation, { name, local }: NameExpression): Values {
  if (local) return localCell(inference, local).values;
  const own = inference.globals.get(name)?.values ?? none;
  if (own.size > 0 || inference.assignedGlobals.has(name)) return own;
  if (name === '_G' || name === '_ENV') return moduleOf('_G');
  if (libraries.has(name)) return moduleOf(name);
  if (name === '_VERSION') return string;
  return knownGlobals.has(name) ? nativeOf(name) : nil;
}

function evaluateIndex(
  evaluation: Evaluation,
  { object, key }: IndexExpression,
  guard: Guard | undefined,
): Values {
  const objects = evaluate(evaluation, object, guard);
  evaluate(evaluation, key, guard);
  return readField(evaluation.inference, objects, fieldName(key));
}

/** The name under which a shape keeps what stands under a key; undefined when the key is not in the text. */
export function fieldName(key: Expression): string | undefined {
  if (key.kind === 'string') return key.value;
  return key.kind === 'number' && key.isInteger ? listKey(key.value) : undefined;
}

/** A field of whatever the object may be; without a name: some element. */
export function readField(inference: Inference, objects: Values, name: string | undefined): Values {
  return union(...[...objects].map((value) => readFieldOf(inference, value, name)));
}

function readFieldOf(inference: Inference, value: Value, name: string | undefined): Values {
  if (value.kind === 'shape') return readShape(inference, value, name);
  if (value.kind === 'nil') return none;
  if (name === undefined || inference.hasDynamicFields || inference.assignedFields.has(name)) return unknown;
  if (value.kind === 'module' && value.name === '_G') return globalCell(inference, name).values;
  return memberValues(value, name, inference.dialect);
}

function readShape({ isSettled }: Inference, shape: Shape, name: string | undefined): Values {
  const foreign = shape.escaped ? unknown : none;
  if (name === undefined) return union(allValues(shape), foreign);
  const field = shape.fields.get(name)?.values;
  return union(field ?? (isSettled ? unknown : none), shape.elements.values, foreign);
}

/** What stands in a table under any key. */
export function allValues({ fields, elements }: Shape): Values {
  return union(elements.values, ...[...fields.values()].map(({ values }) => values));
}

/** What stands in the list of a table, at any place. */
export function listValues({ fields, elements }: Shape): Values {
  const places = [...fields].flatMap(([name, { values }]) => (name.startsWith('[') ? [values] : []));
  return union(elements.values, ...places);
}

function evaluateTable(evaluation: Evaluation, node: TableExpression, guard: Guard | undefined): Values {
  const { inference } = evaluation;
  const shape = shapeOf(inference, node);
  let place = 0;
  for (const { key, value } of node.fields) {
    if (key) evaluate(evaluation, key, guard);
    else place += 1;
    const values = evaluate(evaluation, value, guard);
    // Long lists are data: their places are not told apart.
    const name = key ? fieldName(key) : place <= MAX_PLACES ? listKey(place) : undefined;
    flow(inference, name === undefined ? shape.elements : fieldCell(shape, name), values);
  }
  return new Set([shape]);
}

/** A list that is used as a record has no more than these. */
const MAX_PLACES = 16;

const comparisons: ReadonlySet<string> = new Set(['==', '~=', '<', '>', '<=', '>=']);
const bitOperators: ReadonlySet<string> = new Set(['&', '|', '~', '<<', '>>']);

function evaluateBinary(
  evaluation: Evaluation,
  { operator, left, right }: BinaryExpression,
  guard: Guard | undefined,
): Values {
  const first = evaluate(evaluation, left, guard);
  const isLogical = operator === 'and' || operator === 'or';
  const second = evaluate(evaluation, right, isLogical ? addGuard(guard, testedPaths(left)) : guard);
  if (operator === 'or')
    return union(
      without(first, ({ kind }) => kind === 'nil'),
      second,
    );
  if (operator === 'and')
    return union(
      second,
      without(first, ({ kind }) => kind !== 'boolean'),
    );
  if (comparisons.has(operator)) return boolean;
  if (operator === '..') return string;
  return bitOperators.has(operator) ? integer : arithmetic(operator, first, second);
}

/** A float of Dovecot stays one when whole numbers are added to it. */
function arithmetic(operator: string, first: Values, second: Values): Values {
  if (operator === '/' || operator === '^') return number;
  const all = [...first, ...second];
  const float = all.find(({ kind }) => kind === 'float');
  const isWhole =
    first.size > 0 && second.size > 0 && all.every(({ kind }) => kind === 'float' || kind === 'integer');
  if (!isWhole) return number;
  return float ? new Set([float]) : integer;
}

function evaluateUnary(
  evaluation: Evaluation,
  { operator, operand }: UnaryExpression,
  guard: Guard | undefined,
): Values {
  const values = evaluate(evaluation, operand, guard);
  if (operator === 'not') return boolean;
  return operator === '-' ? arithmetic('-', values, values) : integer;
}
