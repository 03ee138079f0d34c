import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { PushDialect } from '../config/push-config.ts';
import { startEndpoint, type EndpointServer } from './endpoint-server.ts';
import type { RecordedEndpoint, RecordedRequest, RecordedRun, Recording } from './recording.ts';

/** The port on which nothing listened while recording. */
const CLOSED_PORT = '24099';
const MAX_PORT = 65_535;

/**
 * The surroundings of one run: servers in place of the recorded ones, a folder for `$DIR`. Ports and paths
 * differ from the recording's; `toLocal` and `toRecorded` translate.
 */
export interface Stage {
  readonly folder: string;
  /** What the servers got, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  toLocal(text: string): string;
  toRecorded(text: string): string;
  close(): Promise<void>;
}

/** Files that recordings name and do not hold. */
export interface StageFixtures {
  /** Holds self-signed.key and self-signed.pem, for localhost. */
  readonly tlsFolder: string;
  /** Hold scripts, `NAME.lua` or, where the dialects have different ones, `NAME-2.3.lua` and `NAME-2.4.lua`. */
  readonly scriptFolders: readonly string[];
}

export interface StageOptions {
  readonly recording: Recording;
  readonly run: RecordedRun;
  readonly dialect: PushDialect;
  readonly fixtures: StageFixtures;
}

export async function setStage({ recording, run, dialect, fixtures }: StageOptions): Promise<Stage> {
  // Short: Lua shows at most 59 characters of a path, and the recorded ones were shown whole.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dbc-'));
  const tls = {
    key: readFileSync(path.join(fixtures.tlsFolder, 'self-signed.key'), 'utf8'),
    cert: readFileSync(path.join(fixtures.tlsFolder, 'self-signed.pem'), 'utf8'),
  };
  await fillFolder(folder, tls.cert, { recording, run, dialect, fixtures });
  const requests: RecordedRequest[] = [];
  const servers = new Map<string, EndpointServer>();
  const { endpoint } = run;
  const toLocal = (text: string) => mapPorts(text.replaceAll('$DIR', folder), servers, 'local');
  for (const [port, isTls] of endpoint ? serverPorts(run) : []) {
    const statuses = statusesOf(endpoint as RecordedEndpoint, run);
    const options = {
      endpoint: endpoint as RecordedEndpoint,
      statuses,
      requests,
      toLocal,
      ...(isTls && { tls }),
    };
    servers.set(port, await startEndpoint(options));
  }
  return {
    folder,
    requests,
    toLocal,
    toRecorded: (text) => mapPorts(text.replaceAll(folder, '$DIR'), servers, 'recorded'),
    async close() {
      for (const server of servers.values()) await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fillFolder(folder: string, certificate: string, options: StageOptions): Promise<void> {
  for (const name of ['tls', 'scripts', 'out']) await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, 'tls', 'cert.pem'), certificate);
  for (const name of scriptsOf(options)) {
    const given = options.recording.input.scripts?.find((script) => path.basename(script.name) === name);
    const file = path.join(folder, 'scripts', name);
    const text = given?.text ?? findFixture(name, options);
    if (text !== undefined) await writeFile(file, text);
    // Nothing else in a recording says so.
    else if (isSaid(options, name, 'Is a directory')) await mkdir(file);
  }
}

/** The master says so of a process that died. */
export const isDeath = (line: string) => / killed with signal \d+/.test(line);

/** Whether Dovecot said this of a script. */
function isSaid({ recording, run }: StageOptions, name: string, reason: string): boolean {
  const { stderr = [], reload = [] } = recording.doveconf ?? {};
  return [...run.log, ...stderr, ...reload].some(
    (line) => line.includes(`/scripts/${name}`) && line.includes(reason),
  );
}

/** The scripts that the recording holds or its configuration names. */
function scriptsOf({ recording, run }: StageOptions): readonly string[] {
  const held = (recording.input.scripts ?? []).map(({ name }) => path.basename(name));
  const named = [...run.config.matchAll(/\$DIR\/scripts\/([\w.-]+\.lua)/g)].map(([, name = '']) => name);
  return [...new Set([...held, ...named])];
}

function findFixture(name: string, { dialect, fixtures }: StageOptions): string | undefined {
  const names = [name, name.replace(/\.lua$/, `-${dialect}.lua`), name.replace(/^seed-/, '')];
  const files = fixtures.scriptFolders.flatMap((folder) => names.map((each) => path.join(folder, each)));
  const file = files.find((each) => existsSync(each));
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}

/** Why the surroundings of a recording cannot be made here; undefined when they can. */
export function missingSurroundings(options: StageOptions): string | undefined {
  const { recording, run } = options;
  if (run.config.match(/^mail_lua \{/m))
    return 'mail_lua of 2.4 is a plugin of its own, which is not hosted here';
  if (recording.input.steps.every((step) => 'failed' in step) && run.log.some(isDeath))
    return 'the recording does not say what was done when the process died';
  const missing = scriptsOf(options).find((name) => {
    const held = recording.input.scripts?.find((script) => path.basename(script.name) === name);
    // Only what was there while recording can be missing here.
    return held !== undefined && held.text === undefined && findFixture(name, options) === undefined;
  });
  if (missing !== undefined) return `the script ${missing} is not here`;
  const unreadable = scriptsOf(options).some((name) => isSaid(options, name, 'Permission denied'));
  return unreadable ? 'a file that its owner cannot read is one that nobody else can either' : undefined;
}

/** Ports of this machine that the configuration names, and whether TLS is spoken there. */
function serverPorts({ config }: RecordedRun): Map<string, boolean> {
  const found = config.matchAll(/(https?):\/\/(?:[^@/\s]*@)?(?:127(?:\.\d+)+\.?|localhost):(\d+)/gi);
  const ports = [...found].map(([, scheme, port = '']) => [port, scheme?.toLowerCase() === 'https'] as const);
  return new Map(ports.filter(([port]) => port !== CLOSED_PORT && Number(port) <= MAX_PORT));
}

// Where the answers were computed, the recording holds them in its log.
function statusesOf({ status }: RecordedEndpoint, { log }: RecordedRun): readonly number[] {
  if (status !== 'function') return [status].flat();
  return log.flatMap((line) => /: Got (\d{3}) response: /.exec(line)?.[1] ?? []).map(Number);
}

function mapPorts(
  text: string,
  servers: ReadonlyMap<string, EndpointServer>,
  direction: 'local' | 'recorded',
): string {
  const names = new Map(
    [...servers].map(([recorded, { port }]) =>
      direction === 'local' ? [recorded, `${port}`] : [`${port}`, recorded],
    ),
  );
  return text.replace(/:(\d{4,5})\b/g, (whole, port: string) => {
    const other = names.get(port);
    return other === undefined ? whole : `:${other}`;
  });
}

/** What Dovecot says of a file that it cannot read; undefined when there is nothing wrong. */
export function fileProblem(file: string): string | undefined {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return `read(${file}) failed: Is a directory`;
  return existsSync(file) ? undefined : `open(${file}) failed: No such file or directory`;
}
