import { readConfLines, type ConfPlace, type ConfSetting } from './dovecot-lines.ts';
import type { PushDialect, PushProtocol } from './push-config-types.ts';

/** `key name { … }` */
export interface ConfSection extends ConfPlace {
  readonly kind: 'section';
  readonly key: string;
  readonly name?: string;
  readonly entries: readonly ConfEntry[];
}

export interface ConfInclude extends ConfPlace {
  readonly kind: 'include';
  readonly path: string;
}

export type ConfEntry = ConfSetting | ConfSection | ConfInclude;

export interface ConfTree {
  readonly entries: readonly ConfEntry[];
  /** What Dovecot refuses, in its words. */
  readonly errors: readonly (ConfPlace & { readonly message: string })[];
  readonly hashes: readonly ConfPlace[];
}

/** Dovecot nests five deep at most; more is not a configuration, and must not exhaust our stack. */
const MAX_DEPTH = 50;
/** Dovecot stops at the first; this many are enough for people, too. */
const MAX_ERRORS = 100;

interface OpenSection extends ConfSection {
  readonly entries: ConfEntry[];
}

/**
 * Reads the sections of a Dovecot configuration. Pure, never throws, linear. After an error reading goes on, so
 * that more can be said about the text than Dovecot says.
 *
 * Source: Dovecot config-parser.c, config_parser_apply_line.
 */
export function readConfTree(text: string, dialect: PushDialect): ConfTree {
  const { lines, hashes } = readConfLines(text, dialect);
  const errors: (ConfPlace & { message: string })[] = [];
  const refuse = (place: ConfPlace, message: string) => {
    if (errors.length < MAX_ERRORS) errors.push({ ...placeOf(place), message });
  };
  const root: ConfEntry[] = [];
  const open: OpenSection[] = [];
  for (const line of lines) {
    const entries = open.at(-1)?.entries ?? root;
    if (line.kind === 'error') refuse(line, line.message);
    else if (line.kind === 'close') {
      if (!open.pop()) refuse(line, "Unexpected '}'");
    } else if (line.kind === 'open' && open.length < MAX_DEPTH) {
      const section: OpenSection = { ...line, kind: 'section', entries: [] };
      entries.push(section);
      open.push(section);
    } else if (line.kind === 'open') {
      refuse(line, `Sections are nested more than ${MAX_DEPTH} deep`);
    } else entries.push(line);
  }
  const unclosed = open.at(-1);
  // Dovecot finds out at the end of the text, after everything else that is wrong with it.
  const last = lines.at(-1);
  if (unclosed && last) refuse(last, `Missing '}' (section started at line ${unclosed.line})`);
  return { entries: root, errors, hashes };
}

export function placeOf({ line, column, endColumn }: ConfPlace): ConfPlace {
  return { line, column, endColumn };
}

/** Whether a section of the top level is `protocol NAME { }` or `protocol !NAME { }` and holds for the protocol. */
export function isProtocolSection(entry: ConfEntry, protocol: PushProtocol): entry is ConfSection {
  if (entry.kind !== 'section' || entry.key !== 'protocol') return false;
  const name = entry.name ?? '';
  return name.startsWith('!') ? name.slice(1) !== protocol : name === protocol;
}

/** The entries that hold for a protocol: its own come last, so that they win as Dovecot's filters do. */
export function entriesFor(tree: ConfTree, protocol: PushProtocol): readonly ConfEntry[] {
  const own = tree.entries.filter((entry) => isProtocolSection(entry, protocol));
  return [...tree.entries.filter((entry) => !isFilter(entry)), ...own.flatMap(({ entries }) => entries)];
}

/** Sections whose contents hold under a condition only. */
function isFilter(entry: ConfEntry): boolean {
  return (
    entry.kind === 'section' && ['protocol', 'local', 'remote', 'local_name', 'group'].includes(entry.key)
  );
}

/** Calls `visit` for every entry of the text, in its order. */
export function walkConf(
  entries: readonly ConfEntry[],
  visit: (entry: ConfEntry, within: readonly ConfSection[]) => void,
  within: readonly ConfSection[] = [],
): void {
  for (const entry of entries) {
    visit(entry, within);
    if (entry.kind === 'section') walkConf(entry.entries, visit, [...within, entry]);
  }
}
