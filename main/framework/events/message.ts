import { z } from 'zod';
import { defineEvent } from '../event.ts';

/** Headers that Dovecot hands on byte by byte. */
const rawHeaderKeys = ['from', 'fromAddress', 'to', 'toAddress', 'messageId'] as const;

/**
 * Data of MessageNew and MessageAppend. An absent field means that the message has no such header, or that
 * nobody asked for the field.
 *
 * `from`, `to` and `subjectHeader` are raw header values: RFC 2047 words are still encoded and folding is
 * kept as LF and white space. `subject` is the decoded one. `date` is in seconds since 1970 and `tz` in
 * minutes east of UTC; both are 0 when the message has no valid Date header. `unseen` counts the unseen
 * messages of the mailbox and is known only when the sender said so (OX). `rawHeaders` has the bytes, in base64,
 * of those headers that are no UTF-8 and therefore not whole in their text: Lua scripts see them as they are.
 *
 * Source: RFC 5423 §4.1; Dovecot push-notification-event-message-common.c.
 */
export const messageDataSchema = z.object({
  date: z.number().int().optional(),
  tz: z.number().int().optional(),
  from: z.string().optional(),
  fromAddress: z.string().optional(),
  fromDisplayName: z.string().optional(),
  to: z.string().optional(),
  toAddress: z.string().optional(),
  toDisplayName: z.string().optional(),
  subject: z.string().optional(),
  subjectHeader: z.string().optional(),
  snippet: z.string().optional(),
  messageId: z.string().optional(),
  flags: z.array(z.string()).optional(),
  keywords: z.array(z.string()).optional(),
  unseen: z.number().int().min(0).optional(),
  rawHeaders: z.partialRecord(z.enum(rawHeaderKeys), z.base64()).optional(),
});
export type MessageData = z.output<typeof messageDataSchema>;

/** What a registration may ask for (Dovecot's field bits 0x01 to 0x80). */
export const messageFields = [
  'from',
  'to',
  'subject',
  'date',
  'snippet',
  'flags',
  'keywords',
  'messageId',
] as const;
export type MessageField = (typeof messageFields)[number];

/** The fields a registration collects. An empty list collects nothing and creates no item. */
export interface MessageFieldsConfig {
  readonly fields: readonly MessageField[];
}

const keysOfField: Record<MessageField, readonly (keyof MessageData)[]> = {
  from: ['from', 'fromAddress', 'fromDisplayName'],
  to: ['to', 'toAddress', 'toDisplayName'],
  subject: ['subject', 'subjectHeader'],
  date: ['date', 'tz'],
  snippet: ['snippet'],
  flags: ['flags'],
  keywords: ['keywords'],
  messageId: ['messageId'],
};

function selectFields(data: MessageData, { fields }: MessageFieldsConfig): MessageData | undefined {
  if (fields.length === 0) return undefined;
  const keys: (keyof MessageData)[] = fields.flatMap((field) => [...keysOfField[field]]);
  // Nobody reads them without the texts that they belong to.
  keys.push('rawHeaders');
  return Object.fromEntries(keys.filter((key) => data[key] !== undefined).map((key) => [key, data[key]]));
}

// A later registration only fills fields that are still empty (push-notification-event-messagenew.c).
const fillFields = (item: MessageData, selected: MessageData): MessageData => ({ ...selected, ...item });

// Dovecot's default for both events: collect nothing. dlog alone therefore prints no header.
const collectNothing: MessageFieldsConfig = { fields: [] };

/** A message was delivered (LMTP, LDA, Sieve). RFC 5423 §4.1. */
export const messageNew = defineEvent({
  name: 'MessageNew',
  kind: 'message',
  data: messageDataSchema,
  defaultConfig: collectNothing,
  select: selectFields,
  merge: fillFields,
});

/** A message was saved or copied by a client (APPEND, COPY, the target of MOVE). RFC 5423 §4.1. */
export const messageAppend = defineEvent({
  name: 'MessageAppend',
  kind: 'message',
  data: messageDataSchema,
  defaultConfig: collectNothing,
  select: selectFields,
  merge: fillFields,
});

/** A message is gone (EXPUNGE, CLOSE, the source of MOVE). RFC 5423 §4.1. */
export const messageExpunge = defineEvent({
  name: 'MessageExpunge',
  kind: 'message',
  data: z.object({}),
  defaultConfig: undefined,
});
