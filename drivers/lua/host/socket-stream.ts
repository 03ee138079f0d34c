import type { Socket } from 'node:net';
import type { SocketTrouble } from './socket-calls.ts';
import { socketErrorText } from './socket-errors.ts';

/** The reading side of a connection, which may be replaced by that of TLS over it. */
export interface SocketStream {
  readonly current: Socket;
  /** Goes on with another stream. */
  replace(stream: Socket): void;
  /** Does not listen to the stream any more, so that another can read from it. */
  release(): void;
  /** What has arrived, or why nothing will; undefined when there is neither yet. */
  take(): { bytes: Uint8Array } | SocketTrouble | undefined;
  readonly isReady: () => boolean;
  /** Calls back at each change. @returns what takes the callback away again */
  readonly onChange: (callback: () => void) => () => void;
  /** Answers everything from now on with this reason, once what has arrived is taken. */
  end(reason: string): void;
}

export function createSocketStream(first: Socket): SocketStream {
  let current = first;
  let reason: string | undefined;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  const end = (text: string): void => {
    reason ??= text;
    changed();
  };
  const onEnd = (): void => end('closed');
  const watch = (stream: Socket): void => {
    current = stream;
    stream.on('readable', changed).on('end', onEnd).on('close', onEnd);
    stream.on('error', (error) => end(socketErrorText(error)));
  };
  watch(first);
  return {
    get current() {
      return current;
    },
    replace: watch,
    release() {
      current.off('readable', changed).off('end', onEnd);
    },
    take() {
      const chunk = current.read() as Buffer | null;
      if (chunk !== null) return { bytes: new Uint8Array(chunk) };
      return reason === undefined ? undefined : { error: reason };
    },
    isReady: () => current.readableLength > 0 || reason !== undefined,
    onChange(callback) {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
    end,
  };
}
