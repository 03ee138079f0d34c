import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitUntil } from '../../scripts/desktop-session.mjs';
import { endProcess, runProcess, spawnDependent } from '../../scripts/run-process.mjs';
import { MAIL_UID, dovecotConfig } from './dovecot-config.ts';
import { freePort, isListening } from './free-port.ts';
import { deliverByLmtp } from './lmtp-client.ts';
import type { LmtpDelivery } from './lmtp-client.ts';

const DOVECOT = '/usr/sbin/dovecot';
const DOVEADM = '/usr/bin/doveadm';
const DEFAULT_PLUGINS = 'notify push_notification';
/** Where Dovecot's ox driver looks whether, and under which name, a user wants notifications. */
const OX_METADATA_KEY = '/private/vendor/vendor.dovecot/http-notify';

/** A real Dovecot of the test's own. */
export interface Dovecot {
  readonly lmtpPort: number;
  readonly imapPort: number;
  readonly folder: string;
  readonly logFile: string;
  /** Delivers a message; resolves to the answers, one per accepted recipient. */
  deliver(delivery: Omit<LmtpDelivery, 'port'>): Promise<string[]>;
  /** Sets METADATA of a user's account; the value is "user=…" for the ox driver's own key. */
  metadataSet(user: string, key: string, value: string): Promise<void>;
  /** Switches the ox driver on for a user, as `doveadm mailbox metadata set` in its documentation. */
  enableOx(user: string, userValue?: string): Promise<void>;
  log(): Promise<string>;
  /** Replaces the `plugin { … }` settings and has Dovecot read them. */
  reload(pluginSettings: string): Promise<void>;
  stop(): Promise<void>;
}

export interface DovecotOptions {
  /** For example `push_notification_driver = ox:url=http://login:password@127.0.0.1:8009/…`. */
  readonly pluginSettings: string;
  readonly mailPlugins?: string;
}

/** Why a real Dovecot cannot be started here; undefined when it can. Only 2.3 speaks the configuration used here. */
export async function whyNoDovecot(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'Dovecot switches users, which takes root';
  const needed = [DOVECOT, DOVEADM, '/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/imap'];
  const missing = needed.find((file) => !existsSync(file));
  if (missing !== undefined) return `${missing} is not installed`;
  const { output } = await runProcess(DOVECOT, ['--version']);
  return output.startsWith('2.3.') ? undefined : `Dovecot ${output.trim()} is not 2.3`;
}

/** Starts a Dovecot in a folder of its own, on free ports of 127.0.0.1. */
export async function startDovecot({
  pluginSettings,
  mailPlugins = DEFAULT_PLUGINS,
}: DovecotOptions): Promise<Dovecot> {
  const reason = await whyNoDovecot();
  if (reason !== undefined) throw new Error(reason);
  const folder = await prepareFolder();
  const [lmtpPort, imapPort] = [await freePort(), await freePort()];
  const configFile = path.join(folder, 'dovecot.conf');
  const logFile = path.join(folder, 'dovecot.log');
  const configure = (plugin: string): Promise<void> =>
    writeFile(configFile, dovecotConfig({ folder, lmtpPort, imapPort, pluginSettings: plugin, mailPlugins }));
  const log = (): Promise<string> => readFile(logFile, 'utf8').catch(() => '');

  await configure(pluginSettings);
  const child = spawnDependent(DOVECOT, ['-F', '-c', configFile], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await endProcess(child, 5_000);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const doveadm = async (...args: string[]): Promise<void> => {
    const { code, output } = await runProcess(DOVEADM, ['-c', configFile, ...args], { timeoutMs: 15_000 });
    if (code !== 0) throw new Error(`doveadm ${args.join(' ')} failed: ${output}`);
  };
  const metadataSet = (user: string, key: string, value: string): Promise<void> =>
    doveadm('mailbox', 'metadata', 'set', '-u', user, '-s', '', key, value);

  try {
    await waitUntil('Dovecot to listen', async () => {
      if (child.exitCode !== null) throw new Error(`dovecot ended (${child.exitCode}): ${await log()}`);
      return (await isListening(lmtpPort)) && (await isListening(imapPort));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    lmtpPort,
    imapPort,
    folder,
    logFile,
    deliver: (delivery) => deliverByLmtp({ ...delivery, port: lmtpPort }),
    metadataSet,
    enableOx: (user, userValue = user) => metadataSet(user, OX_METADATA_KEY, `user=${userValue}`),
    log,
    async reload(plugin) {
      const countReloads = async (): Promise<number> => (await log()).split('SIGHUP received').length;
      const before = await countReloads();
      await configure(plugin);
      child.kill('SIGHUP');
      await waitUntil('Dovecot to reload', async () => (await countReloads()) > before);
    },
    stop,
  };
}

async function prepareFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dovebell-dovecot-'));
  // Mail processes run as another user and walk down to their mail.
  await chmod(folder, 0o755);
  for (const name of ['base', 'state', 'mail']) await mkdir(path.join(folder, name));
  await chown(path.join(folder, 'mail'), MAIL_UID, MAIL_UID);
  return folder;
}
