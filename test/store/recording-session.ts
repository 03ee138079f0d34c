import { z } from 'zod';
import {
  createDriverRegistry,
  initDrivers,
  messageFields,
  openTransaction,
  rfc5423Events,
  type DriverDefinition,
  type PushEvent,
  type Txn,
} from '#framework';
import { addInbox, createMailStore, type MailSession } from '#store';

/** One transaction that drivers heard of, in the order in which they ended. */
export interface HeardTransaction {
  readonly mailbox: string;
  readonly events: readonly PushEvent[];
  readonly success: boolean;
}

/** A session on a store with an INBOX, and what a driver that asks for everything hears of it. */
export interface RecordingSession {
  readonly session: MailSession;
  readonly heard: HeardTransaction[];
  /** Begins and ends in their order: `begin INBOX`, `end INBOX`. */
  readonly order: string[];
}

/** Asks for all that there is to know, as the lua driver does. */
export function registerEverything(txn: Txn): void {
  for (const { name } of rfc5423Events) {
    if (name === 'MessageNew' || name === 'MessageAppend') txn.register(name, { fields: messageFields });
    else if (name === 'FlagsClear') txn.register(name, { storeOld: true });
    else txn.register(name);
  }
}

export async function createRecordingSession(user = 'alice'): Promise<RecordingSession> {
  const heard: HeardTransaction[] = [];
  const order: string[] = [];
  const everything: DriverDefinition = {
    name: 'everything',
    settings: z.looseObject({}),
    init: () => ({
      beginTxn(txn) {
        const { mailbox } = txn;
        order.push(`begin ${mailbox}`);
        registerEverything(txn);
        const events: PushEvent[] = [];
        return {
          processMbox: (mbox) => void events.push(...mbox.events),
          processMsg: (msg) => void events.push(...msg.events),
          endTxn(success) {
            order.push(`end ${mailbox}`);
            heard.push({ mailbox, events, success });
          },
        };
      },
    }),
  };
  const clock = () => 0;
  const { drivers } = await initDrivers(
    [{ driver: 'everything', settings: {} }],
    createDriverRegistry([everything]),
    { user, clock },
  );
  const store = createMailStore(() => {
    let next = 100;
    return () => next++;
  }).forUser(user);
  addInbox(store, 1);
  const options = { clock, deduplicateRegistrations: false };
  const session: MailSession = {
    store,
    open: (mailbox) => openTransaction({ user, mailbox }, drivers, options),
    parse: (raw) => ({ subject: Buffer.from(raw).toString() }),
  };
  return { session, heard, order };
}

/** What was heard, as names: `INBOX: FlagsClear FlagsSet`. */
export function names(heard: readonly HeardTransaction[]): string[] {
  return heard.map(({ mailbox, events, success }) =>
    [`${mailbox}:`, ...events.map(({ name }) => name), ...(success ? [] : ['(rolled back)'])].join(' '),
  );
}
