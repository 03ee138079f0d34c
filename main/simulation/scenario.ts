import { z } from 'zod';

const messageShape = { message: z.string().optional(), message_base64: z.string().optional() };
const message = z.object(messageShape);

const imapPart = z.union([z.string(), message]);
const imapCommand = z.union([z.string(), z.array(imapPart)]);

const step = z.union([
  z.object({
    lmtp: z.object({
      mail_from: z.string().optional(),
      rcpt_to: z.array(z.string()),
      /** True: in the LMTP session of the step before. */
      same_session: z.boolean().optional(),
      ...messageShape,
    }),
  }),
  z.object({
    imap: z.object({
      user: z.string().optional(),
      commands: z.array(imapCommand),
      /** What still was sent of the last command before the connection was lost. */
      unfinished_tail: z.string().optional(),
    }),
  }),
  z.object({ exec: z.array(z.string()).min(1), stdin: message.nullish() }),
  /** An LMTP session that the server ended before there was anything to record. */
  z.object({ failed: z.string() }),
]);

const prepared = z.object({
  mailboxes: z.array(z.string()).optional(),
  subscriptions: z.array(z.string()).optional(),
  preload: z
    .array(
      z.object({
        mailbox: z.string().optional(),
        flags: z.array(z.string()).optional(),
        keywords: z.array(z.string()).optional(),
        ...messageShape,
      }),
    )
    .optional(),
  users: z.array(z.string()).optional(),
  fresh: z.boolean().optional(),
});

/** One value, or one for each run. */
const perRun = <Value extends z.ZodType>(value: Value) => z.union([value, z.record(z.string(), value)]);

/**
 * A scenario: the state before, the configuration, and what is done to the mail. The format of the recordings
 * of the real Dovecot (observed.md, "Files"); what a recording holds beside `input` is not read here.
 *
 * `config` and `metadata` are one text, or an object with one for each run; a run is performed from the start.
 * `metadata` is the value of `/private/vendor/vendor.dovecot/http-notify` on the server.
 */
export const scenarioSchema = z.object({
  scenario: z.string().optional(),
  title: z.string().optional(),
  input: z.object({
    user: z.string().default('alice@example.com'),
    prepared: prepared.nullish(),
    metadata: perRun(z.string()).nullish(),
    config: perRun(z.string()).default(''),
    mail_plugins: z.array(z.string()).optional(),
    steps: z.array(step),
  }),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = Scenario['input'];
export type ScenarioStep = z.output<typeof step>;
export type ImapCommand = z.output<typeof imapCommand>;
export type ScenarioMessage = z.output<typeof message>;

/** The bytes of a message: base64 where the file has it, else the text. */
export function messageBytes({ message: text, message_base64: base64 }: ScenarioMessage): Uint8Array {
  return base64 === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(base64, 'base64');
}
