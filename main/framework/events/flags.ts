import { z } from 'zod';
import { defineEvent, orderFlags } from '../event.ts';

const flagsSetSchema = z.object({ flags: z.array(z.string()), keywords: z.array(z.string()) });
const flagsClearSchema = flagsSetSchema.extend({
  flagsOld: z.array(z.string()).optional(),
  keywordsOld: z.array(z.string()).optional(),
});

/** RFC 5423 §4.2 wants \Deleted and \Seen hideable here, because MessageTrash and MessageRead report them too. */
export interface FlagsSetConfig {
  readonly hideDeleted: boolean;
  readonly hideSeen: boolean;
}

/** `storeOld` keeps the flags and keywords from before the change. */
export interface FlagsClearConfig {
  readonly storeOld: boolean;
}

/**
 * Flags or keywords were set. Flags join, keywords are listed once per registration, as in Dovecot.
 *
 * Source: RFC 5423 §4.2; Dovecot push-notification-event-flagsset.c.
 */
export const flagsSet = defineEvent({
  name: 'FlagsSet',
  kind: 'message',
  data: flagsSetSchema,
  defaultConfig: { hideDeleted: false, hideSeen: false } as FlagsSetConfig,
  select(data, { hideDeleted, hideSeen }) {
    const isHidden = (flag: string) =>
      (hideDeleted && flag === '\\Deleted') || (hideSeen && flag === '\\Seen');
    const flags = data.flags.filter((flag) => !isHidden(flag));
    // A change of flags that are all hidden makes nothing; one of keywords always makes an item.
    if (flags.length === 0 && data.flags.length > 0 && data.keywords.length === 0) return undefined;
    return { flags, keywords: data.keywords };
  },
  merge: (item, selected) => ({
    flags: orderFlags([...item.flags, ...selected.flags]),
    keywords: [...item.keywords, ...selected.keywords],
  }),
});

/**
 * Flags or keywords were cleared; raised on every flag change, also when nothing was cleared.
 *
 * Source: RFC 5423 §4.2; Dovecot push-notification-event-flagsclear.c. Unlike Dovecot, old keywords that
 * nobody stored are an empty list; 2.3 reads an uninitialised array there.
 */
export const flagsClear = defineEvent({
  name: 'FlagsClear',
  kind: 'message',
  data: flagsClearSchema,
  defaultConfig: { storeOld: false } as FlagsClearConfig,
  select: ({ flags, keywords, flagsOld, keywordsOld }, { storeOld }) => ({
    flags,
    keywords,
    ...(storeOld && flagsOld && { flagsOld }),
    ...(storeOld && keywordsOld && { keywordsOld }),
  }),
  create: (selected, { storeOld }) => (storeOld ? { flagsOld: [], keywordsOld: [], ...selected } : selected),
  merge: (item, selected) => ({
    ...item,
    flags: orderFlags([...item.flags, ...selected.flags]),
    keywords: [...item.keywords, ...selected.keywords],
    // The flags before the latest change, but the keywords before every change.
    ...(selected.flagsOld && { flagsOld: selected.flagsOld }),
    ...(selected.keywordsOld && { keywordsOld: [...(item.keywordsOld ?? []), ...selected.keywordsOld] }),
  }),
});

/** \Seen went on. RFC 5423 §4.2. */
export const messageRead = defineEvent({
  name: 'MessageRead',
  kind: 'message',
  data: z.object({}),
  defaultConfig: undefined,
});

/** \Deleted went on. RFC 5423 §4.2. */
export const messageTrash = defineEvent({
  name: 'MessageTrash',
  kind: 'message',
  data: z.object({}),
  defaultConfig: undefined,
});
