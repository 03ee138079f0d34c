import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createScriptRunner } from '../drivers/lua/sandbox/script-runner.ts';

const root = path.resolve(import.meta.dirname, '../..');
const double = readFileSync(path.join(root, 'test/fixtures/bridge/dovecot-double.lua'));
export const bridgeScript = readFileSync(path.join(root, 'assets/dovebell-bridge.lua'));

/** What the bridge did: requests in order, log lines by level, connections. */
export interface Emission {
  readonly kind: string;
  readonly text: Buffer;
}

/** An interpreter that can run the bridge against the double of Dovecot. */
export interface Interpreter {
  readonly name: string;
  /** `chunk` is Lua: see test/fixtures/bridge/dovecot-double.lua for what it can call. */
  readonly run: (chunk: string) => Emission[];
}

/** Runs a chunk after the double and the bridge, with `before` in front of both. */
function program(chunk: string, emit: string): Buffer {
  const bridge = `local load = loadstring or load\nassert(load(BRIDGE, "@dovebell-bridge.lua"))()\n`;
  const text = `BRIDGE = "${escapeBytes(bridgeScript)}"\n`;
  return Buffer.concat([Buffer.from(`${emit}\n${text}`), double, Buffer.from(`\n${bridge}\n${chunk}\n`)]);
}

const escapeBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `\\${byte.toString().padStart(3, '0')}`).join('');

/** A line for each piece: scripts cannot print longer ones here. */
const EMIT = `function emit(kind, text)
  local hex = text:gsub(".", function(c) return string.format("%02x", c:byte()) end)
  io.write(kind, " ", hex:sub(1, 30000), "\\n")
  for from = 30001, #hex, 30000 do io.write("+ ", hex:sub(from, from + 29999), "\\n") end
end`;

function runBinary(command: string, chunk: string): Emission[] {
  const { status, stdout, stderr } = spawnSync(command, ['-'], {
    input: program(chunk, EMIT),
    timeout: 20_000,
  });
  if (status !== 0) throw new Error(`${command}: ${stderr.toString()}`);
  return readEmissions(stdout.toString('latin1').split('\n'));
}

function readEmissions(lines: readonly string[]): Emission[] {
  const whole = lines.join('\n').replaceAll('\n+ ', '');
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [kind = '', hex = ''] = line.split(' ');
      return { kind, text: Buffer.from(hex, 'hex') };
    });
}

/** With the libraries that scripts have here. */
function runFengari(chunk: string): Emission[] {
  const runner = createScriptRunner({ folder: path.join(root, 'assets') });
  const { error, printed } = runner.run(program(chunk, EMIT).toString('latin1'));
  if (error !== undefined) throw new Error(error);
  return readEmissions(printed);
}

const isInstalled = (command: string): boolean => spawnSync(command, ['-v']).error === undefined;

/** fengari, and each of the Lua versions that Dovecot is built with that is installed here. */
export const interpreters: readonly Interpreter[] = [
  { name: 'fengari', run: runFengari },
  ...['lua5.1', 'lua5.3', 'lua5.4']
    .filter(isInstalled)
    .map((name) => ({ name, run: (chunk: string) => runBinary(name, chunk) })),
];

/** The bodies of the requests among the emissions. */
export function bodiesOf(emissions: readonly Emission[]): Buffer[] {
  return emissions
    .filter(({ kind }) => kind === 'request')
    .map(({ text }) => text.subarray(text.indexOf('\r\n\r\n') + 4));
}

/** The log lines among the emissions, each with its level in front. */
export function logOf(emissions: readonly Emission[]): string[] {
  return emissions
    .filter(({ kind }) => ['debug', 'info', 'warning', 'error'].includes(kind))
    .map(({ kind, text }) => `${kind}: ${text.toString()}`);
}
