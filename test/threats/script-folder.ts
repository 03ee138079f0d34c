import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What must never be seen by a script. */
export const SECRET = 'canary-8c1f';

/** A folder of scripts with every way out that a file system offers, and what lies outside. */
export interface ScriptFolder {
  readonly root: string;
  readonly folder: string;
  readonly outside: string;
  /** Everything outside: names, kinds, contents. The same before and after: nothing was touched. */
  outsideState(): string;
}

export function makeScriptFolder(): ScriptFolder {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'dovebell-escape-')));
  const [folder, outside] = [path.join(root, 'scripts'), path.join(root, 'outside')];
  for (const made of [
    folder,
    outside,
    path.join(outside, 'inner'),
    path.join(folder, 'sub'),
    `${folder}-sibling`,
  ])
    mkdirSync(made);
  writeAll(outside, {
    'secret.txt': SECRET,
    'secret.lua': `return '${SECRET}'`,
    'inner/secret.lua': `return '${SECRET}'`,
    'evil.js': evilCode(root),
  });
  writeAll(`${folder}-sibling`, { 'secret.txt': SECRET });
  writeAll(folder, {
    'script.lua': 'return 1',
    'helper.lua': `return 'helper'`,
    'data.txt': 'data',
    'sub/data.txt': 'sub data',
    'evil.js': evilCode(root),
    'evil.cjs': evilCode(root),
    'evil.so': 'not machine code',
    '.hidden': SECRET,
    'sub/.env': SECRET,
    'broken.lua': '\x1bLua',
  });
  writeFileSync(path.join(folder, 'program'), '#!/bin/sh\n', { mode: 0o755 });
  linkSync(path.join(outside, 'secret.txt'), path.join(folder, 'hard.txt'));
  makeLinks(folder, {
    'link.txt': '../outside/secret.txt',
    'link.lua': path.join(outside, 'secret.lua'),
    'links.txt': 'link.txt',
    dir: outside,
    'sub/up': '../..',
    'new.txt': '../outside/new.txt',
    loop: 'loop',
    passwd: '/etc/passwd',
    proc: '/proc/self',
    zero: '/dev/zero',
    'hidden.txt': '.hidden',
    'to-script.txt': 'helper.lua',
    'inside.txt': 'data.txt',
  });
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  return { root, folder, outside, outsideState: () => describeOutside(root, folder) };
}

/** What it would do if anything ran it. */
function evilCode(root: string): string {
  return `require('node:fs').writeFileSync(${JSON.stringify(path.join(root, 'executed'))}, '')`;
}

function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
}

function makeLinks(folder: string, links: Readonly<Record<string, string>>): void {
  for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(folder, name));
}

function describeOutside(root: string, folder: string): string {
  const lines: string[] = [];
  function walk(within: string): void {
    for (const entry of readdirSync(within, { withFileTypes: true })) {
      const place = path.join(within, entry.name);
      if (place === folder) continue;
      lines.push(`${place} ${entry.isFile() ? readFileSync(place, 'utf8') : ''}`);
      if (entry.isDirectory()) walk(place);
    }
  }
  walk(root);
  return lines.toSorted().join('\n');
}
