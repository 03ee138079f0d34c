import { openMailbox, openSaveTransaction, StoreError, type NewMessage, type SaveTransaction } from '#store';
import { ImapSyntaxError, parseFlags, parseImapArguments } from './imap-arguments.ts';
import { mailboxArgument, type ImapState } from './imap-view.ts';
import { messageBytes, type ImapCommand, type ScenarioMessage } from './scenario.ts';
import { formatNumbers } from './sequence-set.ts';

/** The messages of one APPEND, each with the text before it. `tail` is what follows the last. */
export interface AppendCommand {
  readonly messages: readonly { readonly text: string; readonly message: ScenarioMessage }[];
  readonly tail: string;
  /** The connection was lost while the command was sent. */
  readonly isUnfinished: boolean;
}

/** Takes the parts of an APPEND or MULTIAPPEND (RFC 3502) apart. */
export function readAppend(command: ImapCommand, unfinishedTail: string | undefined): AppendCommand {
  const messages: AppendCommand['messages'][number][] = [];
  let text = '';
  for (const part of typeof command === 'string' ? [command] : command) {
    if (typeof part === 'string') text += part;
    else {
      messages.push({ text, message: part });
      text = '';
    }
  }
  return { messages, tail: text, isUnfinished: unfinishedTail !== undefined };
}

/**
 * Performs APPEND. Messages come in one by one; whatever goes wrong after the first rolls all of them back.
 *
 * @throws StoreError when the mailbox is not there, ImapSyntaxError when the command is wrong.
 */
export async function append(state: ImapState, command: AppendCommand): Promise<string> {
  const [first] = command.messages;
  const [, name] = parseImapArguments(first?.text ?? command.tail);
  const mailbox = await openMailbox(state.session, mailboxArgument(name), 'TRYCREATE');
  const transaction = openSaveTransaction(state.session, mailbox, 'append');
  try {
    await saveAll(transaction, command);
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
  if (command.isUnfinished) {
    await transaction.rollback();
    return '';
  }
  const uids = await transaction.commit();
  return `[APPENDUID ${mailbox.uidValidity} ${formatNumbers(uids)}] Append completed.`;
}

async function saveAll(transaction: SaveTransaction, { messages, tail }: AppendCommand): Promise<void> {
  for (const [position, { text, message }] of messages.entries()) {
    const skipped = position === 0 ? 2 : 0;
    const raw = messageBytes(message);
    const flags = readMessageArguments(text, skipped);
    if (raw.length === 0) throw new StoreError('CANNOT', "Can't save a zero byte message.");
    await transaction.save({ raw, ...flags });
  }
  if (messages.length === 0 || tail.trim() !== '') throw new ImapSyntaxError('Invalid arguments.');
}

// [(flags)] ["internal date"] before each literal.
function readMessageArguments(text: string, skipped: number): Omit<NewMessage, 'raw'> {
  const args = parseImapArguments(text).slice(skipped);
  const flags = args[0]?.kind === 'list' ? parseFlags(args[0].items) : { flags: [], keywords: [] };
  const [date, ...others] = args[0]?.kind === 'list' ? args.slice(1) : args;
  if (others.length > 0 || (date && date.kind !== 'string')) throw new ImapSyntaxError('Invalid arguments.');
  if (date?.kind === 'string' && !internalDate.test(date.text))
    throw new ImapSyntaxError('Invalid internal date.');
  return flags;
}

const internalDate = /^[ \d]?\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}$/;
