import { lauxlib, lua, lualib, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, setFunctions } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { openBaseLibrary } from './base-library.ts';
import { blocked, impossible } from './blocked.ts';
import { pushDebugLibrary } from './debug-library.ts';
import { createFileOpener } from './file-opener.ts';
import { createFolderAccess } from './folder-access.ts';
import { pushIoLibrary } from './io-library.ts';
import { createLineOutput } from './line-output.ts';
import { createMachineAccess } from './machine-access.ts';
import { pushMathLibrary } from './math-library.ts';
import { createOpenFiles } from './open-files.ts';
import { pushOsLibrary } from './os-library.ts';
import { pushPackageLibrary } from './package-library.ts';
import { createShellRunner } from './shell-runner.ts';

/** Descriptors are the whole program's. */
const MAX_OPEN_FILES = 64;

/** What a state holds of the machine while it lives. */
export interface OpenLibraries {
  /** Shows what the script has written to its outputs without ending the line: after each call of the script. */
  flush(): void;
  /** Closes the files that are still open: with the state. */
  close(): void;
}

/**
 * Opens everything a script sees of Lua's libraries in a fresh state. `modules`: what the program has itself for
 * require, by name.
 *
 * Sandboxed, the script reaches the files of its own folder and nothing else of the machine; trusted, its files and
 * programs, as on the server. In both it runs in this thread, loads no machine code, no JavaScript and no compiled
 * Lua, and ends nothing but its own call.
 */
export function openLibraries(
  context: ScriptContext,
  modules: ReadonlyMap<string, LuaCFunction> = new Map(),
): OpenLibraries {
  const { L, folder, file, trusted: isTrusted, strict, programFolder } = context;
  const clock = (): number => context.clock();
  const own = { folder, file, clock, ...(programFolder !== undefined && { programFolder }) };
  const access = isTrusted ? createMachineAccess(folder) : createFolderAccess(own);
  const openFiles = createOpenFiles(MAX_OPEN_FILES);
  const output = createLineOutput((line) => context.print(line));
  const errors = createLineOutput((line) => context.print(line));
  const shell = isTrusted ? createShellRunner(folder, output, errors) : undefined;
  const opener = createFileOpener(access, openFiles, shell);

  open(L, '_G', (state) => openBaseLibrary(state, access, output));
  open(L, 'package', (state) => pushPackageLibrary(state, { access, isTrusted, strict, modules }));
  open(L, 'coroutine', lualib.luaopen_coroutine);
  open(L, 'table', lualib.luaopen_table);
  open(L, 'io', (state) => pushIoLibrary(state, { opener, output, errors }));
  open(L, 'os', (state) => pushOsLibrary(state, { access, shell, isTrusted, clock }));
  open(L, 'string', (state) => pushStringLibrary(state, isTrusted));
  open(L, 'math', pushMathLibrary);
  open(L, 'utf8', lualib.luaopen_utf8);
  open(L, 'debug', (state) => pushDebugLibrary(state, isTrusted));
  return {
    flush() {
      output.flush();
      errors.flush();
    },
    close: () => openFiles.closeAll(),
  };
}

/** Sets the library as a global, and as loaded. */
function open(L: LuaState, name: string, push: (L: LuaState) => unknown): void {
  const pushOne = (state: LuaState): number => {
    push(state);
    return 1;
  };
  lauxlib.luaL_requiref(L, nameBytes(name), pushOne, 1);
  lua.lua_pop(L, 1);
}

function pushStringLibrary(L: LuaState, isTrusted: boolean): void {
  lualib.luaopen_string(L);
  const reason = 'it has no code that the Lua of a server could load';
  setFunctions(L, { dump: isTrusted ? impossible('string.dump', reason) : blocked('string.dump') });
}
