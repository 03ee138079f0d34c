import { INBOX } from './mailbox-name.ts';
import { addMailbox, createUserStore, type UserStore } from './user-store.ts';

/** The mail of any number of users, in memory. */
export interface MailStore {
  /** The user's mail; a user who is new gets an empty store without an INBOX. */
  forUser(user: string): UserStore;
  readonly users: Iterable<string>;
}

/** `uidValidities` makes the counter of one user's mailboxes. */
export function createMailStore(uidValidities: (user: string) => () => number): MailStore {
  const stores = new Map<string, UserStore>();
  return {
    forUser(user) {
      const store = stores.get(user) ?? createUserStore(user, uidValidities(user));
      stores.set(user, store);
      return store;
    },
    get users() {
      return stores.keys();
    },
  };
}

/** A user who has logged in before: there is an INBOX. */
export function addInbox(store: UserStore, uidValidity: number): void {
  addMailbox(store, INBOX, uidValidity);
}
