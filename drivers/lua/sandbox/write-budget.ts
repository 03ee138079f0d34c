import { FileFault } from './file-fault.ts';

/** What a sandboxed script may write within an hour: a log of every mail fits, a full disk does not. */
const MAX_WRITTEN_BYTES = 64 * 1024 * 1024;

/** Files that it may create within an hour, empty ones too. */
const MAX_CREATED_FILES = 1000;

const HOUR_MS = 60 * 60 * 1000;

/** How much a script has written. */
export interface WriteBudget {
  /** @throws FileFault EDQUOT when that is too much */
  spend(bytes: number): void;
  /** @throws FileFault EDQUOT when these are too many */
  create(): void;
}

export function createWriteBudget(clock: () => number): WriteBudget {
  let startedAtMs = clock();
  let left = { bytes: MAX_WRITTEN_BYTES, files: MAX_CREATED_FILES };
  function refill(): void {
    if (Math.abs(clock() - startedAtMs) < HOUR_MS) return;
    startedAtMs = clock();
    left = { bytes: MAX_WRITTEN_BYTES, files: MAX_CREATED_FILES };
  }
  return {
    spend(bytes) {
      refill();
      if (bytes > left.bytes) throw new FileFault('EDQUOT');
      left.bytes -= bytes;
    },
    create() {
      refill();
      if (left.files === 0) throw new FileFault('EDQUOT');
      left.files -= 1;
    },
  };
}
