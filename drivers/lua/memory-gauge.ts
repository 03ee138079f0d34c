import v8 from 'node:v8';
import vm from 'node:vm';

const BYTES_PER_MB = 1024 * 1024;

/** Tells whether more memory is in use in this thread than is allowed. */
export interface MemoryGauge {
  readonly limitMb: number;
  /** What nobody needs any more does not count. */
  isFull(): boolean;
  /** Whether it was full since the last time this was asked, and nearly still is. */
  isStillFull(): boolean;
}

/** Of the limit: a thread that has been full and holds this much would be full again at once. */
const STILL_FULL = 0.75;

export function createMemoryGauge(limitMb: number): MemoryGauge {
  const collectGarbage = findCollector();
  let wasFull = false;
  const holds = (mb: number) => {
    if (measureMb() <= mb) return false;
    collectGarbage();
    return measureMb() > mb;
  };
  return {
    limitMb,
    isFull() {
      const isFull = holds(limitMb);
      wasFull ||= isFull;
      return isFull;
    },
    isStillFull() {
      if (!wasFull) return false;
      wasFull = false;
      return holds(STILL_FULL * limitMb);
    },
  };
}

function measureMb(): number {
  const { used_heap_size: heap, external_memory: buffers } = v8.getHeapStatistics();
  return (heap + buffers) / BYTES_PER_MB;
}

/** V8 collects garbage when it likes to, which may be long after the limit. */
function findCollector(): () => void {
  // The flag is the whole process's and stays: taken back, it would be gone under another thread's hands.
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('globalThis.gc') as (() => void) | undefined;
  return collect ?? (() => undefined);
}
