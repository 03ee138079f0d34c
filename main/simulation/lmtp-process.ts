import { deliverMessage, StoreError, type MailSession } from '#store';
import type { PushConfig } from '../config/push-config.ts';
import type { MailProcess, UserSession } from './mail-process.ts';
import { readRecipient } from './recipient.ts';
import { messageBytes, type ScenarioStep } from './scenario.ts';

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
      raw ??= openRawUser(process);
      const sessions: UserSession[] = [];
      const answers: (readonly [string, string])[] = [];
      for (const recipient of delivery.rcpt_to) {
        const { user, mailbox } = readRecipient(recipient);
        const session = process.openUser(user);
        sessions.push(session);
        answers.push([
          recipient,
          await deliverTo(session.mail, process, { mailbox, raw: messageBytes(delivery) }),
        ]);
      }
      // All recipients' sessions live until the transaction is over; 2.4 ends the last one first.
      const { dialect } = process.config;
      for (const session of dialect === '2.4' ? sessions.toReversed() : sessions) await session.close();
      return answers;
    },
    end: async () => raw?.close(),
  };
}

/** 2.4 starts drivers for the raw message, too, which never hear of anything. */
export function openRawUser(process: MailProcess): UserSession | undefined {
  return process.config.dialect === '2.4' ? process.openUser(RAW_USER) : undefined;
}

/** Delivers a message as the configuration's lda_* settings have it, and gives the answer. */
export async function deliverTo(
  mail: MailSession,
  { config }: MailProcess,
  { mailbox, raw }: { readonly mailbox: string; readonly raw: Uint8Array },
): Promise<string> {
  try {
    await deliverMessage(mail, mailbox, raw, {
      autocreate: isOn(config, 'lda_mailbox_autocreate', true),
      autosubscribe: isOn(config, 'lda_mailbox_autosubscribe', false),
      skipsUidValidity: config.dialect === '2.4',
    });
    return 'Saved';
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.message;
  }
}

function isOn({ settings }: PushConfig, name: string, byDefault: boolean): boolean {
  return /^(yes|y|1|true)$/i.test(settings[name] ?? (byDefault ? 'yes' : 'no'));
}
