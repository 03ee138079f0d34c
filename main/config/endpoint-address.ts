import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const ADDRESS_FILE = 'endpoint-address.json';
const MAX_PORT = 65_535;

const addressSchema = z.object({ host: z.string().min(1), port: z.number().int().min(1).max(MAX_PORT) });

/** Where the endpoint of a data folder listened last. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Remembers the address for commands that are not told one. */
export async function saveListenAddress(dataDir: string, address: ListenAddress): Promise<void> {
  await writeFile(path.join(dataDir, ADDRESS_FILE), `${JSON.stringify(address)}\n`);
}

/** The remembered address; undefined when there is none or it cannot be read. */
export async function loadListenAddress(dataDir: string): Promise<ListenAddress | undefined> {
  try {
    return addressSchema.parse(JSON.parse(await readFile(path.join(dataDir, ADDRESS_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}
