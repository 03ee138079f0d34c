import type {
  Block,
  Chunk,
  Expression,
  IfStatement,
  IndexExpression,
  Local,
  Statement,
  Target,
} from './lua-syntax.ts';
import {
  nameOf,
  parseExpression,
  parseExpressionList,
  parseFunctionBody,
  parseSuffixed,
} from './parse-expression.ts';
import { createParseState, type ParseState } from './parse-state.ts';

/*
 * Our own parser because the one on npm that people use, luaparse 0.3.1, stops at Lua 5.3 (no `<const>`, while
 * Debian's Dovecot runs 5.4) and says of a name only whether it is local, not which declaration it means.
 */

/**
 * Reads a script of Lua 5.4 (and with it 5.3 and 5.1) into a tree in which every name knows its declaration.
 * Every script that Lua takes is taken; some that Lua refuses are taken too (jumps to labels are not checked).
 * Source: Lua 5.4 reference manual §9; lparser.c for what belongs to which scope.
 *
 * @throws SyntaxFault when it is no Lua, TooDeep when it is nested beyond Lua's own limit.
 */
export function parseLua(text: string, start = 0): Chunk {
  const state = createParseState(text, start, parseStatements);
  const main: typeof state.main & { body: Block } = state.main;
  main.body = state.parseBlock();
  if (state.token.kind !== 'end') state.fail("'<eof>' expected");
  return { main, attributes: state.attributes, constantAssignments: state.constantAssignments };
}

function parseStatements(state: ParseState): Block {
  const statements: Statement[] = [];
  state.scopes.open();
  parseOpenStatements(state, statements);
  state.scopes.close();
  return statements;
}

/** Without a scope of its own: `repeat` sees its locals in `until`. */
function parseOpenStatements(state: ParseState, statements: Statement[]): void {
  while (!endsBlock(state)) {
    if (state.accept(';')) continue;
    if (state.is('return')) {
      statements.push(parseReturn(state));
      return;
    }
    statements.push(parseStatement(state));
  }
}

function endsBlock(state: ParseState): boolean {
  return (
    state.token.kind === 'end' ||
    (state.token.kind === 'keyword' && ['end', 'else', 'elseif', 'until'].includes(state.token.text))
  );
}

function parseReturn(state: ParseState): Statement {
  const { start } = state.take();
  const values = endsBlock(state) || state.is(';') ? [] : parseExpressionList(state);
  const { lastEnd: end } = state;
  state.accept(';');
  if (!endsBlock(state)) state.fail(`'${state.function === state.main ? '<eof>' : 'end'}' expected`);
  return { kind: 'return', values, start, end };
}

const statementParsers: Readonly<Record<string, (state: ParseState, start: number) => Statement>> = {
  if: parseIf,
  while(state, start) {
    const condition = parseExpression(state);
    state.expect('do');
    const body = state.parseBlock();
    state.expect('end');
    return { kind: 'while', condition, body, start, end: state.lastEnd };
  },
  do(state, start) {
    const body = state.parseBlock();
    state.expect('end');
    return { kind: 'do', body, start, end: state.lastEnd };
  },
  for: parseFor,
  repeat(state, start) {
    return state.nested(() => {
      const body: Statement[] = [];
      state.scopes.open();
      parseOpenStatements(state, body);
      state.expect('until');
      const condition = parseExpression(state);
      state.scopes.close();
      return { kind: 'repeat', condition, body, start, end: state.lastEnd };
    });
  },
  function: parseFunctionStatement,
  local: parseLocal,
  break: (state, start) => ({ kind: 'break', start, end: state.lastEnd }),
  goto(state, start) {
    state.expectName();
    return { kind: 'goto', start, end: state.lastEnd };
  },
  '::'(state, start) {
    state.expectName();
    state.expect('::');
    return { kind: 'label', start, end: state.lastEnd };
  },
};

function parseStatement(state: ParseState): Statement {
  const { kind, text, start } = state.token;
  const parse = kind === 'keyword' || text === '::' ? statementParsers[text] : undefined;
  // Lua 5.1 has no goto: there it is a name, as in all later ones it is not.
  if (!parse || kind === 'string') return parseExpressionStatement(state);
  state.take();
  return parse(state, start);
}

function parseIf(state: ParseState, start: number): IfStatement {
  const clauses: { condition: Expression; body: Block }[] = [];
  do {
    const condition = parseExpression(state);
    state.expect('then');
    clauses.push({ condition, body: state.parseBlock() });
  } while (state.accept('elseif'));
  const otherwise = state.accept('else') ? state.parseBlock() : undefined;
  state.expect('end');
  return { kind: 'if', clauses, ...(otherwise && { otherwise }), start, end: state.lastEnd };
}

function parseFor(state: ParseState, start: number): Statement {
  const names = [state.expectName()];
  while (state.accept(',')) names.push(state.expectName());
  const isNumeric = names.length === 1 && state.is('=');
  if (isNumeric) state.take();
  else state.expect('in');
  const values = parseExpressionList(state);
  state.expect('do');
  state.scopes.open();
  const locals = names.map((name) => state.scopes.declare(name.text, 'loop', name));
  const body = state.parseBlock();
  state.scopes.close();
  state.expect('end');
  return { kind: 'for', isNumeric, locals, values, body, start, end: state.lastEnd };
}

function parseFunctionStatement(state: ParseState, start: number): Statement {
  const first = state.expectName();
  let target: Target = nameOf(state, first);
  let name = first.text;
  let hasSelf = false;
  while (!hasSelf && (state.is('.') || state.is(':'))) {
    hasSelf = state.take().text === ':';
    const { text: value, start: keyStart, end } = state.expectName();
    name += `${hasSelf ? ':' : '.'}${value}`;
    const key: Expression = { kind: 'string', value, start: keyStart, end };
    const index: IndexExpression = { kind: 'index', object: target, key, start: first.start, end };
    target = index;
  }
  const value = parseFunctionBody(state, { start, name, hasSelf });
  return { kind: 'assign', targets: [target], values: [value], start, end: state.lastEnd };
}

function parseLocal(state: ParseState, start: number): Statement {
  if (state.accept('function')) {
    const token = state.expectName();
    // Declared before its body: a local function may call itself.
    const local = state.scopes.declare(token.text, 'function', token);
    const value = parseFunctionBody(state, { start, name: token.text, hasSelf: false });
    return { kind: 'local', locals: [local], values: [value], start, end: state.lastEnd };
  }
  const names = [parseAttributedName(state)];
  while (state.accept(',')) names.push(parseAttributedName(state));
  const values = state.accept('=') ? parseExpressionList(state) : [];
  const locals: Local[] = names.map(({ token, attribute }) =>
    state.scopes.declare(token.text, 'local', token, attribute),
  );
  return { kind: 'local', locals, values, start, end: state.lastEnd };
}

function parseAttributedName(state: ParseState) {
  const token = state.expectName();
  if (!state.is('<')) return { token, attribute: undefined };
  const { start } = state.take();
  const { text: name, start: nameStart } = state.expectName();
  if (name !== 'const' && name !== 'close') state.fail(`unknown attribute '${name}'`);
  state.expect('>');
  state.attributes.push({ name, start: Math.min(start, nameStart), end: state.lastEnd });
  return { token, attribute: name };
}

function parseExpressionStatement(state: ParseState): Statement {
  const { start } = state.token;
  const first = parseSuffixed(state);
  if (!state.is('=') && !state.is(',')) {
    if (first.kind !== 'call' && first.kind !== 'method') state.fail('syntax error');
    return { kind: 'call', call: first, start, end: state.lastEnd };
  }
  const targets = [asTarget(state, first)];
  while (state.accept(',')) targets.push(asTarget(state, parseSuffixed(state)));
  state.expect('=');
  return { kind: 'assign', targets, values: parseExpressionList(state), start, end: state.lastEnd };
}

function asTarget(state: ParseState, expression: Expression): Target {
  if (expression.kind !== 'name' && expression.kind !== 'index') return state.fail('syntax error');
  if (expression.kind === 'name' && expression.local?.attribute !== undefined)
    state.constantAssignments.push(expression);
  return expression;
}
