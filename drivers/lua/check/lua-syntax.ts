import type { Span } from './source-text.ts';

/** A local variable or parameter, one object for each declaration: shadowed names are different ones. */
export interface Local extends Span {
  /** Counts the declarations of a script. */
  readonly id: number;
  readonly name: string;
  readonly kind: 'local' | 'function' | 'parameter' | 'loop';
  /** `const` or `close` (Lua 5.4). */
  readonly attribute?: string;
  /** The function it belongs to. */
  readonly owner: FunctionExpression;
}

export interface NameExpression extends Span {
  readonly kind: 'name';
  readonly name: string;
  /** Absent: a global. */
  readonly local?: Local;
}
export interface IndexExpression extends Span {
  readonly kind: 'index';
  readonly object: Expression;
  readonly key: Expression;
}
export interface CallExpression extends Span {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Expression[];
}
export interface MethodCallExpression extends Span {
  readonly kind: 'method';
  readonly object: Expression;
  readonly name: string;
  readonly nameStart: number;
  readonly args: readonly Expression[];
}
export interface FunctionExpression extends Span {
  readonly kind: 'function';
  /** How it is written: `a.b:c`; empty for an anonymous one. */
  readonly name: string;
  readonly parameters: Local[];
  readonly isVariadic: boolean;
  readonly body: Block;
  /** Absent: the chunk. */
  readonly outer?: FunctionExpression;
}
export interface TableField extends Span {
  /** Absent: the next number. */
  readonly key?: Expression;
  readonly value: Expression;
}
export interface TableExpression extends Span {
  readonly kind: 'table';
  readonly fields: readonly TableField[];
}
export interface BinaryExpression extends Span {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
export interface UnaryExpression extends Span {
  readonly kind: 'unary';
  readonly operator: string;
  readonly operand: Expression;
}
export interface StringExpression extends Span {
  readonly kind: 'string';
  /** One character for each byte. */
  readonly value: string;
}
export interface NumberExpression extends Span {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly value: number;
}
export interface PlainExpression extends Span {
  readonly kind: 'nil' | 'true' | 'false' | 'vararg';
}
export interface ParenExpression extends Span {
  readonly kind: 'paren';
  readonly inner: Expression;
}

export type Expression =
  | NameExpression
  | IndexExpression
  | CallExpression
  | MethodCallExpression
  | FunctionExpression
  | TableExpression
  | BinaryExpression
  | UnaryExpression
  | StringExpression
  | NumberExpression
  | PlainExpression
  | ParenExpression;

export type AnyCall = CallExpression | MethodCallExpression;
export type Target = NameExpression | IndexExpression;
export type Block = readonly Statement[];

export interface LocalStatement extends Span {
  readonly kind: 'local';
  readonly locals: readonly Local[];
  readonly values: readonly Expression[];
}
export interface AssignStatement extends Span {
  readonly kind: 'assign';
  readonly targets: readonly Target[];
  readonly values: readonly Expression[];
}
export interface IfStatement extends Span {
  readonly kind: 'if';
  readonly clauses: readonly { readonly condition: Expression; readonly body: Block }[];
  readonly otherwise?: Block;
}
export interface LoopStatement extends Span {
  readonly kind: 'while' | 'repeat';
  readonly condition: Expression;
  readonly body: Block;
}
export interface ForStatement extends Span {
  readonly kind: 'for';
  readonly isNumeric: boolean;
  readonly locals: readonly Local[];
  readonly values: readonly Expression[];
  readonly body: Block;
}
export type Statement =
  | LocalStatement
  | AssignStatement
  | IfStatement
  | LoopStatement
  | ForStatement
  | ({ readonly kind: 'call'; readonly call: Expression } & Span)
  | ({ readonly kind: 'do'; readonly body: Block } & Span)
  | ({ readonly kind: 'return'; readonly values: readonly Expression[] } & Span)
  | ({ readonly kind: 'break' | 'goto' | 'label' } & Span);

/** An attribute of a local (`<const>`): where it stands, with its brackets. */
export interface Attribute extends Span {
  readonly name: string;
}

export interface Chunk {
  readonly main: FunctionExpression;
  readonly attributes: readonly Attribute[];
  /** Assignments to a `<const>` or `<close>` local: Lua 5.4 refuses the script. */
  readonly constantAssignments: readonly NameExpression[];
}
