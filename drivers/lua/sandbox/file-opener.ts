import { type LuaState } from '#fengari';
import type { FileAccess } from './file-access.ts';
import { pushFile } from './file-object.ts';
import { memoryFile } from './memory-file.ts';
import type { OpenFiles } from './open-files.ts';
import { bytesFile, type OpenMode, type RawFile, sinkFile } from './raw-file.ts';
import { pushDone, pushFailure, pushProgramEnd } from './results.ts';
import type { ShellRunner } from './shell-runner.ts';

/** A temporary file in memory is not larger. */
const MAX_TEMPORARY_BYTES = 16 * 1024 * 1024;

/** What a program may be given to read. */
const MAX_INPUT_BYTES = 16 * 1024 * 1024;

/** Opens files of every kind and pushes them. Every call may throw FileFault. */
export interface FileOpener {
  pushOpened(L: LuaState, name: Uint8Array, mode: OpenMode): void;
  pushTemporary(L: LuaState): void;
  /** Runs the command, now when its output is read, at the close when its input is written. undefined: none is run. */
  readonly pushProgram: ((L: LuaState, command: Uint8Array, reads: boolean) => void) | undefined;
}

/** Without `shell` no programs are run. */
export function createFileOpener(
  access: FileAccess,
  open: OpenFiles,
  shell: ShellRunner | undefined,
): FileOpener {
  function pushTracked(L: LuaState, raw: RawFile, finish: (L: LuaState) => number): void {
    const owner = pushFile(L, raw, (state) => {
      open.remove(owner);
      return finish(state);
    });
    open.add(owner, () => raw.close());
  }
  function pushPlain(L: LuaState, raw: RawFile): void {
    pushTracked(L, raw, (state) => pushDone(state, () => raw.close()));
  }
  function pushProgram(L: LuaState, shell: ShellRunner, command: Uint8Array, reads: boolean): void {
    open.checkRoom();
    if (reads) {
      const { end, output } = shell.run(command);
      return pushTracked(L, bytesAsPipe(output), (state) => pushProgramEnd(state, end));
    }
    const input = memoryFile(MAX_INPUT_BYTES);
    const pipe = sinkFile(
      (bytes) => input.write(bytes, input.size()),
      () => undefined,
    );
    return pushTracked(L, pipe, (state) => pushFed(state, shell, command, contentOf(input)));
  }
  return {
    pushOpened(L, name, mode) {
      open.checkRoom();
      pushPlain(L, access.open(name, mode));
    },
    pushTemporary(L) {
      open.checkRoom();
      pushPlain(L, memoryFile(MAX_TEMPORARY_BYTES));
    },
    pushProgram: shell && ((L, command, reads) => pushProgram(L, shell, command, reads)),
  };
}

/** What the close of a pipe that was written to returns. */
function pushFed(L: LuaState, shell: ShellRunner, command: Uint8Array, input: Uint8Array): number {
  try {
    return pushProgramEnd(L, shell.feed(command, input));
  } catch (error) {
    return pushFailure(L, error);
  }
}

/** A pipe has no positions. */
function bytesAsPipe(output: Uint8Array): RawFile {
  return { ...bytesFile(output), seekable: false };
}

function contentOf(file: RawFile): Uint8Array {
  const content = new Uint8Array(file.size());
  file.read(content, 0);
  return content;
}
