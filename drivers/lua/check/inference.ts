import type { LuaDialect } from '../script-context.ts';
import type { Guard } from './guards.ts';
import type { AnyCall, Expression, FunctionExpression, Local, TableExpression } from './lua-syntax.ts';
import { addValues, createCell, type Cell, type Shape, type Values } from './values.ts';

/** What is known about a script's values: grows from pass to pass until nothing is new. */
export interface Inference {
  readonly dialect: LuaDialect;
  readonly locals: Map<Local, Cell>;
  readonly globals: Map<string, Cell>;
  readonly shapes: Map<TableExpression, Shape>;
  /** Result by result; an empty list means that nothing was returned yet. */
  readonly returns: Map<FunctionExpression, Cell[]>;
  /** What an expression may be where it stands, tests on the way considered. */
  readonly values: Map<Expression, Values>;
  /** What is called. */
  readonly callees: Map<AnyCall, Values>;
  readonly guards: Map<Expression, Guard | undefined>;
  /** Of `ok, code = http.request(…)`: from the path of code to that of ok, whose test tells what code is. */
  readonly companions: Map<string, string>;
  /** Functions that run under pcall: an error in them ends there. */
  readonly isProtected: Set<FunctionExpression>;
  /** Fields that the script itself sets in tables which it did not make. */
  readonly assignedFields: Set<string>;
  /** Globals that the script sets somewhere. */
  readonly assignedGlobals: ReadonlySet<string>;
  /** The script sets fields whose names are not in its text. */
  hasDynamicFields: boolean;
  hasChanged: boolean;
  /** First what is known spreads; then what is still without a value is taken for unknown. */
  isSettled: boolean;
}

/** What is found out first, because it changes what everything else means. */
export interface Premises {
  readonly dialect: LuaDialect;
  readonly assignedGlobals: ReadonlySet<string>;
  readonly assignedFields: ReadonlySet<string>;
  readonly hasDynamicFields: boolean;
}

export function createInference(premises: Premises): Inference {
  return {
    ...premises,
    locals: new Map(),
    globals: new Map(),
    shapes: new Map(),
    returns: new Map(),
    values: new Map(),
    callees: new Map(),
    guards: new Map(),
    companions: new Map(),
    isProtected: new Set(),
    assignedFields: new Set(premises.assignedFields),
    hasChanged: false,
    isSettled: false,
  };
}

function cellIn<Key>(cells: Map<Key, Cell>, key: Key): Cell {
  const known = cells.get(key);
  if (known) return known;
  const cell = createCell();
  cells.set(key, cell);
  return cell;
}

export const localCell = ({ locals }: Inference, local: Local): Cell => cellIn(locals, local);
export const globalCell = ({ globals }: Inference, name: string): Cell => cellIn(globals, name);
export const fieldCell = ({ fields }: Shape, name: string): Cell => cellIn(fields, name);

export function flow(inference: Inference, into: Cell, values: Values): void {
  if (addValues(into, values)) inference.hasChanged = true;
}

/** The table that a constructor makes. */
export function shapeOf(inference: Inference, node: TableExpression): Shape {
  const known = inference.shapes.get(node);
  if (known) return known;
  const shape: Shape = { kind: 'shape', node, fields: new Map(), elements: createCell(), escaped: false };
  inference.shapes.set(node, shape);
  return shape;
}

/** Results of a function, by position; position 0 exists as soon as something is returned. */
export function flowReturn(inference: Inference, fn: FunctionExpression, results: readonly Values[]): void {
  let cells = inference.returns.get(fn);
  if (!cells) {
    cells = [];
    inference.returns.set(fn, cells);
  }
  for (const [position, values] of results.entries()) {
    let cell = cells[position];
    if (!cell) {
      cell = createCell();
      cells[position] = cell;
    }
    flow(inference, cell, values);
  }
}
