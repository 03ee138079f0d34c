import type { z } from 'zod';
import type { EventConfig, EventName, PushEvent } from './events/rfc5423.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import type { DriverLog } from './trace.ts';

type Awaitable<T> = T | Promise<T>;

/** One driver as configured: `args` is the raw text after the first colon (absent: there was no colon). */
export interface DriverSettings {
  /** The name as typed; looked up ignoring case. */
  readonly driver: string;
  readonly args?: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A driver as the registry knows it. Dovecot: struct push_notification_driver. */
export interface DriverDefinition<Settings = unknown> {
  readonly name: string;
  readonly settings: z.ZodType<Settings>;
  /** What this driver's lines begin with in the log of Dovecot 2.4; its name and `: ` when absent. */
  readonly logPrefix?: string;
  /**
   * Makes the driver for one user; a driver may take its time, the ones after it wait.
   * @throws DriverInitError when the settings do not do; the drivers after it are not started either.
   */
  init(config: { readonly settings: Settings; readonly args?: string }, host: DriverHost): Awaitable<Driver>;
}

/** The two Dovecots whose behaviour differs: 2.3.19 and 2.4.1 were recorded. */
export type DovecotDialect = '2.3' | '2.4';

/** What a driver is given for its whole life. */
export interface DriverHost {
  readonly user: string;
  /** Which Dovecot the driver is to behave like. */
  readonly dialect: DovecotDialect;
  readonly log: DriverLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly mail: MailAccess;
  readonly session: SessionFacts;
  /** Expands the variables of a text for this session; `problem` is Dovecot's word about one it cannot expand. */
  expand(template: string): { readonly text: string; readonly problem?: string };
  /** All plugin settings; `setting` looks up one of them. */
  readonly settings: Readonly<Record<string, string>>;
  /** A plugin setting of the configuration (Dovecot's plugin_getenv); undefined when it is not set. */
  setting(name: string): string | undefined;
}

/** The session whose changes the driver hears of. */
export interface SessionFacts {
  /** lmtp, imap, lda, doveadm. */
  readonly service: string;
  /** The home folder; absent when the user has none. */
  readonly home?: string;
  readonly uid: number;
  readonly gid: number;
  readonly sessionId?: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** What a driver may ask about the user's mail, as it is once the change is committed. */
export interface MailAccess {
  /**
   * The value of a METADATA entry (RFC 5464), e.g. `/private/vendor/vendor.dovecot/http-notify` on the mailbox
   * `""`; undefined when it is not set.
   * @throws MailAccessError when it cannot be looked up.
   */
  getMetadata(mailbox: string, entry: string): string | undefined;
  /** @throws MailAccessError when the mailbox cannot be opened. */
  getStatus(mailbox: string): MailboxStatus;
  /** What goes beyond asking; absent where there are no mailboxes. */
  readonly mailboxes?: MailboxAccess;
}

/** Counts of one mailbox. Source: RFC 3501 §6.3.10; Dovecot mail-storage.h, struct mailbox_status. */
export interface MailboxStatus {
  readonly messages: number;
  readonly recent: number;
  readonly unseen: number;
  readonly uidNext: number;
  readonly uidValidity: number;
  readonly keywords: readonly string[];
}

/** One configured driver of one user. Dovecot: struct push_notification_driver_user. */
export interface Driver {
  /** A transaction begins. Undefined (Dovecot's FALSE): the driver sits this one out; say why with `txn.refuse`. */
  beginTxn(txn: Txn): Awaitable<DriverTxn | undefined>;
  /**
   * Resolves when all that the driver has sent is answered or given up; its lines are in its log then. Unlike
   * Dovecot, whose process waits only at its end, a host can so complete the report of a transaction.
   */
  settled?(): Promise<void>;
  /** The user's session ends: no hook is called after this one. */
  deinit?(): Awaitable<void>;
}

/** The transaction as a driver sees it while it begins. */
export interface Txn {
  readonly user: string;
  readonly mailbox: string;
  readonly log: DriverLog;
  /** Asks for an event; names are matched ignoring case and unknown ones ignored, as in Dovecot. */
  register<Name extends EventName>(name: Name, config?: EventConfig<Name>): void;
  /** Remembers why the driver does not take part, and returns the undefined that says so. */
  refuse(reason: string): undefined;
}

/** What one driver does during one transaction; every hook is optional. */
export interface DriverTxn {
  /** Called once when the transaction is about the mailbox itself. */
  processMbox?(mbox: TxnMbox): Awaitable<void>;
  /** Called for each changed message, ascending; all drivers see one message before the next comes. */
  processMsg?(msg: TxnMsg): Awaitable<void>;
  /** Called last; `success` is false after a rollback, and then no message was reported. */
  endTxn?(success: boolean): Awaitable<void>;
}

/** What happened to the mailbox. Dovecot: struct push_notification_txn_mbox. */
export interface TxnMbox {
  readonly mailbox: string;
  readonly events: readonly PushEvent[];
  /** The log prefix of the driver whose registration made the event; undefined when it was one's own. */
  foreignPrefix(event: PushEvent): string | undefined;
}

/** What happened to one message. Dovecot: struct push_notification_txn_msg. */
export interface TxnMsg {
  readonly mailbox: string;
  readonly uid: number;
  readonly uidValidity: number;
  readonly events: readonly PushEvent[];
  /** As in TxnMbox. */
  foreignPrefix(event: PushEvent): string | undefined;
}
