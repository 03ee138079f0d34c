import { normalizeMailboxName, StoreError } from '#store';
import type { PushProtocol } from '../config/push-config.ts';
import { DoveadmError } from './doveadm-error.ts';
import { parseDoveadm, performDoveadm } from './doveadm.ts';
import { ImapSyntaxError } from './imap-arguments.ts';
import { createImapSession } from './imap-session.ts';
import { deliverTo, openRawUser, startLmtp, type LmtpProcess, type LmtpStep } from './lmtp-process.ts';
import { ProcessDied, startProcess, type MailProcess, type MailWorld } from './mail-process.ts';
import { messageBytes, type ScenarioInput, type ScenarioStep } from './scenario.ts';
import type { ServerConfig } from './server-config.ts';

/** What the server answered: to an IMAP command, for an LMTP recipient, or of a program. */
export interface StepAnswer {
  readonly step: number;
  readonly to: string;
  readonly answer: string;
}

export interface StepOptions {
  readonly world: MailWorld;
  /** What the configuration says about one protocol. */
  readonly configFor: (protocol: PushProtocol) => ServerConfig;
  /** The user of IMAP sessions that name none. */
  readonly user: string;
  /** Called before each IMAP command with its position among all of them: time may pass there. */
  readonly beforeCommand?: (position: number) => void;
  readonly answered: (answer: StepAnswer) => void;
}

type ImapStep = Extract<ScenarioStep, { imap: unknown }>['imap'];

/** Performs the steps one after another, each in a process of its own as Dovecot does. */
export async function performSteps(steps: ScenarioInput['steps'], options: StepOptions): Promise<void> {
  const lmtp = createLmtpSteps(options);
  const imap = createImapSteps(options);
  for (const [position, step] of steps.entries()) {
    try {
      if (!('lmtp' in step)) await lmtp.end();
      if ('lmtp' in step) await lmtp.perform(position, step.lmtp);
      else if ('imap' in step) await imap.perform(position, step.imap);
      else if ('failed' in step) await lmtp.connect();
      else await performExec(position, step, options);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      options.answered({ step: position, to: Object.keys(step)[0] ?? '', answer: error.message });
    }
  }
  await lmtp.end();
}

function isRefusal(error: unknown): error is Error {
  return [ProcessDied, StoreError, DoveadmError, ImapSyntaxError].some((kind) => error instanceof kind);
}

function createLmtpSteps({ world, configFor, answered }: StepOptions) {
  let current: LmtpProcess | undefined;
  const end = async () => {
    await current?.end();
    current = undefined;
  };
  return {
    end,
    async connect(): Promise<void> {
      current = startLmtp(startProcess(world, configFor('lmtp')));
      await current.deliver({ rcpt_to: [] });
    },
    async perform(step: number, delivery: LmtpStep): Promise<void> {
      if (!delivery.same_session) await end();
      current ??= startLmtp(startProcess(world, configFor('lmtp')));
      for (const [to, answer] of await current.deliver(delivery)) answered({ step, to, answer });
    },
  };
}

function createImapSteps({ world, configFor, user, beforeCommand, answered }: StepOptions) {
  let performed = 0;
  return {
    async perform(step: number, imap: ImapStep): Promise<void> {
      const process = startProcess(world, configFor('imap'));
      const session = await process.openUser(normalizeUser(imap.user ?? user));
      const client = createImapSession(session.mail);
      for (const [position, command] of imap.commands.entries()) {
        beforeCommand?.(performed++);
        const isLast = position === imap.commands.length - 1;
        const answer = await client.perform(command, isLast ? imap.unfinished_tail : undefined);
        answered({ step, to: describeCommand(command), answer });
      }
      await session.close();
    },
  };
}

function describeCommand(command: ImapStep['commands'][number]): string {
  const parts = typeof command === 'string' ? [command] : command;
  return parts.map((part) => (typeof part === 'string' ? part : `{${messageBytes(part).length}}`)).join('');
}

async function performExec(
  step: number,
  { exec: [program = '', ...args], stdin }: Extract<ScenarioStep, { exec: unknown }>,
  { world, configFor, answered }: StepOptions,
): Promise<void> {
  const name = program.slice(program.lastIndexOf('/') + 1);
  const input = messageBytes(stdin ?? {});
  if (name === 'dovecot-lda')
    await runLda(startProcess(world, withOptions(configFor('lda'), args)), args, input);
  else if (name === 'doveadm') await runDoveadm(startProcess(world, configFor('doveadm')), args, input);
  else throw new DoveadmError(`${name} is no program that can be simulated: doveadm and dovecot-lda are`);
  answered({ step, to: name, answer: 'exit 0' });
}

/** Settings given on the command line: `-o name=value`. */
function withOptions(config: ServerConfig, args: readonly string[]): ServerConfig {
  const given = args
    .filter((_setting, at) => args[at - 1] === '-o')
    .map((setting) => /^([^=]*)=?(.*)$/s.exec(setting) ?? [])
    .map(([, name = '', value = '']) => [name, value] as const);
  return { ...config, settings: new Map([...config.settings, ...given]) };
}

async function runLda(process: MailProcess, args: readonly string[], raw: Uint8Array): Promise<void> {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const mailbox = normalizeMailboxName(option('-m') ?? 'INBOX');
  const session = await process.openUser(normalizeUser(option('-d') ?? ''));
  const rawSession = await openRawUser(process);
  await deliverTo(session.mail, process, { mailbox, raw });
  await session.close();
  await rawSession.close();
}

async function runDoveadm(process: MailProcess, args: readonly string[], stdin: Uint8Array): Promise<void> {
  const command = parseDoveadm(args);
  const session = await process.openUser(normalizeUser(command.user));
  try {
    await performDoveadm(session.mail, command, stdin);
  } finally {
    await session.close();
  }
}

// auth_username_format of the recorded servers: lower case.
function normalizeUser(user: string): string {
  return user.toLowerCase();
}
