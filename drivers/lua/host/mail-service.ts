import { MailAccessError, type DriverHost, type MailboxAccess, type MetadataItem } from '#framework';
import type { HostHandlers } from './host-calls.ts';
import type { MailCalls, OpenedMailbox } from './mail-calls.ts';

/** Where Dovecot keeps the entries of the server: among those of the INBOX, below this name. */
const SERVER_PREFIX = 'vendor/vendor.dovecot/pvt/server/';
const INBOX = 'INBOX';

const plainly = { autoCreate: false, autoSubscribe: false };

/**
 * Answers what scripts ask about the user's mail.
 *
 * Source: Dovecot lib-storage/mailbox-lua.c, mail-user-lua.c, mailbox-attribute-lua.c.
 */
export function createMailService(host: DriverHost): HostHandlers<MailCalls> {
  const { mail } = host;
  const mailboxes = mail.mailboxes ?? withoutMailboxes(host);
  const open = ({ mailbox, ...options }: OpenedMailbox) => mailboxes.openMailbox(mailbox, options);
  const openOwner = (mailbox: string | undefined) =>
    mailbox === undefined ? openInbox(mailboxes) : open({ mailbox, ...plainly });
  return {
    'mail.names': (mailbox) => mailboxes.nameMailbox(mailbox),
    'mail.open': open,
    'mail.status': (opened) => after(open(opened), () => mailboxes.readStatus(opened.mailbox)),
    'mail.getMetadata': ({ mailbox, keys }) =>
      after(openOwner(mailbox), () =>
        keys.map((key) => {
          const place = placeOf(mailbox, key);
          return findValue(() => mail.getMetadata(place.mailbox, place.entry));
        }),
      ),
    'mail.changeMetadata': ({ mailbox, key, value }) =>
      after(openOwner(mailbox), () => {
        if (mailbox !== undefined && key === SPECIAL_USE)
          throw new MailAccessError(`The ${SPECIAL_USE} attribute cannot be changed`);
        const place = placeOf(mailbox, key);
        return mailboxes.changeMetadata(place.mailbox, place.entry, value);
      }),
    'mail.listMetadata': ({ mailbox, prefixes }) =>
      after(openOwner(mailbox), () =>
        prefixes.flatMap((prefix) =>
          mailbox === undefined ? listServer(mailboxes, prefix) : listMailbox(mailboxes, mailbox, prefix),
        ),
      ),
    'mail.expand'(template) {
      const { text, problem } = host.expand(template);
      // 2.3 puts a word of its own in the place of what it does not know.
      if (problem !== undefined && host.dialect === '2.4') throw new MailAccessError(problem);
      return text;
    },
  };
}

/** At once where there is nothing to wait for. */
function after<Result>(
  opened: void | Promise<void>,
  use: () => Result | Promise<Result>,
): Result | Promise<Result> {
  return opened instanceof Promise ? opened.then(use) : use();
}

function openInbox(mailboxes: MailboxAccess): void | Promise<void> {
  const refuse = (error: unknown) => {
    throw new MailAccessError(`Cannot open INBOX: ${(error as Error).message}`, { cause: error });
  };
  try {
    const opened = mailboxes.openMailbox(INBOX, plainly);
    return opened instanceof Promise ? opened.catch(refuse) : undefined;
  } catch (error) {
    return refuse(error);
  }
}

function withoutMailboxes({ mail }: DriverHost): MailboxAccess {
  const refuse = () => {
    throw new MailAccessError('The mail of this user cannot be changed here');
  };
  return {
    nameMailbox: (name) => ({ vname: name, name }),
    openMailbox: () => undefined,
    readStatus: (name) => ({
      ...mail.getStatus(name),
      firstRecentUid: 0,
      firstUnseenSeq: 0,
      highestModseq: 1,
    }),
    changeMetadata: refuse,
    listMetadata: () => [],
  };
}

/** An entry name that cannot be one is one that is not set: Dovecot's Lua interface does not check them. */
function findValue(get: () => string | undefined): string | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof MailAccessError) throw error;
    return undefined;
  }
}

function placeOf(mailbox: string | undefined, key: string): { mailbox: string; entry: string } {
  if (mailbox === undefined) return { mailbox: '', entry: key };
  const serverEntry = mailbox === INBOX ? withoutServerPrefix(key) : undefined;
  return serverEntry === undefined ? { mailbox, entry: key } : { mailbox: '', entry: serverEntry };
}

const scopes = ['/private/', '/shared/'] as const;

function withoutServerPrefix(key: string): string | undefined {
  const scope = scopes.find((one) => key.startsWith(one + SERVER_PREFIX));
  return scope && scope + key.slice(scope.length + SERVER_PREFIX.length);
}

function withServerPrefix({ entry, value }: MetadataItem): MetadataItem {
  const scope = scopes.find((one) => entry.startsWith(one)) ?? '';
  return { entry: scope + SERVER_PREFIX + entry.slice(scope.length), value };
}

const SPECIAL_USE = '/private/specialuse';
/** Entries that are listed whether they are set or not. Source: mailbox-attribute-internal.c. */
const builtIn = ['/private/comment', SPECIAL_USE, '/shared/comment'];
const builtInOfServer = ['/shared/admin', '/shared/comment'];

function listServer(mailboxes: MailboxAccess, prefix: string): readonly MetadataItem[] {
  return [...emptyOnes(builtInOfServer, prefix), ...mailboxes.listMetadata('', prefix)];
}

function listMailbox(mailboxes: MailboxAccess, mailbox: string, prefix: string): readonly MetadataItem[] {
  const own = [...emptyOnes(builtIn, prefix), ...mailboxes.listMetadata(mailbox, prefix)];
  if (mailbox !== INBOX) return own;
  const server = [...emptyOnes(builtInOfServer, '/shared/'), ...mailboxes.listMetadata('', '')].map(
    withServerPrefix,
  );
  return [...own, ...server.filter(({ entry }) => entry.startsWith(prefix))];
}

// Dovecot's own entries are found by whole levels of their names only.
function emptyOnes(entries: readonly string[], prefix: string): readonly MetadataItem[] {
  if (!prefix.endsWith('/')) return [];
  return entries.filter((entry) => entry.startsWith(prefix)).map((entry) => ({ entry, value: '' }));
}
