import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** Who may import whom. Keys and values are folders or files; the longest key that fits a file counts. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'main/framework': ['main/framework', 'zod'],
  'main/contract': ['main/contract', 'main/framework', 'zod'],
  'main/message': ['main/message', 'main/framework', 'iconv-lite'],
  'main/store': ['main/store', 'main/framework', 'zod', 'node:fs', 'node:path'],
  drivers: ['drivers', 'main/framework', 'main/contract', 'zod', 'node:'],
  // A driver knows no other; HTTP as Dovecot speaks it is for all of them.
  'drivers/dlog': ['main/framework', 'zod'],
  'drivers/http': ['drivers/http', 'main/framework', 'node:'],
  'drivers/ox': ['drivers/ox', 'drivers/http', 'main/framework', 'main/contract', 'zod', 'node:'],
  'drivers/lua': [
    'drivers/lua',
    'drivers/http',
    'main/framework',
    'main/contract',
    'fengari',
    'zod',
    'node:',
  ],
  'main/config': ['main/config', 'main/framework', 'main/contract', 'main/message', 'zod', 'node:'],
  'main/sources': ['main/sources', 'main/framework', 'main/contract', 'main/message', 'express', 'node:'],
  'main/timeline': ['main/timeline', 'main/framework', 'main/contract', 'libsql', 'node:'],
  'main/toast': ['main/toast', 'main/framework', 'main/contract', 'node-notifier', 'node:'],
  main: ['main', 'drivers', 'undici', 'zod', 'node:'],
  'main/conformance': ['main', 'drivers', 'fengari', 'zod', 'node:'],
  'main/app': ['main', 'electron', 'zod', 'node:'],
  renderer: [
    'renderer',
    'main/contract/ipc',
    'main/contract/report',
    'react',
    'react-dom',
    '@tanstack/react-virtual',
    '@fontsource-variable',
  ],
};
/** `main` above means the program's own rooms, and these are not among them. */
const notFor: Readonly<Record<string, readonly string[]>> = {
  main: ['main/app'],
  'main/app': ['main/framework', 'main/sources', 'main/timeline', 'main/message', 'drivers'],
};

const aliases: readonly (readonly [RegExp, string])[] = [
  [/^#framework$/, 'main/framework/index'],
  [/^#contract\/(.*)$/, 'main/contract/$1'],
  [/^#message$/, 'main/message/index'],
  [/^#store$/, 'main/store/index'],
  [/^#drivers$/, 'drivers/index'],
  [/^#fengari$/, 'fengari'],
];

const files = ['main', 'drivers', 'renderer'].flatMap((top) =>
  readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(top, name.replaceAll('\\', '/'))),
);

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^;'"]*?\bfrom\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
  );
  return [...found].map((match) => resolve(file, match[1] ?? match[2] ?? match[3] ?? ''));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  for (const [pattern, target] of aliases) {
    if (pattern.test(specifier)) return specifier.replace(pattern, target);
  }
  return specifier;
}

function isWithin(target: string, folder: string): boolean {
  return folder.endsWith(':')
    ? target.startsWith(folder)
    : target === folder || target.startsWith(`${folder}/`) || target.startsWith(`${folder}.`);
}

function ruleFor(file: string): string {
  const rules = Object.keys(mayImport).filter((folder) => isWithin(file, folder));
  return rules.toSorted((one, other) => other.length - one.length)[0] ?? '';
}

describe('the house', () => {
  it('has sources', () => {
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)('%s imports only what its room may', (file) => {
    const rule = ruleFor(file);
    const wrong = importsOf(file).filter(
      (target) =>
        !(mayImport[rule] ?? []).some((allowed) => isWithin(target, allowed)) ||
        (notFor[rule] ?? []).some((forbidden) => isWithin(target, forbidden)),
    );
    expect(wrong).toEqual([]);
  });

  it('has no default exports, enums or utils', () => {
    const sinful = files.filter((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return (
        /^export default|^(export )?(const )?enum /m.test(text) ||
        /utils|helpers|manager/.test(path.basename(file))
      );
    });
    expect(sinful).toEqual([]);
  });
});
