import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A recording of the real Dovecot 2.3.19, as far as these tests read it. */
export interface Recording {
  readonly scenario: string;
  readonly input: {
    readonly user: string;
    readonly config?: unknown;
    readonly steps?: readonly { readonly imap?: unknown; readonly transcript?: readonly string[] }[];
  };
  readonly ox_requests?: readonly {
    readonly method: string;
    readonly target: string;
    readonly body: string;
  }[];
  readonly lua_calls?: readonly LuaCall[];
  readonly log: Readonly<Record<string, readonly string[]>>;
}

/** Values carry their Lua type: `["string", s]`, `["float", n, text]`, `["table", {…}]`. */
export type LuaValue = readonly [type: string, value: unknown, text?: string];

export interface LuaCall {
  readonly call: string;
  readonly txn?: number;
  readonly event?: Readonly<Record<string, LuaValue>>;
  readonly success?: LuaValue;
}

const own = path.resolve(import.meta.dirname, '../fixtures/golden');
/** All recordings, where they lie beside the checkout; our own selection is always there. */
const shared = path.resolve(import.meta.dirname, '../../../shared/golden/dovecot-2.3.19');

export const recordings: readonly Recording[] = load(existsSync(shared) ? shared : own);

function load(folder: string): Recording[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Recording)
    .filter(({ log }) => log !== undefined);
}
