import type { LuaDialect } from '../script-context.ts';
import { evaluate, evaluateList, fieldName, type Evaluation } from './evaluate.ts';
import { evaluateCall, iteratedValues } from './evaluate-call.ts';
import { addGuard, guardsAfter, pathOf, testedPaths, type Guard } from './guards.ts';
import {
  createInference,
  fieldCell,
  flow,
  flowReturn,
  globalCell,
  localCell,
  type Inference,
  type Premises,
} from './inference.ts';
import { BEGIN_TXN, END_TXN, eventSuffixes, HANDLER_PREFIX } from './known-api.ts';
import type {
  Block,
  ForStatement,
  FunctionExpression,
  IfStatement,
  LocalStatement,
  Statement,
  Target,
} from './lua-syntax.ts';
import { walk } from './walk.ts';
import {
  boolean,
  eventOf,
  isDoubtful,
  maybeNil,
  nil,
  none,
  objectOf,
  union,
  unknown,
  type Values,
} from './values.ts';

/** Values pass through chains of assignments one link a pass; real scripts need four or five. */
const MAX_PASSES = 12;

/** A field that turns out to be set by the script changes what was read before: then all begins again. */
const MAX_BEGINNINGS = 4;

/**
 * Finds out what the expressions of a script may be: a walk over the whole text, again until nothing new comes.
 * Undefined when it does not come to rest: then nothing is known.
 */
export function analyze(main: FunctionExpression, dialect: LuaDialect): Inference | undefined {
  let premises: Premises = {
    dialect,
    assignedGlobals: findAssignedGlobals(main),
    assignedFields: new Set(),
    hasDynamicFields: false,
  };
  for (let beginning = 0; beginning < MAX_BEGINNINGS; beginning += 1) {
    const inference = settle(main, premises);
    if (!inference) return undefined;
    const isAsAssumed =
      inference.assignedFields.size === premises.assignedFields.size &&
      inference.hasDynamicFields === premises.hasDynamicFields;
    if (isAsAssumed) return inference;
    premises = {
      ...premises,
      assignedFields: inference.assignedFields,
      hasDynamicFields: inference.hasDynamicFields,
    };
  }
  return undefined;
}

function settle(main: FunctionExpression, premises: Premises): Inference | undefined {
  const inference = createInference(premises);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    inference.hasChanged = false;
    bindEntryPoints(inference);
    createWalk(inference).walkFunction(main, undefined);
    if (inference.hasChanged) continue;
    if (inference.isSettled) return inference;
    inference.isSettled = true;
  }
  return undefined;
}

function findAssignedGlobals(main: FunctionExpression): ReadonlySet<string> {
  const names = new Set<string>();
  walk(main, {
    statement(statement) {
      if (statement.kind !== 'assign') return;
      for (const target of statement.targets) {
        const name = globalTargetName(target);
        if (name !== undefined) names.add(name);
      }
    },
  });
  return names;
}

/** The global that an assignment sets: `x = …` or `_G.x = …`. */
export function globalTargetName(target: Target): string | undefined {
  if (target.kind === 'name') return target.local ? undefined : target.name;
  const { object, key } = target;
  const isGlobalTable =
    object.kind === 'name' && !object.local && (object.name === '_G' || object.name === '_ENV');
  return isGlobalTable && key.kind === 'string' ? key.value : undefined;
}

/** Dovecot's calls: who gets which arguments. Source: push-notification-driver-lua.c. */
function bindEntryPoints(inference: Inference): void {
  const bind = (name: string, args: readonly Values[], extra: Values = nil) => {
    for (const value of inference.globals.get(name)?.values ?? none) {
      if (value.kind !== 'closure') continue;
      for (const [position, parameter] of value.fn.parameters.entries())
        flow(inference, localCell(inference, parameter), args[position] ?? extra);
    }
  };
  const context = contextValues(inference);
  const third = maybeNil('third-argument', 'Dovecot passes two arguments: the third is always nil');
  bind(BEGIN_TXN, [objectOf('user')]);
  bind(END_TXN, [context, boolean], third);
  for (const suffix of eventSuffixes) bind(HANDLER_PREFIX + suffix, [context, eventOf(suffix)], third);
  bind('script_init', [initArgument(inference.dialect)]);
}

function initArgument(dialect: LuaDialect): Values {
  if (dialect === '2.4') return objectOf('settings');
  return dialect === '2.3'
    ? maybeNil('no-settings', 'Dovecot 2.3 calls script_init without arguments')
    : unknown;
}

function contextValues(inference: Inference): Values {
  const begin = [...(inference.globals.get(BEGIN_TXN)?.values ?? none)];
  return union(
    ...begin.map((value) =>
      value.kind === 'closure' ? (inference.returns.get(value.fn)?.[0]?.values ?? none) : unknown,
    ),
  );
}

function createWalk(inference: Inference) {
  const owners: FunctionExpression[] = [];
  const evaluation: Evaluation = {
    inference,
    evaluateCall: (call, guard) => evaluateCall(evaluation, call, guard),
    enterFunction: (fn, guard) => walkFunction(fn, guard),
  };

  function walkFunction(fn: FunctionExpression, guard: Guard | undefined): void {
    owners.push(fn);
    walkBlock(fn.body, guard);
    owners.pop();
  }

  function walkBlock(block: Block, outer: Guard | undefined): void {
    let guard = outer;
    for (const statement of block) {
      walkStatement(statement, guard);
      guard = addGuard(addGuard(guard, guardsAfter(statement)), settledTargets(statement));
    }
  }

  /** `x = x or ""`: afterwards x is what was assigned, whatever it was before. */
  function settledTargets(statement: Statement): ReadonlySet<string> {
    const paths = new Set<string>();
    if (statement.kind !== 'assign') return paths;
    for (const [position, target] of statement.targets.entries()) {
      const path = pathOf(target);
      const value = statement.values[position];
      if (path !== undefined && value && !isDoubtful(inference.values.get(value) ?? unknown)) paths.add(path);
    }
    return paths;
  }

  function walkStatement(statement: Statement, guard: Guard | undefined): void {
    switch (statement.kind) {
      case 'local':
        return walkLocal(statement, guard);
      case 'assign': {
        const values = evaluateList(evaluation, statement.values, guard);
        for (const [position, target] of statement.targets.entries())
          assign(target, values[position] ?? unknown, guard);
        return;
      }
      case 'call':
        evaluate(evaluation, statement.call, guard);
        return;
      case 'return': {
        const owner = owners.at(-1);
        const results = evaluateList(evaluation, statement.values, guard);
        if (owner) flowReturn(inference, owner, results.length > 0 ? results : [nil]);
        return;
      }
      case 'if':
        return walkIf(statement, guard);
      case 'while':
      case 'repeat': {
        evaluate(evaluation, statement.condition, guard);
        return walkBlock(
          statement.body,
          statement.kind === 'while' ? addGuard(guard, testedPaths(statement.condition)) : guard,
        );
      }
      case 'for':
        return walkFor(statement, guard);
      case 'do':
        return walkBlock(statement.body, guard);
      default:
    }
  }

  function walkLocal({ locals, values }: LocalStatement, guard: Guard | undefined): void {
    const results = evaluateList(evaluation, values, guard);
    const last = values.at(-1)?.kind;
    const missing = last === 'call' || last === 'method' || last === 'vararg' ? unknown : nil;
    for (const [position, local] of locals.entries())
      flow(inference, localCell(inference, local), results[position] ?? missing);
  }

  function walkIf({ clauses, otherwise }: IfStatement, outer: Guard | undefined): void {
    let guard = outer;
    for (const { condition, body } of clauses) {
      evaluate(evaluation, condition, guard);
      guard = addGuard(guard, testedPaths(condition));
      walkBlock(body, guard);
    }
    if (otherwise) walkBlock(otherwise, guard);
  }

  function walkFor({ isNumeric, locals, values, body }: ForStatement, guard: Guard | undefined): void {
    const results = evaluateList(evaluation, values, guard);
    const [first] = values;
    const isCall = first?.kind === 'call' || first?.kind === 'method';
    const args = isCall ? first.args.map((arg) => inference.values.get(arg) ?? none) : [];
    const iterated = isCall ? iteratedValues(inference.callees.get(first) ?? none, args) : [];
    for (const [position, local] of locals.entries())
      flow(
        inference,
        localCell(inference, local),
        isNumeric ? (results[0] ?? unknown) : (iterated[position] ?? unknown),
      );
    walkBlock(body, guard);
  }

  function assign(target: Target, values: Values, guard: Guard | undefined): void {
    if (target.kind === 'name') {
      flow(
        inference,
        target.local ? localCell(inference, target.local) : globalCell(inference, target.name),
        values,
      );
      return;
    }
    const objects = evaluate(evaluation, target.object, guard);
    evaluate(evaluation, target.key, guard);
    const name = fieldName(target.key);
    for (const value of objects) {
      if (value.kind === 'shape') {
        flow(inference, name === undefined ? value.elements : fieldCell(value, name), values);
      } else if (value.kind === 'module' && value.name === '_G') {
        if (name !== undefined) flow(inference, globalCell(inference, name), values);
      } else noteForeignField(value.kind, name);
    }
  }

  function noteForeignField(kind: string, name: string | undefined): void {
    if (name?.startsWith('[')) return;
    if (kind === 'nil' || (name === undefined && kind !== 'event')) return;
    if (name === undefined) {
      inference.hasChanged ||= !inference.hasDynamicFields;
      inference.hasDynamicFields = true;
    } else if (!inference.assignedFields.has(name)) {
      inference.assignedFields.add(name);
      inference.hasChanged = true;
    }
  }

  return { walkFunction };
}
