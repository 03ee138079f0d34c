import type { MailSession } from '#store';
import { append, readAppend } from './imap-append.ts';
import { argumentText, ImapSyntaxError, parseImapArguments, type ImapArgument } from './imap-arguments.ts';
import * as mailboxes from './imap-mailboxes.ts';
import * as messages from './imap-messages.ts';
import type { ImapHandler } from './imap-messages.ts';
import type { ImapState } from './imap-view.ts';
import { messageBytes, type ImapCommand } from './scenario.ts';

const handlers: ReadonlyMap<string, ImapHandler> = new Map([
  ['SELECT', mailboxes.select],
  ['EXAMINE', mailboxes.examine],
  ['CREATE', mailboxes.create],
  ['DELETE', mailboxes.remove],
  ['RENAME', mailboxes.rename],
  ['SUBSCRIBE', mailboxes.subscribe],
  ['UNSUBSCRIBE', mailboxes.unsubscribe],
  ['STATUS', mailboxes.status],
  ['LIST', mailboxes.list],
  ['SETMETADATA', mailboxes.setMetadata],
  ['GETMETADATA', mailboxes.getMetadata],
  ['STORE', messages.store],
  ['FETCH', messages.fetch],
  ['COPY', messages.copy],
  ['MOVE', messages.move],
  ['EXPUNGE', messages.expunge],
  ['CLOSE', messages.close],
  ['UNSELECT', unselect],
]);

/** Commands that change nothing and notify nobody. */
const quiet = new Set(
  'NOOP CHECK LSUB SEARCH SORT THREAD IDLE ENABLE CAPABILITY NAMESPACE ID LOGOUT'.split(' '),
);
/** Commands that have a UID form. */
const withUid = new Set('STORE FETCH COPY MOVE EXPUNGE SEARCH SORT THREAD'.split(' '));

/** An IMAP session after the login. */
export interface ImapSession {
  /** Performs a command and gives the tagged answer without its tag: `OK Store completed.`. */
  perform(command: ImapCommand, unfinishedTail?: string): Promise<string>;
}

export function createImapSession(session: MailSession): ImapSession {
  const state: ImapState = { session, selected: undefined };
  return {
    async perform(command, unfinishedTail) {
      const verb = verbOf(command);
      try {
        if (verb === 'APPEND') return answer(await append(state, readAppend(command, unfinishedTail)));
        // What was not sent to its end is not performed.
        if (unfinishedTail !== undefined) return '';
        return answer(await performPlain(state, verb, readArguments(command)));
      } catch (error) {
        return mailboxes.failureAnswer(verb, error);
      }
    },
  };
}

async function performPlain(state: ImapState, verb: string, args: readonly ImapArgument[]): Promise<string> {
  if (verb !== 'UID') return perform(state, verb, { args, byUid: false });
  const [inner, ...rest] = args;
  const command = argumentText(inner).toUpperCase();
  if (!withUid.has(command)) throw new ImapSyntaxError(`Unknown UID command ${command}`);
  return perform(state, command, { args: rest, byUid: true });
}

async function perform(
  state: ImapState,
  verb: string,
  { args, byUid }: { readonly args: readonly ImapArgument[]; readonly byUid: boolean },
): Promise<string> {
  if (quiet.has(verb)) return `${verb} completed.`;
  const handler = handlers.get(verb);
  if (!handler) throw new ImapSyntaxError('Unknown command.');
  return handler(state, args, byUid);
}

async function unselect(state: ImapState): Promise<string> {
  state.selected = undefined;
  return Promise.resolve('Unselect completed.');
}

function answer(text: string): string {
  return text === '' ? '' : `OK ${text}`;
}

function verbOf(command: ImapCommand): string {
  const [first] = typeof command === 'string' ? [command] : command;
  return (typeof first === 'string' ? first : '').trimStart().split(' ', 1)[0]?.toUpperCase() ?? '';
}

/** The arguments after the verb; literals stand where they were. */
function readArguments(command: ImapCommand): ImapArgument[] {
  if (typeof command === 'string') return parseImapArguments(command).slice(1);
  // A placeholder that no command can hold stands for each literal while the text is parsed.
  const literals = command.filter((part) => typeof part !== 'string').map((part) => messageBytes(part));
  const text = command.map((part) => (typeof part === 'string' ? part : '"\0"')).join('');
  return restoreLiterals(parseImapArguments(text).slice(1), literals);
}

function restoreLiterals(args: readonly ImapArgument[], literals: Uint8Array[]): ImapArgument[] {
  return args.map((argument) => {
    if (argument.kind === 'list') return { ...argument, items: restoreLiterals(argument.items, literals) };
    if (argument.kind !== 'string' || argument.text !== '\0') return argument;
    return { kind: 'literal', bytes: literals.shift() ?? new Uint8Array() };
  });
}
