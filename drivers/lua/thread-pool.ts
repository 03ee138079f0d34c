import { startScriptThread, type AnswerHost, type ScriptThread } from './script-thread.ts';

/** Threads for one script file: while a script of one user waits for the network, those of others go on elsewhere. */
const THREADS_PER_FILE = 2;
/** Idle threads that are kept: one to take the place of a thread that was ended, one for the next script. */
const MAX_SPARE = 2;

/** The threads of the program's scripts. Scripts of one file share threads, those of different files do not. */
export interface ThreadPool {
  readonly isClosed: boolean;
  /** A thread for one more script of this file. */
  take(file: string): ScriptThread;
  /** Keeps a thread warm for whoever needs the next one. To be called when nobody waits for one that starts. */
  warm(): void;
  /** One script less in it. */
  release(thread: ScriptThread): void;
  /** Ends all threads. None is to be taken any more. */
  close(): Promise<void>;
}

interface Seat {
  readonly file: string;
  readonly thread: ScriptThread;
  scripts: number;
}

export function createThreadPool(workersDir: string, answerHost: AnswerHost): ThreadPool {
  const seats = new Map<ScriptThread, Seat>();
  const spare: ScriptThread[] = [];
  let isClosed = false;
  const start = () => startScriptThread(workersDir, answerHost);

  const takeFresh = () => {
    let thread = spare.shift();
    while (thread && !thread.isAlive) thread = spare.shift();
    return thread ?? start();
  };
  const seatFor = (file: string): Seat => {
    const mine = [...seats.values()].filter((seat) => seat.file === file && seat.thread.isAlive);
    const [best] = mine.toSorted((one, other) => rank(one) - rank(other));
    if (best && (best.thread.load === 0 || mine.length >= THREADS_PER_FILE)) return best;
    const seat = { file, thread: takeFresh(), scripts: 0 };
    seats.set(seat.thread, seat);
    return seat;
  };
  return {
    get isClosed() {
      return isClosed;
    },
    take(file) {
      const seat = seatFor(file);
      seat.scripts += 1;
      return seat.thread;
    },
    warm() {
      if (spare.length === 0 && !isClosed) spare.push(start());
    },
    release(thread) {
      const seat = seats.get(thread);
      if (!seat) return;
      seat.scripts -= 1;
      if (seat.scripts > 0 && thread.isAlive) return;
      seats.delete(thread);
      if (thread.isAlive && spare.length < MAX_SPARE) spare.push(thread);
      else void thread.end();
    },
    async close() {
      isClosed = true;
      const all = [...seats.keys(), ...spare.splice(0)];
      seats.clear();
      await Promise.all(all.map((thread) => thread.end()));
    },
  };
}

/** Idle threads first, then those with few scripts. */
function rank({ thread, scripts }: Seat): number {
  return thread.load * 1_000_000 + scripts;
}
