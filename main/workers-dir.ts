import path from 'node:path';

/** Where the built worker scripts lie: beside the entries, also when this module was put into a shared chunk. */
export function workersDir(): string {
  const here = import.meta.dirname;
  return path.basename(here) === 'chunks' ? path.dirname(here) : here;
}
