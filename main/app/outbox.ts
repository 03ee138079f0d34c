import type { IpcPublicationName, IpcPublications } from '#contract/ipc';

/** Some seconds of a burst; a page that starts later asks for everything anyway. */
const MAX_WAITING = 100;

type Send = <Name extends IpcPublicationName>(name: Name, payload: IpcPublications[Name]) => void;

/** Publications for one window: those that its page does not listen to yet wait for it. */
export interface Outbox {
  readonly publish: Send;
  /** The page listens now: what waited is sent in order. */
  ready(name: IpcPublicationName): void;
  /** The page is loaded anew and listens to nothing yet. */
  reset(): void;
}

export function createOutbox(send: Send): Outbox {
  const listening = new Set<IpcPublicationName>();
  let waiting: { readonly name: IpcPublicationName; readonly deliver: () => void }[] = [];
  return {
    publish(name, payload) {
      if (listening.has(name)) return send(name, payload);
      waiting.push({ name, deliver: () => send(name, payload) });
      if (waiting.length > MAX_WAITING) waiting.shift();
    },
    ready(name) {
      listening.add(name);
      const due = waiting.filter((item) => item.name === name);
      waiting = waiting.filter((item) => item.name !== name);
      for (const { deliver } of due) deliver();
    },
    reset() {
      listening.clear();
    },
  };
}
