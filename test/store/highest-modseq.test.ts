import { describe, expect, it } from 'vitest';
import {
  changeFlags,
  changeMetadata,
  copyMessages,
  expungeMessages,
  findMailbox,
  openSaveTransaction,
} from '#store';
import { createRecordingSession } from './recording-session.ts';

/** The numbers are those of the real 2.3.19 for the same commands, counted from 1. */
describe('the highest MODSEQ of a mailbox', () => {
  it('grows with every kind of change as the transaction log does', async () => {
    const { session } = await createRecordingSession();
    const inbox = findMailbox(session.store, 'INBOX');
    const save = async (...messages: (readonly [readonly string[], readonly string[]])[]) => {
      const transaction = openSaveTransaction(session, inbox, 'append');
      for (const [flags, keywords] of messages)
        await transaction.save({ raw: Buffer.from('x'), flags, keywords });
      await transaction.commit();
    };
    const store = (
      uids: readonly number[],
      mode: 'add' | 'replace',
      flags: string[],
      keywords: string[] = [],
    ) => changeFlags(session, inbox, uids, { mode, flags, keywords });
    const steps: readonly (readonly [number, () => unknown])[] = [
      [2, () => save([[], []])],
      [3, () => save([['\\Seen'], []])],
      [5, () => save([[], ['kw1']])],
      [8, () => save([['\\Seen'], ['kw1', 'kw2']])],
      [10, () => save([[], ['kw1']], [[], []], [[], []])],
      [11, () => store([1], 'add', ['\\Seen'])],
      [12, () => store([1], 'add', [], ['kw1'])],
      [14, () => store([1, 2, 3], 'add', ['\\Flagged'], ['kw2'])],
      [17, () => store([1], 'replace', ['\\Answered'])],
      [18, () => store([1, 2], 'add', ['\\Deleted'])],
      [19, () => expungeMessages(session, inbox, [1, 2])],
      [20, () => store([3], 'add', ['\\Answered'])],
      [20, () => store([3], 'add', ['\\Answered'])],
      [23, () => copyMessages(session, inbox, [3, 4], inbox)],
      [24, () => changeMetadata(session.store, '', { entry: '/private/x', value: 'y' })],
      [25, () => changeMetadata(session.store, 'INBOX', { entry: '/private/x', value: undefined })],
      [25, () => expungeMessages(session, inbox, [99])],
    ];
    for (const [modseq, step] of steps) {
      await step();
      expect(inbox.highestModseq).toBe(modseq);
    }
  });
});
