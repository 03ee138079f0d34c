import type { LuaDialect } from '../script-context.ts';
import { createInference, flow, localCell, type Inference, type Premises } from './inference.ts';
import { BEGIN_TXN, END_TXN, eventSuffixes, HANDLER_PREFIX } from './known-api.ts';
import type { FunctionExpression, Target } from './lua-syntax.ts';
import { walkScript } from './statement-values.ts';
import { boolean, eventOf, maybeNil, nil, none, objectOf, union, unknown, type Values } from './values.ts';
import { walk } from './walk.ts';

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
    walkScript(inference, main);
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
  // A begin_txn without return is known as such only when all else has spread.
  const nothing = inference.isSettled ? nil : none;
  const begin = [...(inference.globals.get(BEGIN_TXN)?.values ?? none)];
  return union(
    ...begin.map((value) =>
      value.kind === 'closure' ? (inference.returns.get(value.fn)?.[0]?.values ?? nothing) : unknown,
    ),
  );
}
