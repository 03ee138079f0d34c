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

/** Everything but what reads blocks. */
type Basics = Omit<ParseState, 'parseBlock' | 'nested'>;

export function createParseState(
  text: string,
  start: number,
  parseBlock: (state: ParseState) => Block,
): ParseState {
  const main: FunctionExpression = {
    kind: 'function',
    name: '',
    parameters: [],
    isVariadic: true,
    body: [],
    start,
    end: text.length,
  };
  let depth = 0;
  // The getters of the basics must stay getters: they are inherited, not copied.
  const state: ParseState = Object.assign(Object.create(createBasics(text, start, main)) as Basics, {
    parseBlock: () => state.nested(() => parseBlock(state)),
    nested<Result>(read: () => Result): Result {
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooDeep();
      const result = read();
      depth -= 1;
      return result;
    },
  });
  return state;
}

function createBasics(text: string, start: number, main: FunctionExpression): Basics {
  const lexer = createLexer(text, start);
  let token = lexer.next();
  let ahead: Token | undefined;
  let lastEnd = start;
  const basics: Basics = {
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
    take() {
      const taken = token;
      lastEnd = taken.end;
      token = ahead ?? lexer.next();
      ahead = undefined;
      return taken;
    },
    is: (wanted) => token.text === wanted && (token.kind === 'keyword' || token.kind === 'symbol'),
    accept(wanted) {
      if (!basics.is(wanted)) return false;
      basics.take();
      return true;
    },
    peek() {
      ahead ??= lexer.next();
      return ahead;
    },
    expect: (wanted) => (basics.is(wanted) ? basics.take() : basics.fail(`'${wanted}' expected`)),
    expectName: () => (token.kind === 'name' ? basics.take() : basics.fail('<name> expected')),
    fail(message) {
      const near = token.kind === 'end' ? token.text : `'${token.text}'`;
      throw new SyntaxFault(`${message} near ${near}`, token.start);
    },
  };
  return basics;
}
