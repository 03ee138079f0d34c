import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCheckout } from './checkout.mjs';
import { EDITS, editSource } from './fengari-edits.mjs';
import { say } from './progress.mjs';
import { makePresent } from './setup-lock.mjs';

const FOLDER = inCheckout('out', 'fengari');
const STAMP = path.join(FOLDER, '.built-from');
const ENTRY = inCheckout('scripts', 'fengari-entry.mjs');
/** What our edits call: `#fengari-part/NAME`. */
const PARTS = inCheckout('scripts', 'fengari');

/**
 * Makes out/fengari/fengari.mjs present: the package's own sources in one file, with our edits
 * (scripts/fengari-edits.mjs) applied. What `#fengari` stands for.
 *
 * @throws Error when an edit does not find its place exactly as often as it must
 */
export function ensureFengari() {
  return makePresent(isBuilt, buildFengari);
}

function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

function fingerprint() {
  const inputs = [
    inCheckout('node_modules', 'fengari', 'package.json'),
    inCheckout('scripts', 'fengari.mjs'),
    ENTRY,
    inCheckout('scripts', 'fengari-edits.mjs'),
    ...filesIn(inCheckout('scripts', 'fengari-edits')),
    ...filesIn(PARTS),
  ];
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function filesIn(folder) {
  return readdirSync(folder)
    .toSorted()
    .map((name) => path.join(folder, name));
}

async function buildFengari() {
  const from = fingerprint();
  say('preparing fengari (out/fengari) …');
  const { build } = await import('vite');
  await build({
    root: inCheckout(),
    configFile: false,
    logLevel: 'error',
    plugins: [fengariPlugin()],
    build: {
      ssr: ENTRY,
      target: 'node20.18',
      outDir: FOLDER,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { format: 'es', entryFileNames: 'fengari.mjs' } },
    },
    ssr: { noExternal: true },
  });
  writeFileSync(STAMP, from);
}

function fengariPlugin() {
  const seen = new Set();
  return {
    name: 'fengari',
    enforce: 'pre',
    resolveId(source) {
      const part = /^#fengari-part\/(.+)$/.exec(source)?.[1];
      return part === undefined ? undefined : path.join(PARTS, part);
    },
    load(id) {
      const name = /node_modules\/fengari\/src\/(\w+\.js)$/.exec(id.replaceAll('\\', '/'))?.[1];
      if (!name) return undefined;
      seen.add(name);
      return editSource(name, readFileSync(id, 'utf8'));
    },
    buildEnd(error) {
      if (error) return;
      const missing = Object.keys(EDITS).filter((name) => !seen.has(name));
      if (missing.length > 0) throw new Error(`fengari has no ${missing.join(', ')} to edit`);
    },
  };
}
