import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runConformance } from '../../main/conformance/index.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures');
const golden = path.join(fixtures, 'golden');

async function run(...folders: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const out = (text: string) => void lines.push(text);
  const code = await runConformance(folders, {
    fixtures: { tlsFolder: path.join(fixtures, 'tls'), scriptFolders: [path.join(fixtures, 'lua-scripts')] },
    workersDir: path.resolve(import.meta.dirname, '../../out/main'),
    out,
  });
  return { code, lines };
}

/** A copy of the recordings in which one is changed. */
function changed(name: string, from: string, to: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'golden-'));
  cpSync(golden, folder, { recursive: true });
  const file = path.join(folder, name);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  return folder;
}

describe('runConformance', () => {
  it('passes our own selection of recordings', async () => {
    const { code, lines } = await run(golden);
    expect(lines).toEqual([expect.stringMatching(/^\d+ passed, 0 failed, \d+ skipped$/)]);
    expect(code).toBe(0);
  });

  it.each([
    [
      'a line of the log',
      'imap_move.json',
      'MessageExpunge: Message was expunged',
      'MessageTrash: no',
      'dlog',
    ],
    ['its level', 'lmtp_plain.json', 'Debug: Called end_txn', 'Info: Called end_txn', 'dlog'],
    ['a byte of a body', 'lmtp_plain.json', '\\"subject\\":\\"Plain', '\\"subject\\":\\"plain', 'ox'],
    ['a header', 'lmtp_plain.json', 'application/json; charset=utf-8', 'application/json', 'ox'],
    ['the method', 'lmtp_plain.json', '"PUT"', '"POST"', 'ox'],
    [
      'what was done',
      'imap_store_keyword_add.json',
      '+FLAGS (kw1 $Important)"',
      '+FLAGS (kw1)"',
      'dlog',
      'lua',
    ],
  ])('notices a difference in %s', async (_what, file, from, to, ...drivers) => {
    const { code, lines } = await run(changed(file, from, to));
    const scenario = path.basename(file, '.json');
    const failed = lines.filter((line) => line.startsWith('FAIL '));
    expect(failed.map((line) => line.split(':', 1)[0])).toEqual(
      drivers.map((driver) => `FAIL ${scenario} ${driver}`),
    );
    expect(lines.at(-1)).toContain(` ${drivers.length} failed, `);
    expect(code).toBe(1);
  });

  it('fails a file that is no recording, and goes on', async () => {
    const { code, lines } = await run(changed('lmtp_plain.json', '"steps"', '"stops"'));
    expect(lines[0]).toMatch(/^FAIL lmtp_plain: it is no recording/);
    expect(code).toBe(1);
  });

  it('explains itself without a folder', async () => {
    expect((await run()).code).toBe(2);
  });
});
