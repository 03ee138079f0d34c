import type { FunctionExpression, TableExpression } from './lua-syntax.ts';

/** Things of Dovecot that have members of their own. */
export type ObjectType =
  | 'user'
  | 'mailbox'
  | 'status'
  | 'log event'
  | 'passthrough event'
  | 'HTTP client'
  | 'HTTP request'
  | 'HTTP response'
  | 'settings';

/** Why something can be nil, in words that follow "because". Without a reason nobody is told. */
export interface Absence {
  readonly kind:
    'header' | 'setting' | 'environment' | 'metadata' | 'file' | 'account' | 'third-argument' | 'no-settings';
  readonly reason: string;
}

/** What an expression may be. Values are compared by identity. */
export type Value =
  | { readonly kind: 'boolean' | 'string' | 'integer' | 'number' | 'table' | 'unknown' }
  | { readonly kind: 'nil'; readonly absence?: Absence }
  /** A number that Dovecot pushes as a float: prints as 5.0. */
  | { readonly kind: 'float'; readonly name: string }
  /** The second result of LuaSocket's request: a number, or the text of an error. */
  | { readonly kind: 'code' }
  | { readonly kind: 'object'; readonly type: ObjectType }
  | { readonly kind: 'event'; readonly suffix: string }
  /** A library or a part of it: string, dovecot, dovecot.storage, socket.http. */
  | { readonly kind: 'module'; readonly name: string }
  /** A function of a library, by its full name; a method has a colon: user:mailbox. */
  | { readonly kind: 'native'; readonly name: string }
  | { readonly kind: 'closure'; readonly fn: FunctionExpression }
  | Shape;

/** All tables that one constructor in the script makes. */
export interface Shape {
  readonly kind: 'shape';
  readonly node: TableExpression;
  readonly fields: Map<string, Cell>;
  /** What stands under keys that are not known. A place in the constructor's list is a field, see listKey. */
  readonly elements: Cell;
  /** Something that is not looked into may have changed it. */
  escaped: boolean;
}

export type Values = ReadonlySet<Value>;

/** The name of the field that is the n-th of a list: `[1]`. */
export function listKey(position: number): string {
  return `[${position}]`;
}

/** What a variable, a field or a result was seen to hold, in the whole script and at any time. */
export interface Cell {
  readonly values: Set<Value>;
}

export function createCell(): Cell {
  return { values: new Set() };
}

/** More than this is a variable for everything. */
const MAX_VALUES = 12;

/** True when something new came in. */
export function addValues({ values }: Cell, more: Values): boolean {
  const { size } = values;
  for (const value of more) {
    if (values.size >= MAX_VALUES) values.add(UNKNOWN);
    else values.add(value);
  }
  return values.size !== size;
}

export const UNKNOWN: Value = { kind: 'unknown' };
const STRING: Value = { kind: 'string' };
const INTEGER: Value = { kind: 'integer' };
const NUMBER: Value = { kind: 'number' };
const BOOLEAN: Value = { kind: 'boolean' };
const NIL: Value = { kind: 'nil' };
const TABLE: Value = { kind: 'table' };

export const none: Values = new Set();
export const unknown: Values = new Set([UNKNOWN]);
export const string: Values = new Set([STRING]);
export const integer: Values = new Set([INTEGER]);
export const number: Values = new Set([NUMBER]);
export const boolean: Values = new Set([BOOLEAN]);
export const nil: Values = new Set([NIL]);
export const table: Values = new Set([TABLE]);
export const code: Values = new Set([{ kind: 'code' }]);

const interned = new Map<string, Values>();
function intern(key: string, make: () => Value): Values {
  let found = interned.get(key);
  if (!found) {
    found = new Set([make()]);
    interned.set(key, found);
  }
  return found;
}

// Only names from known-api.ts and known-lua.ts come here: the map cannot grow with what a script says.
export const floatOf = (name: string): Values => intern(`float ${name}`, () => ({ kind: 'float', name }));
export const objectOf = (type: ObjectType): Values =>
  intern(`object ${type}`, () => ({ kind: 'object', type }));
export const eventOf = (suffix: string): Values =>
  intern(`event ${suffix}`, () => ({ kind: 'event', suffix }));
export const moduleOf = (name: string): Values => intern(`module ${name}`, () => ({ kind: 'module', name }));
export const nativeOf = (name: string): Values => intern(`native ${name}`, () => ({ kind: 'native', name }));
export const maybeNil = (kind: Absence['kind'], reason: string): Values =>
  intern(`nil ${kind} ${reason}`, () => ({ kind: 'nil', absence: { kind, reason } }));

export function union(...sets: readonly Values[]): Values {
  const [first = none, ...others] = sets.filter(({ size }) => size > 0);
  if (others.length === 0) return first;
  const all = new Set(first);
  for (const set of others) for (const value of set) all.add(value);
  return all;
}

export function without(values: Values, isUnwanted: (value: Value) => boolean): Values {
  let result: Set<Value> | undefined;
  for (const value of values) {
    if (!isUnwanted(value)) continue;
    result ??= new Set(values);
    result.delete(value);
  }
  return result ?? values;
}

/** True when it is known what it is, and all of it fits. */
export function isAlways(values: Values, fits: (value: Value) => boolean): boolean {
  if (values.size === 0) return false;
  for (const value of values) if (!fits(value)) return false;
  return true;
}

export const isAlwaysFloat = (values: Values): boolean => isAlways(values, ({ kind }) => kind === 'float');

/** Why it may be nil; undefined when it may not, or nobody knows why. */
export function absenceOf(values: Values): Absence | undefined {
  for (const value of values) if (value.kind === 'nil' && value.absence) return value.absence;
  return undefined;
}

/** Whether it may be nil for a reason, or the text of an error in place of a number. */
export function isDoubtful(values: Values): boolean {
  for (const value of values) if (isDoubt(value)) return true;
  return false;
}

export function isDoubt(value: Value): boolean {
  return value.kind === 'code' || (value.kind === 'nil' && value.absence !== undefined);
}

/** The name of the type, as Lua's messages have it, when it can be only one. */
export function typeNameOf(values: Values): string | undefined {
  const names = new Set([...values].map(({ kind }) => typeNames[kind]));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

const typeNames: Readonly<Record<Value['kind'], string | undefined>> = {
  boolean: 'boolean',
  string: 'string',
  integer: 'number',
  number: 'number',
  float: 'number',
  code: undefined,
  unknown: undefined,
  nil: 'nil',
  table: 'table',
  object: 'table',
  event: 'table',
  module: 'table',
  shape: 'table',
  native: 'function',
  closure: 'function',
};
