import { allValues, evaluate, evaluateList, listValues, readField, type Evaluation } from './evaluate.ts';
import type { Guard } from './guards.ts';
import { flow, localCell, type Inference } from './inference.ts';
import { harmlessModules } from './known-lua.ts';
import { libraryResults } from './library-results.ts';
import type { AnyCall, Expression, FunctionExpression } from './lua-syntax.ts';
import {
  boolean,
  integer,
  moduleOf,
  nil,
  none,
  string,
  union,
  unknown,
  without,
  type Shape,
  type Values,
} from './values.ts';

interface CallSite {
  readonly inference: Inference;
  readonly call: AnyCall;
  /** With the object of a method in front. */
  readonly args: readonly Values[];
}

/** Results of a call, by position: those of every function that it may be. */
export function evaluateCall(
  evaluation: Evaluation,
  call: AnyCall,
  guard: Guard | undefined,
): readonly Values[] {
  const { inference } = evaluation;
  const isMethod = call.kind === 'method';
  const object = evaluate(evaluation, isMethod ? call.object : call.callee, guard);
  const callees = isMethod ? readField(inference, object, call.name) : object;
  inference.callees.set(call, callees);
  const given = evaluateList(evaluation, call.args, guard);
  const site = { inference, call, args: isMethod ? [object, ...given] : given };
  const known = callees.size === 0 && inference.isSettled ? unknown : callees;
  const all = [...known].map((callee) => {
    if (callee.kind === 'native') return callNative(site, callee.name);
    if (callee.kind === 'closure') return callClosure(site, callee.fn, site.args);
    escape(inference, site.args);
    return [unknown];
  });
  const width = Math.max(1, ...all.map(({ length }) => length));
  return Array.from({ length: width }, (_, position) =>
    union(...all.map((results) => results[position] ?? none)),
  );
}

function callClosure(
  { inference, call }: CallSite,
  fn: FunctionExpression,
  args: readonly Values[],
): readonly Values[] {
  const missing = isOpenEnded(call.args.at(-1)) ? unknown : nil;
  for (const [position, parameter] of fn.parameters.entries())
    flow(inference, localCell(inference, parameter), args[position] ?? missing);
  return inference.returns.get(fn)?.map(({ values }) => values) ?? [none];
}

function isOpenEnded(last: Expression | undefined): boolean {
  return last?.kind === 'call' || last?.kind === 'method' || last?.kind === 'vararg';
}

/** Values that go where the check does not look: tables may be changed there, functions called with anything. */
export function escape(inference: Inference, args: readonly Values[]): void {
  for (const value of args.flatMap((values) => [...values])) {
    if (value.kind === 'shape') markEscaped(inference, value);
    const parameters = value.kind === 'closure' ? value.fn.parameters : [];
    for (const parameter of parameters) flow(inference, localCell(inference, parameter), unknown);
  }
}

function markEscaped(inference: Inference, shape: Shape): void {
  if (shape.escaped) return;
  shape.escaped = true;
  inference.hasChanged = true;
}

type Model = (site: CallSite) => readonly Values[];

/** Functions whose results depend on what they get. */
const models: Readonly<Record<string, Model>> = {
  require: ({ call }) => {
    const [name] = call.args;
    return [name?.kind === 'string' && harmlessModules.has(name.value) ? moduleOf(name.value) : unknown];
  },
  pcall: (site) => callProtected(site, site.args.slice(1)),
  xpcall: (site) => callProtected(site, site.args.slice(2)),
  assert: ({ args }) => args.map((values) => without(values, ({ kind }) => kind === 'nil')),
  'table.insert': ({ inference, args }) => {
    for (const value of args[0] ?? none)
      if (value.kind === 'shape') flow(inference, value.elements, args.at(-1) ?? none);
    return [none];
  },
  'table.remove': ({ args }) => [elementsOf(args[0])],
  'table.unpack': ({ args }) => [elementsOf(args[0]), elementsOf(args[0]), elementsOf(args[0])],
  'table.sort': ({ inference, args }) => {
    const compared = [...(args[1] ?? none)].flatMap((value) =>
      value.kind === 'closure' ? value.fn.parameters : [],
    );
    for (const parameter of compared) flow(inference, localCell(inference, parameter), elementsOf(args[0]));
    return [none];
  },
  next: ({ args }) => [unknown, membersOf(args[0])],
  ipairs: ({ args }) => [unknown, args[0] ?? none],
  pairs: ({ args }) => [unknown, args[0] ?? none],
  setmetatable: ({ inference, args }) => {
    escape(inference, args);
    return [args[0] ?? unknown];
  },
  rawset: ({ inference, args }) => {
    escape(inference, args);
    return [args[0] ?? unknown];
  },
};

function callNative(site: CallSite, name: string): readonly Values[] {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model) return model(site);
  escape(
    site.inference,
    site.args.map((values) => without(values, ({ kind }) => kind === 'shape')),
  );
  const results = libraryResults(name);
  return results.length === 1 ? [...results, unknown] : results;
}

function callProtected(site: CallSite, args: readonly Values[]): readonly Values[] {
  const results: (readonly Values[])[] = [];
  for (const value of site.args[0] ?? none) {
    if (value.kind === 'closure') {
      site.inference.isProtected.add(value.fn);
      results.push(callClosure(site, value.fn, args));
    } else {
      results.push(value.kind === 'native' ? callNative({ ...site, args }, value.name) : [unknown, unknown]);
    }
  }
  const [first = none, ...others] = Array.from(
    { length: Math.max(1, ...results.map(({ length }) => length)) },
    (_, position) => union(...results.map((list) => list[position] ?? none)),
  );
  // The second result is the error when there is one; scripts look at the first before.
  return [boolean, union(first, string), ...others];
}

/** What stands in a table under numbers and unknown keys; unknown when nothing is known. */
export function elementsOf(tables: Values | undefined): Values {
  const parts = [...(tables ?? none)].map((value) => {
    if (value.kind !== 'shape') return unknown;
    return value.escaped ? union(listValues(value), unknown) : listValues(value);
  });
  // Iteration ends at nil: it is no element.
  return without(union(...parts), ({ kind }) => kind === 'nil');
}

/** As elementsOf, and what stands under names. */
export function membersOf(tables: Values | undefined): Values {
  const named = [...(tables ?? none)].map((value) => (value.kind === 'shape' ? allValues(value) : none));
  return without(union(elementsOf(tables), ...named), ({ kind }) => kind === 'nil');
}

/** The values of the variables of `for … in`, when the iterator is known. */
export function iteratedValues(callees: Values, args: readonly Values[]): readonly Values[] {
  const [only, another] = callees;
  if (only?.kind !== 'native' || another) return [];
  if (only.name === 'ipairs') return [integer, elementsOf(args[0])];
  if (only.name === 'pairs') return [unknown, membersOf(args[0])];
  return [];
}
