import { FileFault } from './file-fault.ts';
import type { OpenMode, RawFile } from './raw-file.ts';
import type { WriteBudget } from './write-budget.ts';

/** No file of a sandboxed script grows beyond it. */
export const MAX_WRITTEN_FILE_BYTES = 16 * 1024 * 1024;

/** A file whose size and whose part in what the script has written are bounded. */
export function boundedFile(file: RawFile, { appends }: OpenMode, budget: WriteBudget): RawFile {
  return {
    ...file,
    write(bytes, position) {
      const start = appends ? file.size() : position;
      if (start + bytes.length > MAX_WRITTEN_FILE_BYTES) throw new FileFault('EFBIG');
      budget.spend(bytes.length);
      return file.write(bytes, position);
    },
  };
}
