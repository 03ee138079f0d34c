import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** In the data folder: the configuration that is used when no other is named. */
export const PUSH_FILE = 'push.conf';
/** What runs without any configuration: the driver that shows everything and sends nothing. */
export const DEFAULT_PUSH_CONFIG = 'plugin {\n  push_notification_driver = dlog\n}\n';

/** A push configuration and where it came from; `file` is absent for the built-in one. */
export interface PushFile {
  readonly text: string;
  readonly file?: string;
  /** The folder of `file`: what names of other files in it are relative to. */
  readonly folder?: string;
}

/**
 * Reads the named file, else `push.conf` of the data folder, else gives the built-in configuration.
 * @throws Error naming the file when it is there and cannot be read, or was named and is not there.
 */
export async function loadPushFile(named: string | undefined, dataDir: string): Promise<PushFile> {
  const file = named ?? path.join(dataDir, PUSH_FILE);
  try {
    return { text: await readFile(file, 'utf8'), file, folder: path.dirname(path.resolve(file)) };
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT')
      return { text: DEFAULT_PUSH_CONFIG };
    throw new Error(`The push configuration ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
