/** `""` is the server: entries of the user that belong to no mailbox. */
export type MetadataMailbox = string;

/** METADATA entries of one user (RFC 5464). */
export interface Metadata {
  /** @throws MetadataError for an entry name that cannot be one. */
  get(mailbox: MetadataMailbox, entry: string): string | undefined;
  /** @throws MetadataError as `get`. */
  set(mailbox: MetadataMailbox, entry: string, value: string): void;
  /** True when it was set. @throws MetadataError as `get`. */
  unset(mailbox: MetadataMailbox, entry: string): boolean;
  /** Names of entries below a prefix (all when it is absent), sorted. */
  list(mailbox: MetadataMailbox, prefix?: string): string[];
  /** The entries of a mailbox go with it. */
  rename(mailbox: MetadataMailbox, to: MetadataMailbox): void;
  removeAll(mailbox: MetadataMailbox): void;
  /** Plain JSON: entries by mailbox. */
  export(): MetadataRecord;
  import(record: MetadataRecord): void;
}

export type MetadataRecord = Readonly<Record<MetadataMailbox, Readonly<Record<string, string>>>>;

/** An entry name that breaks the rules; the message says which. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError';
}

export function createMetadata(): Metadata {
  const entries = new Map<MetadataMailbox, Map<string, string>>();
  // Asking leaves no trace: anybody may ask about any number of names.
  const find = (mailbox: MetadataMailbox) => entries.get(mailbox) ?? new Map<string, string>();
  const of = (mailbox: MetadataMailbox) => {
    const known = entries.get(mailbox) ?? new Map<string, string>();
    entries.set(mailbox, known);
    return known;
  };
  return {
    get: (mailbox, entry) => find(mailbox).get(normalizeEntry(entry)),
    set: (mailbox, entry, value) => void of(mailbox).set(normalizeEntry(entry), value),
    unset: (mailbox, entry) => find(mailbox).delete(normalizeEntry(entry)),
    list: (mailbox, prefix = '') =>
      [...find(mailbox).keys()].filter((entry) => entry.startsWith(prefix)).toSorted(),
    rename(mailbox, to) {
      entries.set(to, find(mailbox));
      entries.delete(mailbox);
    },
    removeAll: (mailbox) => void entries.delete(mailbox),
    export: () =>
      Object.fromEntries([...entries].map(([mailbox, known]) => [mailbox, Object.fromEntries(known)])),
    import(record) {
      for (const [mailbox, known] of Object.entries(record)) {
        for (const [entry, value] of Object.entries(known)) of(mailbox).set(normalizeEntry(entry), value);
      }
    },
  };
}

const reserved = 'vendor/vendor.dovecot/pvt/';

/**
 * The name as it is stored: the scope in lower case, the rest as given.
 *
 * Source: RFC 5464 §3.2; Dovecot imap-metadata.c, imap_metadata_verify_entry_name.
 *
 * @throws MetadataError when the name breaks a rule.
 */
export function normalizeEntry(entry: string): string {
  const refuse = (reason: string) => new MetadataError(`Entry name ${entry} ${reason}`);
  const [, scope = '', key = ''] = /^\/(private|shared)(?:\/(.*))?$/is.exec(entry) ?? [];
  if (scope === '') throw refuse('must begin with /private or /shared');
  if (key === '' || key.endsWith('/')) throw refuse("must not end with '/'");
  if (entry.includes('//')) throw refuse("must not contain '//'");
  if (/[*%]/.test(entry)) throw refuse("must not contain '*' or '%'");
  if (/[^\x20-\x7e]/.test(entry)) throw refuse('must be printable ASCII');
  if (key.startsWith(reserved)) throw refuse('is one of Dovecot’s own and cannot be reached by name');
  return `/${scope.toLowerCase()}/${key}`;
}
