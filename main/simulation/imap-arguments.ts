import { StoreError } from '#store';

/** One argument of an IMAP command (RFC 3501 §4). Bytes of strings are kept in `bytes` for literals. */
export type ImapArgument =
  | { readonly kind: 'atom' | 'string'; readonly text: string }
  | { readonly kind: 'literal'; readonly bytes: Uint8Array }
  | { readonly kind: 'list'; readonly items: readonly ImapArgument[] };

/** The command cannot be parsed; the message is what Dovecot answers after BAD. */
export class ImapSyntaxError extends Error {
  override readonly name = 'ImapSyntaxError';
}

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Parses the text of a command into its arguments. Literals are not part of the text.
 * @throws ImapSyntaxError
 */
export function parseImapArguments(text: string): ImapArgument[] {
  const cursor = { text, at: 0 };
  const items = parseItems(cursor);
  if (cursor.at < text.length) throw new ImapSyntaxError("Unexpected ')'.");
  return items;
}

function parseItems(cursor: Cursor): ImapArgument[] {
  const items: ImapArgument[] = [];
  for (;;) {
    while (cursor.text[cursor.at] === ' ') cursor.at += 1;
    const next = cursor.text[cursor.at];
    if (next === undefined || next === ')') return items;
    items.push(parseItem(cursor, next));
  }
}

function parseItem(cursor: Cursor, next: string): ImapArgument {
  if (next === '(') return parseList(cursor);
  return next === '"' ? parseQuoted(cursor) : parseAtom(cursor);
}

function parseList(cursor: Cursor): ImapArgument {
  cursor.at += 1;
  const items = parseItems(cursor);
  if (cursor.text[cursor.at] !== ')') throw new ImapSyntaxError("Missing ')'.");
  cursor.at += 1;
  return { kind: 'list', items };
}

function parseQuoted(cursor: Cursor): ImapArgument {
  const [whole, content = ''] = /^"((?:[^"\\]|\\.)*)"/su.exec(cursor.text.slice(cursor.at)) ?? [];
  if (whole === undefined) throw new ImapSyntaxError("Missing '\"'.");
  cursor.at += whole.length;
  return { kind: 'string', text: content.replace(/\\(.)/gsu, '$1') };
}

// A section such as BODY[HEADER.FIELDS (FROM)] is one atom with blanks and brackets in it.
const atomPattern = /^(?:[^ ()"[]|\[[^\]]*\])+/u;

function parseAtom(cursor: Cursor): ImapArgument {
  const [text] = atomPattern.exec(cursor.text.slice(cursor.at)) ?? [];
  if (text === undefined) throw new ImapSyntaxError('Invalid characters in atom.');
  if (/[^\x20-\x7e]/u.test(text)) throw new ImapSyntaxError('8bit data in atom.');
  if (text.includes('{')) throw new ImapSyntaxError('Invalid characters in atom.');
  cursor.at += text.length;
  return { kind: 'atom', text };
}

/**
 * The text of an atom, string or literal.
 * @throws ImapSyntaxError when it is a list or not there.
 */
export function argumentText(argument: ImapArgument | undefined): string {
  if (argument?.kind === 'literal') return Buffer.from(argument.bytes).toString('utf8');
  if (!argument || argument.kind === 'list') throw new ImapSyntaxError('Invalid arguments.');
  return argument.text;
}

/**
 * The items of a list, or an item alone as a list of one.
 * @throws ImapSyntaxError when it is not there.
 */
export function argumentItems(argument: ImapArgument | undefined): readonly ImapArgument[] {
  if (!argument) throw new ImapSyntaxError('Invalid arguments.');
  return argument.kind === 'list' ? argument.items : [argument];
}

const systemFlagNames = new Map(
  ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'].map((flag) => [flag.toLowerCase(), flag]),
);

// The closing bracket ends a response code, in which keywords are listed.
function checkKeyword(keyword: string): string {
  if (keyword.includes(']')) throw new StoreError('CANNOT', 'Invalid characters in keyword');
  return keyword;
}

/**
 * Flags and keywords of STORE and APPEND.
 * @throws ImapSyntaxError for a system flag that clients cannot set, or a keyword that is no atom; StoreError for one
 * that cannot be listed.
 */
export function parseFlags(items: readonly ImapArgument[]): { flags: string[]; keywords: string[] } {
  const flags: string[] = [];
  const keywords: string[] = [];
  for (const item of items) {
    if (item.kind !== 'atom') throw new ImapSyntaxError('Flags list contains non-atoms.');
    const flag = systemFlagNames.get(item.text.toLowerCase());
    if (flag !== undefined) flags.push(flag);
    else if (item.text.startsWith('\\')) throw new ImapSyntaxError(`Invalid system flag ${item.text}`);
    else keywords.push(checkKeyword(item.text));
  }
  return { flags, keywords };
}
