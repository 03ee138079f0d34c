import { createLexer, type Token } from './lua-lexer.ts';
import { createScopes, type Scopes } from './lua-scope.ts';
import type { Attribute, Block, FunctionExpression, NameExpression } from './lua-syntax.ts';
import { SyntaxFault, TooDeep } from './syntax-fault.ts';

/** Lua's own limit of nested blocks and expressions (LUAI_MAXCCALLS in ltests and llimits.h). */
const MAX_DEPTH = 200;

/** What the parts of the parser share: the tokens, the scopes, how deep it is. */
export interface ParseState {
  readonly token: Token;
  /** Where the last token that was taken ended. */
  readonly lastEnd: number;
  readonly scopes: Scopes;
  readonly main: FunctionExpression;
  readonly attributes: Attribute[];
  readonly constantAssignments: NameExpression[];
  /** The function being read. */
  function: FunctionExpression;
  /** Reads a block: set by the statement parser, because functions hold statements and statements functions. */
  parseBlock(): Block;
  take(): Token;
  /** Whether the token is this keyword or symbol. */
  is(text: string): boolean;
  /** Takes the token if it is this keyword or symbol. */
  accept(text: string): boolean;
  /** The token after this one. */
  peek(): Token;
  /** @throws SyntaxFault unless the token is this keyword or symbol. */
  expect(text: string): Token;
  expectName(): Token;
  fail(message: string): never;
  /** @throws TooDeep */
  nested<Result>(read: () => Result): Result;
}

export function createParseState(text: string, start: number, parseBlock: (state: ParseState) => Block) {
  const lexer = createLexer(text, start);
  const body: Block = [];
  const main: FunctionExpression = {
    kind: 'function',
    name: '',
    parameters: [],
    isVariadic: true,
    body,
    start,
    end: text.length,
  };
  let token = lexer.next();
  let ahead: Token | undefined;
  let lastEnd = start;
  let depth = 0;
  const state: ParseState = {
    get token() {
      return token;
    },
    get lastEnd() {
      return lastEnd;
    },
    scopes: createScopes(main),
    main,
    attributes: [],
    constantAssignments: [],
    function: main,
    parseBlock: () => state.nested(() => parseBlock(state)),
    take() {
      const taken = token;
      lastEnd = taken.end;
      token = ahead ?? lexer.next();
      ahead = undefined;
      return taken;
    },
    is: (wanted) => token.text === wanted && (token.kind === 'keyword' || token.kind === 'symbol'),
    accept(wanted) {
      if (!state.is(wanted)) return false;
      state.take();
      return true;
    },
    peek() {
      ahead ??= lexer.next();
      return ahead;
    },
    expect(wanted) {
      return state.is(wanted) ? state.take() : state.fail(`'${wanted}' expected`);
    },
    expectName() {
      return token.kind === 'name' ? state.take() : state.fail('<name> expected');
    },
    fail(message) {
      throw new SyntaxFault(
        `${message} near ${token.kind === 'end' ? token.text : `'${token.text}'`}`,
        token.start,
      );
    },
    nested(read) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooDeep();
      const result = read();
      depth -= 1;
      return result;
    },
  };
  return state;
}
