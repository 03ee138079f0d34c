import {
  MetadataError,
  normalizeMailboxName,
  openMetadataFile,
  type Metadata,
  type MetadataFile,
} from '#store';
import { dataFolder } from '../config/data-folder.ts';
import { parseOptions, StartError, UsageError, type Command, type ExitCode, type Output } from './command.ts';

const options = {
  data: { type: 'string' },
  user: { type: 'string', short: 'u' },
  /** doveadm takes it for entries of the server; an empty mailbox says the same. */
  server: { type: 'boolean', short: 's', default: false },
} as const;

/** What an action works on: the mailbox, the entry and a value, as far as they were given. */
interface Request {
  readonly metadata: Metadata;
  readonly mailbox: string;
  readonly entry: string;
  readonly value: string;
}

interface Action {
  readonly words: readonly string[];
  readonly isChange: boolean;
  readonly perform: (request: Request, output: Output) => ExitCode;
}

const actions: ReadonlyMap<string, Action> = new Map([
  ['get', { words: ['MAILBOX', 'ENTRY'], isChange: false, perform: get }],
  ['set', { words: ['MAILBOX', 'ENTRY', 'VALUE'], isChange: true, perform: set }],
  ['unset', { words: ['MAILBOX', 'ENTRY'], isChange: true, perform: unset }],
  ['list', { words: ['MAILBOX'], isChange: false, perform: list }],
]);

/** METADATA of users without a mail server: the ox driver's switch is one of the entries. Like doveadm's. */
export const metadataCommand: Command = {
  usage:
    'dovebell metadata get|set|unset|list -u USER MAILBOX [ENTRY] [VALUE] [--data DIR]   (MAILBOX "" is the server)',
  async run([name = '', ...args], output) {
    const action = actions.get(name);
    if (!action)
      throw new UsageError(name ? `There is no metadata ${name}` : 'Say what to do: get, set, unset or list');
    const { values, positionals } = parseOptions(args, options, { names: action.words });
    if (!values.user) throw new UsageError('Say whose METADATA: -u USER');
    const file = await openFile(dataFolder(values.data));
    const [mailbox = '', entry = '', value = ''] = positionals;
    const metadata = file.forUser(values.user);
    const request = { metadata, mailbox: values.server ? '' : normalizeMailboxName(mailbox), entry, value };
    const code = performChecked(action, request, output);
    if (action.isChange && code === 0) await file.save();
    return code;
  },
};

async function openFile(folder: string): Promise<MetadataFile> {
  try {
    return await openMetadataFile(folder);
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

function performChecked({ perform }: Action, request: Request, output: Output): ExitCode {
  try {
    return perform(request, output);
  } catch (error) {
    if (error instanceof MetadataError) throw new UsageError(error.message);
    throw error;
  }
}

function get({ metadata, mailbox, entry }: Request, output: Output): ExitCode {
  const value = metadata.get(mailbox, entry);
  if (value === undefined) return notSet(entry, output);
  output.out(value);
  return 0;
}

function set({ metadata, mailbox, entry, value }: Request): ExitCode {
  metadata.set(mailbox, entry, value);
  return 0;
}

function unset({ metadata, mailbox, entry }: Request, output: Output): ExitCode {
  return metadata.unset(mailbox, entry) ? 0 : notSet(entry, output);
}

function list({ metadata, mailbox }: Request, output: Output): ExitCode {
  for (const entry of metadata.list(mailbox)) output.out(entry);
  return 0;
}

function notSet(entry: string, output: Output): ExitCode {
  output.err(`${entry} is not set`);
  return 1;
}
