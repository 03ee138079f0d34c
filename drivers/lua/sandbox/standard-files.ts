import { lua, type LuaState } from '#fengari';
import { nameBytes } from '../binding.ts';
import { pushFile } from './file-object.ts';
import type { LineOutput } from './line-output.ts';
import { bytesFile, sinkFile } from './raw-file.ts';

/** The two outputs of a script. */
export interface ScriptOutput {
  readonly output: LineOutput;
  readonly errors: LineOutput;
}

/** Sets stdin (empty, as a mail process has it), stdout and stderr as fields of the table on top of the stack. */
export function setStandardFiles(L: LuaState, { output, errors }: ScriptOutput): void {
  const files = {
    stdin: bytesFile(new Uint8Array(0)),
    stdout: sinkFile(
      (bytes) => output.write(bytes),
      () => undefined,
    ),
    stderr: sinkFile(
      (bytes) => errors.write(bytes),
      () => undefined,
    ),
  };
  for (const [name, raw] of Object.entries(files)) {
    pushFile(L, raw, undefined);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
}
