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
const RAW_USER = 'raw-mail-user';

export function startLmtp(process: MailProcess): LmtpProcess {
  let raw: UserSession | undefined;
  return {
    async deliver(delivery) {
      raw ??= isDialect24(process) ? openRawUser(process) : undefined;
      return deliverToAll(process, delivery);
    },
    end: async () => raw?.close(),
  };
}

/**
 * Delivers to one recipient after the other. The mail of the first one is what the others get, so that session
 * lives until the end; each other one ends with its delivery. Who is named twice gets the message once.
 *
 * Source: Dovecot lmtp-local.c, lmtp_local_deliver_to_rcpts.
 */
async function deliverToAll(
  process: MailProcess,
  delivery: LmtpStep,
): Promise<(readonly [string, string])[]> {
  const raw = messageBytes(delivery);
  const answers = new Map<string, string>();
  let first: UserSession | undefined;
  for (const recipient of delivery.rcpt_to) {
    if (answers.has(addressKey(recipient))) continue;
    const { user, mailbox } = readRecipient(recipient);
    const session = process.openUser(user);
    answers.set(addressKey(recipient), await deliverTo(session.mail, process, { mailbox, raw }));
    if (first) await session.close();
    else first = session;
  }
  await first?.close();
  return delivery.rcpt_to.map((recipient) => [recipient, answers.get(addressKey(recipient)) ?? '']);
}

// The domain is the same in any case. Source: Dovecot smtp-address.c, smtp_address_cmp.
function addressKey(recipient: string): string {
  return recipient.replace(/@[^@]*$/, (domain) => domain.toLowerCase());
}

/** Dovecot reads a message in the name of a user of its own, whose drivers never hear of anything. */
export function openRawUser(process: MailProcess): UserSession {
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
