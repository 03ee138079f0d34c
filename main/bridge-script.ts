import { readFile } from 'node:fs/promises';
import path from 'node:path';

const SCRIPT = path.join('assets', 'dovebell-bridge.lua');
/** From a source folder, a built entry or a shared chunk up to the program's own folder. */
const STEPS_UP = ['..', '../..', '../../..'];

/**
 * The script that the bridge runs on the server.
 * @throws Error when the program's files are incomplete.
 */
export async function readBridgeScript(): Promise<string> {
  for (const step of STEPS_UP) {
    const text = await readFile(path.join(import.meta.dirname, step, SCRIPT), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  throw new Error(`${SCRIPT} is missing from this program; install it again`);
}
