import { makeEvaluator, type LuaAnswer } from '../../drivers/lua/expression-evaluator.ts';

/** One expression and what a real Lua made of it: its results, or its error. */
export interface LuaCase extends LuaAnswer {
  readonly expr: string;
}

export interface LuaCases {
  /** Which program they come from. */
  readonly source: string;
  readonly cases: readonly LuaCase[];
}

export interface LuaCaseOutcome {
  /** The expression. */
  readonly name: string;
  /** What we make of it and what the real program did. Absent: the same. */
  readonly difference?: string;
}

const text = (tostring: string): LuaAnswer => ({ results: [{ tostring, type: 'string' }] });

/**
 * What Lua 5.4, which Dovecot has and we follow, answers otherwise than the Lua 5.3 of the recorded cases. Each
 * was seen in lua5.4 5.4.4.
 */
export const lua54Answers: Readonly<Record<string, LuaAnswer>> = {
  // Infinite numbers have a literal.
  'string.format("%q",1/0)': text('1e9999'),
  // Other words for a format that does not exist.
  'string.format("%y",1)': {
    error: `[string "return string.format("%y",1)"]:1: invalid conversion '%y' to 'format'`,
  },
  // Strings become integers in arithmetic when they look like one.
  '"10"+5': { results: [{ tostring: '15', type: 'integer' }] },
  // Constants have a name in errors.
  '"a"|1': {
    error: `[string "return "a"|1"]:1: attempt to perform bitwise operation on a string value (constant 'a')`,
  },
  _VERSION: text('Lua 5.4'),
};

/** Evaluates every expression in one state that has all libraries, and compares. */
export function* compareLuaCases({ source, cases }: LuaCases): Generator<LuaCaseOutcome> {
  const evaluate = makeEvaluator();
  for (const each of cases) {
    const { expr, ...recorded } = each;
    const ours = JSON.stringify(evaluate(expr));
    const wanted = JSON.stringify((source.startsWith('lua5.3') && lua54Answers[expr]) || recorded);
    yield ours === wanted ? { name: expr } : { name: expr, difference: `${ours}, recorded ${wanted}` };
  }
}
