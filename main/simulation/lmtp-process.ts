import { deliverMessage, type MailSession } from '#store';
import type { MailProcess, UserSession } from './mail-process.ts';
import { readRecipient } from './recipient.ts';
import { messageBytes, type ScenarioStep } from './scenario.ts';
import type { ServerConfig } from './server-config.ts';

export type LmtpStep = Extract<ScenarioStep, { lmtp: unknown }>['lmtp'];

/** One LMTP session. */
export interface LmtpProcess {
  /** Performs one transaction. Answers in the order of the recipients. */
  deliver(delivery: LmtpStep): Promise<(readonly [recipient: string, answer: string])[]>;
  end(): Promise<void>;
}

/** The user under whose name Dovecot 2.4 reads a message before it knows whose it is. */
export const RAW_USER = 'raw-mail-user';

export function startLmtp(process: MailProcess): LmtpProcess {
  let raw: UserSession | undefined;
  return {
    async deliver(delivery) {
      raw ??= isDialect24(process) ? await openRawUser(process) : undefined;
      return deliverToAll(process, delivery);
    },
    end: async () => raw?.close(),
  };
}

/**
 * Each recipient's session ends after its delivery. The first one's lives until all have the message: the copies
 * for the others are made from it.
 *
 * Source: Dovecot lmtp/lmtp-local.c, lmtp_local_deliver_to_rcpts.
 */
async function deliverToAll(
  process: MailProcess,
  delivery: LmtpStep,
): Promise<(readonly [recipient: string, answer: string])[]> {
  const raw = messageBytes(delivery);
  const answers = new Map<string, string>();
  let first: UserSession | undefined;
  for (const recipient of delivery.rcpt_to) {
    // A recipient named twice gets the message once, and both have its answer.
    if (answers.has(addressKey(recipient))) continue;
    const { user, mailbox } = readRecipient(recipient);
    const session = await process.openUser(user);
    answers.set(addressKey(recipient), await deliverTo(session.mail, process, { mailbox, raw }));
    if (first) await session.close();
    else first = session;
  }
  await first?.close();
  return delivery.rcpt_to.map((recipient) => [recipient, answers.get(addressKey(recipient)) ?? '']);
}

/**
 * Two addresses are the same when only the case of their domains differs (RFC 5321 §2.4).
 *
 * Source: Dovecot smtp-server-transaction.c, smtp_server_transaction_find_rcpt_duplicate.
 */
function addressKey(address: string): string {
  return address.replace(/@[^@]*$/, (domain) => domain.toLowerCase());
}

/** Dovecot reads a message in the name of a user of its own, whose drivers never hear of anything. */
export function openRawUser(process: MailProcess): Promise<UserSession> {
  return process.openUser(RAW_USER, { isRawUser: true });
}

// LDA always has drivers for the raw user, LMTP only since 2.4.
function isDialect24({ config }: MailProcess): boolean {
  return config.push.dialect === '2.4';
}

/** Delivers a message as the configuration's lda_* settings have it, and gives the answer. */
export async function deliverTo(
  mail: MailSession,
  { config }: MailProcess,
  { mailbox, raw }: { readonly mailbox: string; readonly raw: Uint8Array },
): Promise<string> {
  await deliverMessage(mail, mailbox, raw, {
    autocreate: isOn(config, 'lda_mailbox_autocreate', true),
    autosubscribe: isOn(config, 'lda_mailbox_autosubscribe', false),
    skipsUidValidity: config.push.dialect === '2.4',
  });
  return 'Saved';
}

function isOn({ settings }: ServerConfig, name: string, byDefault: boolean): boolean {
  return /^(yes|y|1|true)$/i.test(settings.get(name) ?? (byDefault ? 'yes' : 'no'));
}
