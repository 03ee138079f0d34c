import type { MailboxNames, MetadataItem, OpenMailboxStatus, OpenOptions } from '#framework';

/**
 * Calls for the user's mail; see HostCalls.
 *
 * Names, keys and values are texts that came from bytes (api/mail-text.ts). Where `mailbox` is undefined, the
 * entries of the server are meant, which belong to no mailbox. Keys begin with `/private/` or `/shared/`.
 */
export interface MailCalls {
  'mail.names': { readonly argument: string; readonly result: MailboxNames };
  /** Fails when the mailbox cannot be opened. */
  'mail.open': { readonly argument: OpenedMailbox; readonly result: void };
  /** Opens the mailbox first. */
  'mail.status': { readonly argument: OpenedMailbox; readonly result: OpenMailboxStatus };
  /** The values in the order of the keys; undefined for what is not set. */
  'mail.getMetadata': {
    readonly argument: MetadataOwner & { readonly keys: readonly string[] };
    readonly result: readonly (string | undefined)[];
  };
  /** An undefined value takes the entry away. */
  'mail.changeMetadata': {
    readonly argument: MetadataOwner & { readonly key: string; readonly value: string | undefined };
    readonly result: void;
  };
  'mail.listMetadata': {
    readonly argument: MetadataOwner & { readonly prefixes: readonly string[] };
    readonly result: readonly MetadataItem[];
  };
  /** Expands the variables of a text; fails with Dovecot's reason. */
  'mail.expand': { readonly argument: string; readonly result: string };
}

export interface OpenedMailbox extends OpenOptions {
  readonly mailbox: string;
}

export interface MetadataOwner {
  readonly mailbox: string | undefined;
}
