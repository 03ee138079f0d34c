import { asFault, FileFault } from './file-fault.ts';

/** The files that a state has open, so that none stays open after it. */
export interface OpenFiles {
  /** @throws FileFault EMFILE when no more may be open */
  checkRoom(): void;
  /** `owner` is what the script holds; when it is gone, the file is closed. */
  add(owner: object, close: () => void): void;
  remove(owner: object): void;
  closeAll(): void;
}

interface Entry {
  readonly owner: WeakRef<object>;
  readonly close: () => void;
}

export function createOpenFiles(maxOpen: number): OpenFiles {
  let entries: Entry[] = [];
  return {
    checkRoom() {
      // A server's Lua closes files that a script has dropped when it collects garbage; this is when we notice.
      if (entries.length >= maxOpen) entries = entries.filter((entry) => !closeWhenDropped(entry));
      if (entries.length >= maxOpen) throw new FileFault('EMFILE');
    },
    add(owner, close) {
      entries.push({ owner: new WeakRef(owner), close });
    },
    remove(owner) {
      entries = entries.filter((entry) => entry.owner.deref() !== owner);
    },
    closeAll() {
      for (const entry of entries) closeQuietly(entry);
      entries = [];
    },
  };
}

function closeWhenDropped(entry: Entry): boolean {
  if (entry.owner.deref()) return false;
  closeQuietly(entry);
  return true;
}

function closeQuietly(entry: Entry): void {
  try {
    entry.close();
  } catch (error) {
    // Nobody is left to tell about a file that could not be closed; a defect is no such error.
    asFault(error);
  }
}
