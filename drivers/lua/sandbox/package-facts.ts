import type { LuaCFunction } from '#fengari';
import type { FileAccess } from './file-access.ts';

/** No machine code and no JavaScript is ever loaded for a script. */
export const NATIVE_TEXT = 'native modules cannot be loaded into this program';

/** What the library package and require work with. */
export interface PackageFacts {
  readonly access: FileAccess;
  readonly isTrusted: boolean;
  /** Messages are exactly Lua's. */
  readonly strict: boolean;
  /** The modules that this program has itself: what opens them, by name. */
  readonly modules: ReadonlyMap<string, LuaCFunction>;
}
