import type { FunctionExpression, Local } from './lua-syntax.ts';
import type { Span } from './source-text.ts';

/** Which declaration a name means at the place where the parser is. */
export interface Scopes {
  open(): void;
  close(): void;
  declare(name: string, kind: Local['kind'], at: Span, attribute?: string): Local;
  /** Undefined: a global. */
  find(name: string): Local | undefined;
  enterFunction(fn: FunctionExpression): void;
  leaveFunction(): void;
}

export function createScopes(main: FunctionExpression): Scopes {
  // One list of declarations a name: the cost of a look-up does not grow with the depth.
  const declared = new Map<string, Local[]>();
  const blocks: string[][] = [[]];
  const functions = [main];
  let id = 0;
  return {
    open: () => void blocks.push([]),
    close() {
      for (const name of blocks.pop() ?? []) declared.get(name)?.pop();
    },
    declare(name, kind, { start, end }, attribute) {
      const owner = functions.at(-1) ?? main;
      id += 1;
      const local = { id, name, kind, owner, start, end, ...(attribute !== undefined && { attribute }) };
      const list = declared.get(name) ?? [];
      list.push(local);
      declared.set(name, list);
      blocks.at(-1)?.push(name);
      return local;
    },
    find: (name) => declared.get(name)?.at(-1),
    enterFunction(fn) {
      functions.push(fn);
      blocks.push([]);
    },
    leaveFunction() {
      functions.pop();
      this.close();
    },
  };
}
