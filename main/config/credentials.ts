import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** What a sender has to present (HTTP Basic authentication). */
export interface Credentials {
  readonly login: string;
  readonly password: string;
}

const CREDENTIALS_FILE = 'endpoint-credentials.json';
/** 144 bits: out of reach of guessing, and short enough for a configuration line. */
const PASSWORD_BYTES = 18;

const credentialsSchema = z.object({ login: z.string().min(1), password: z.string().min(1) });

/**
 * The credentials of the endpoint: from the environment (`DOVEBELL_ENDPOINT_LOGIN`,
 * `DOVEBELL_ENDPOINT_PASSWORD`), else from the data folder, else new ones, kept there readable by the owner
 * only. The password has no character that Dovecot or a URL would read as anything else.
 *
 * @throws Error naming the file when it cannot be read as credentials.
 */
export async function loadCredentials(dataDir: string, environment = process.env): Promise<Credentials> {
  const login = environment['DOVEBELL_ENDPOINT_LOGIN'];
  const password = environment['DOVEBELL_ENDPOINT_PASSWORD'];
  if (login && password) return { login, password };
  const stored = await loadOrCreate(path.join(dataDir, CREDENTIALS_FILE));
  return { login: login || stored.login, password: password || stored.password };
}

async function loadOrCreate(file: string): Promise<Credentials> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return createCredentials(file);
  try {
    const credentials = credentialsSchema.parse(JSON.parse(text));
    await chmod(file, 0o600);
    return credentials;
  } catch (error) {
    throw new Error(`${file} does not hold a login and a password; delete it to get new ones`, {
      cause: error,
    });
  }
}

async function createCredentials(file: string): Promise<Credentials> {
  const credentials = { login: 'dovebell', password: randomBytes(PASSWORD_BYTES).toString('base64url') };
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${JSON.stringify(credentials)}\n`, { mode: 0o600, flag: 'wx' });
    return credentials;
  } catch (error) {
    // Another start was faster: its credentials are the ones to use.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return loadOrCreate(file);
    throw error;
  }
}
