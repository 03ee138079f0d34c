import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { createMetadata, type Metadata, type MetadataRecord } from './metadata.ts';

/** METADATA of all users, kept in one file. */
export interface MetadataFile {
  forUser(user: string): Metadata;
  /** Writes the file anew: whoever reads it meanwhile sees the old one whole or the new one whole. */
  save(): Promise<void>;
}

export const METADATA_FILE = 'metadata.json';

const isRecordOf = (isValue: (value: unknown) => boolean) => (value: unknown) =>
  typeof value === 'object' && value !== null && Object.values(value).every(isValue);
const isUsers = isRecordOf(isRecordOf(isRecordOf((value) => typeof value === 'string')));

const fileSchema = z.object({
  version: z.literal(1),
  /** Values by user, mailbox (`""` is the server) and entry. No z.record: it loses a user called `__proto__`. */
  users: z.custom<Readonly<Record<string, MetadataRecord>>>(
    isUsers,
    'users, mailboxes or entries are missing',
  ),
});

/**
 * Opens the file in the data folder; one that is not there yet is empty.
 * @throws Error naming the file when it cannot be read or is something else.
 */
export async function openMetadataFile(dataDir: string): Promise<MetadataFile> {
  const file = path.join(dataDir, METADATA_FILE);
  const users = new Map<string, Metadata>();
  const forUser = (user: string) => {
    const metadata = users.get(user) ?? createMetadata();
    users.set(user, metadata);
    return metadata;
  };
  for (const [user, record] of Object.entries(await readUsers(file))) forUser(user).import(record);
  return {
    forUser,
    async save() {
      const exported = [...users].map(([user, metadata]) => [user, metadata.export()] as const);
      await writeAtomically(file, { version: 1, users: Object.fromEntries(exported) });
    },
  };
}

async function readUsers(file: string): Promise<z.output<typeof fileSchema>['users']> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).users;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} does not hold METADATA: ${(error as Error).message.split('\n', 1)[0]}`, {
      cause: error,
    });
  }
}

// A name of our own for each process: two that save at once do not write into each other's file.
async function writeAtomically(file: string, content: z.output<typeof fileSchema>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(temporary, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
