import type { Block, Expression, FunctionExpression, Statement } from './lua-syntax.ts';

export interface Visitor {
  expression?(expression: Expression, owner: FunctionExpression): void;
  statement?(statement: Statement, owner: FunctionExpression): void;
  block?(block: Block, owner: FunctionExpression): void;
}

/** Visits everything in the order of the text, each before what it holds. */
export function walk(main: FunctionExpression, visitor: Visitor): void {
  walkBlock(main.body, main, visitor);
}

function walkBlock(block: Block, owner: FunctionExpression, visitor: Visitor): void {
  visitor.block?.(block, owner);
  for (const statement of block) {
    visitor.statement?.(statement, owner);
    for (const expression of expressionsOf(statement)) walkExpression(expression, owner, visitor);
    for (const inner of blocksOf(statement)) walkBlock(inner, owner, visitor);
  }
}

export function walkExpression(expression: Expression, owner: FunctionExpression, visitor: Visitor): void {
  visitor.expression?.(expression, owner);
  if (expression.kind === 'function') walkBlock(expression.body, expression, visitor);
  for (const child of childrenOf(expression)) walkExpression(child, owner, visitor);
}

/** The expressions of a statement itself, without those of its blocks. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'local':
    case 'for':
    case 'return':
      return statement.values;
    case 'assign':
      return [...statement.targets, ...statement.values];
    case 'call':
      return [statement.call];
    case 'if':
      return statement.clauses.map(({ condition }) => condition);
    case 'while':
    case 'repeat':
      return [statement.condition];
    default:
      return [];
  }
}

export function blocksOf(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case 'if':
      return [
        ...statement.clauses.map(({ body }) => body),
        ...(statement.otherwise ? [statement.otherwise] : []),
      ];
    case 'while':
    case 'repeat':
    case 'for':
    case 'do':
      return [statement.body];
    default:
      return [];
  }
}

/** The parts of an expression; a function has none, its body is no part of its value. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'index':
      return [expression.object, expression.key];
    case 'call':
      return [expression.callee, ...expression.args];
    case 'method':
      return [expression.object, ...expression.args];
    case 'table':
      return expression.fields.flatMap(({ key, value }) => (key ? [key, value] : [value]));
    case 'binary':
      return [expression.left, expression.right];
    case 'unary':
      return [expression.operand];
    case 'paren':
      return [expression.inner];
    default:
      return [];
  }
}
