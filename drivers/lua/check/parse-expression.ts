import type {
  AnyCall,
  Block,
  Expression,
  FunctionExpression,
  NameExpression,
  TableField,
} from './lua-syntax.ts';
import type { ParseState } from './parse-state.ts';
import { TooDeep } from './syntax-fault.ts';
import type { Token } from './lua-lexer.ts';

/** Binding of the operators, left and right. Source: Lua 5.4 lparser.c, priority. */
const priorities: ReadonlyMap<string, readonly [number, number]> = new Map(
  Object.entries({
    or: [1, 1],
    and: [2, 2],
    '< > <= >= ~= ==': [3, 3],
    '|': [4, 4],
    '~': [5, 5],
    '&': [6, 6],
    '<< >>': [7, 7],
    '..': [9, 8],
    '+ -': [10, 10],
    '* / // %': [11, 11],
    '^': [14, 13],
  } as const).flatMap(([operators, priority]) =>
    operators.split(' ').map((operator): [string, readonly [number, number]] => [operator, priority]),
  ),
);
const UNARY_PRIORITY = 12;
const unaryOperators: ReadonlySet<string> = new Set(['not', '-', '#', '~']);
/** The tree of `1+1+1+…` or `f()()()…` grows to the left, one level a piece; walking it must not exhaust the stack. */
const MAX_CHAIN = 500;

export function parseExpression(state: ParseState, limit = 0): Expression {
  return state.nested(() => {
    const { start } = state.token;
    let left = parseOperand(state);
    for (let chain = 0; ; chain += 1) {
      const operator = operatorOf(state.token);
      const priority = operator === undefined ? undefined : priorities.get(operator);
      if (operator === undefined || priority === undefined || priority[0] <= limit) return left;
      if (chain > MAX_CHAIN) throw new TooDeep();
      state.take();
      const right = parseExpression(state, priority[1]);
      left = { kind: 'binary', operator, left, right, start, end: state.lastEnd };
    }
  });
}

function operatorOf({ kind, text }: Token): string | undefined {
  return kind === 'symbol' || kind === 'keyword' ? text : undefined;
}

function parseOperand(state: ParseState): Expression {
  const { token } = state;
  if (!unaryOperators.has(operatorOf(token) ?? '')) return parseSimple(state);
  state.take();
  const operand = parseExpression(state, UNARY_PRIORITY);
  return { kind: 'unary', operator: token.text, operand, start: token.start, end: state.lastEnd };
}

const plainKinds: Readonly<Record<string, 'nil' | 'true' | 'false' | 'vararg'>> = {
  nil: 'nil',
  true: 'true',
  false: 'false',
  '...': 'vararg',
};

function parseSimple(state: ParseState): Expression {
  const { token } = state;
  const { start, end, text } = token;
  if (token.kind === 'number') {
    state.take();
    return { kind: 'number', ...readNumber(text), start, end };
  }
  if (token.kind === 'string') {
    state.take();
    return { kind: 'string', value: text, start, end };
  }
  const plain = token.kind === 'name' ? undefined : plainKinds[text];
  if (plain) {
    state.take();
    return { kind: plain, start, end };
  }
  if (state.is('{')) return parseTable(state);
  if (state.is('function')) {
    state.take();
    return parseFunctionBody(state, { start, name: '', hasSelf: false });
  }
  return parseSuffixed(state);
}

function readNumber(text: string): { isInteger: boolean; value: number } {
  const isHex = /^0[xX]/.test(text);
  const isInteger = isHex ? !/[.pP]/.test(text) : !/[.eE]/.test(text);
  return { isInteger, value: isHex && !isInteger ? Number.NaN : Number(text) };
}

function parseTable(state: ParseState): Expression {
  const { start } = state.expect('{');
  const fields: TableField[] = [];
  while (!state.is('}')) {
    fields.push(parseField(state));
    if (!state.accept(',') && !state.accept(';')) break;
  }
  state.expect('}');
  return { kind: 'table', fields, start, end: state.lastEnd };
}

function parseField(state: ParseState): TableField {
  const { token } = state;
  const { start } = token;
  if (token.kind === 'name' && state.peek().kind === 'symbol' && state.peek().text === '=') {
    state.take();
    state.take();
    const key: Expression = { kind: 'string', value: token.text, start, end: token.end };
    return { key, value: parseExpression(state), start, end: state.lastEnd };
  }
  if (!state.accept('[')) return { value: parseExpression(state), start, end: state.lastEnd };
  const key = parseExpression(state);
  state.expect(']');
  state.expect('=');
  return { key, value: parseExpression(state), start, end: state.lastEnd };
}

/** A name or something in parentheses, with everything that hangs on it: `a.b[c]:d(e)`. */
export function parseSuffixed(state: ParseState): Expression {
  const { start } = state.token;
  let expression = parsePrimary(state);
  for (let chain = 0; chain <= MAX_CHAIN; chain += 1) {
    const next = parseSuffix(state, expression, start);
    if (!next) return expression;
    expression = next;
  }
  throw new TooDeep();
}

function parsePrimary(state: ParseState): Expression {
  const { start } = state.token;
  if (state.accept('(')) {
    const inner = parseExpression(state);
    state.expect(')');
    return { kind: 'paren', inner, start, end: state.lastEnd };
  }
  return state.token.kind === 'name' ? nameOf(state, state.take()) : state.fail('unexpected symbol');
}

export function nameOf(state: ParseState, { text, start, end }: Token): NameExpression {
  const local = state.scopes.find(text);
  return { kind: 'name', name: text, start, end, ...(local && { local }) };
}

function parseSuffix(state: ParseState, object: Expression, start: number): Expression | undefined {
  if (state.accept('.')) {
    const { text, start: keyStart, end } = state.expectName();
    return { kind: 'index', object, key: { kind: 'string', value: text, start: keyStart, end }, start, end };
  }
  if (state.accept('[')) {
    const key = parseExpression(state);
    state.expect(']');
    return { kind: 'index', object, key, start, end: state.lastEnd };
  }
  if (state.accept(':')) {
    const { text, start: nameStart } = state.expectName();
    const args = parseArguments(state) ?? state.fail('function arguments expected');
    return { kind: 'method', object, name: text, nameStart, args, start, end: state.lastEnd };
  }
  const args = parseArguments(state);
  return args && { kind: 'call', callee: object, args, start, end: state.lastEnd };
}

function parseArguments(state: ParseState): AnyCall['args'] | undefined {
  if (state.token.kind === 'string' || state.is('{')) return [parseSimple(state)];
  if (!state.accept('(')) return undefined;
  const args = state.is(')') ? [] : parseExpressionList(state);
  state.expect(')');
  return args;
}

export function parseExpressionList(state: ParseState): readonly Expression[] {
  const list = [parseExpression(state)];
  while (state.accept(',')) list.push(parseExpression(state));
  return list;
}

/** From the opening parenthesis of the parameters to `end`. */
export function parseFunctionBody(
  state: ParseState,
  { start, name, hasSelf }: { start: number; name: string; hasSelf: boolean },
): FunctionExpression {
  const outer = state.function;
  const fn = {
    kind: 'function' as const,
    name,
    parameters: [],
    isVariadic: false,
    body: [],
    outer,
    start,
    end: start,
  };
  const open: FunctionExpression & { isVariadic: boolean; body: Block; end: number } = fn;
  state.scopes.enterFunction(open);
  state.function = open;
  if (hasSelf) open.parameters.push(state.scopes.declare('self', 'parameter', { start, end: start }));
  state.expect('(');
  open.isVariadic = parseParameters(state, open);
  state.expect(')');
  open.body = state.parseBlock();
  state.expect('end');
  open.end = state.lastEnd;
  state.function = outer;
  state.scopes.leaveFunction();
  return open;
}

function parseParameters(state: ParseState, { parameters }: FunctionExpression): boolean {
  while (!state.is(')')) {
    if (state.accept('...')) return true;
    const token = state.expectName();
    parameters.push(state.scopes.declare(token.text, 'parameter', token));
    if (!state.accept(',')) return false;
    if (state.is(')')) state.fail('<name> expected');
  }
  return false;
}
