import { readFile } from 'node:fs/promises';
import type { PushEvent } from '#framework';
import { parseMessage } from '#message';
import { parseNumber, parseOptions, StartError, UINT32_MAX, type Command } from './command.ts';
import { oxBody } from './ox-body.ts';

/** The message is the first in a fresh mailbox, and the same file gives the same output. */
const options = {
  data: { type: 'string' },
  user: { type: 'string', default: 'alice@example.com' },
  mailbox: { type: 'string', default: 'INBOX' },
  uid: { type: 'string', default: '1' },
  'uid-validity': { type: 'string', default: '1700000000' },
  unseen: { type: 'string', default: '1' },
  append: { type: 'boolean', default: false },
  ox: { type: 'boolean', default: false },
} as const;

/** Prints the event, or the exact OX body, that Dovecot would send for a message. */
export const eventCommand: Command = {
  usage:
    'dovebell event FILE.eml [--user U] [--mailbox M] [--append] [--ox] [--uid 1] [--uid-validity 1700000000] [--unseen 1]',
  async run(args, output) {
    const { values, positionals } = parseOptions(args, options, { names: ['the file of the message'] });
    const [file = ''] = positionals;
    const event: PushEvent = {
      name: values.append ? 'MessageAppend' : 'MessageNew',
      user: values.user,
      mailbox: values.mailbox,
      uid: parseNumber('--uid', values.uid, 0, UINT32_MAX),
      uidValidity: parseNumber('--uid-validity', values['uid-validity'], 0, UINT32_MAX),
      ...parseMessage(await readMessage(file)),
      flags: [],
      keywords: [],
    };
    if (!values.ox) {
      output.out(JSON.stringify(event));
      return 0;
    }
    const body = oxBody(event, parseNumber('--unseen', values.unseen, 0, UINT32_MAX));
    if (body === undefined)
      output.err('Dovecot sends nothing through ox for an appended message, only for a delivered one');
    else output.out(body);
    return 0;
  },
};

async function readMessage(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
