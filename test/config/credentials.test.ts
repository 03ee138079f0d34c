import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCredentials } from '../../main/config/credentials.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (environment: Record<string, string> = {}) =>
  loadCredentials(path.join(folder, 'data'), environment);
const file = () => path.join(folder, 'data', 'endpoint-credentials.json');

describe('loadCredentials', () => {
  it('makes new ones at the first start and keeps them, readable by the owner only', async () => {
    const first = await load();
    expect(first.password).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(await load()).toEqual(first);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('gives two starts at the same time the same credentials', async () => {
    const [first, second] = await Promise.all([load(), load()]);
    expect(first).toEqual(second);
  });

  it('lets the environment win, one by one', async () => {
    const stored = await load();
    expect(await load({ DOVEBELL_ENDPOINT_LOGIN: 'ox' })).toEqual({ ...stored, login: 'ox' });
    expect(await load({ DOVEBELL_ENDPOINT_LOGIN: 'ox', DOVEBELL_ENDPOINT_PASSWORD: 'p' })).toEqual({
      login: 'ox',
      password: 'p',
    });
  });

  it('closes a file that others could read', async () => {
    await load();
    chmodSync(file(), 0o644);
    await load();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('names the file when it cannot be read', async () => {
    await load();
    writeFileSync(file(), '{"login":"x"}');
    await expect(load()).rejects.toThrow('endpoint-credentials.json does not hold a login and a password');
  });
});
