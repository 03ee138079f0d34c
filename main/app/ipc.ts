import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import {
  publicationNames,
  requestNames,
  type IpcPublicationName,
  type IpcPublications,
  type IpcRequestName,
  type IpcRequests,
} from '#contract/ipc';
import {
  LOADED_CHANNEL,
  publicationChannel,
  requestChannel,
  SUBSCRIBE_CHANNEL,
  type Reply,
} from './ipc-channels.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { PAGE_ORIGIN } from './served-file.ts';

/** Answers one request of a window; rejects with a sentence for people. */
export type Answer = <Name extends IpcRequestName>(
  name: Name,
  argument: unknown,
) => Promise<IpcRequests[Name][1]>;

/** The windows' side of the contract. */
export interface Ipc {
  /** Lets a window ask and listen; before this its messages are refused. */
  admit(window: BrowserWindow): void;
  /** Tells every admitted window; those that do not listen yet are told when they do. */
  publish<Name extends IpcPublicationName>(name: Name, payload: IpcPublications[Name]): void;
}

/** Registers the handlers; the only place that touches `ipcMain`. */
export function createIpc(answer: Answer): Ipc {
  const outboxes = new Map<BrowserWindow, Outbox>();
  for (const name of requestNames) {
    ipcMain.handle(requestChannel(name), async (event, argument: unknown): Promise<Reply> => {
      if (!senderOf(event, outboxes)) return { ok: false, message: 'This frame may not ask' };
      return reply(answer(name, argument));
    });
  }
  ipcMain.on(LOADED_CHANNEL, (event) => senderOf(event, outboxes)?.reset());
  ipcMain.on(SUBSCRIBE_CHANNEL, (event, name: unknown) => {
    const known = publicationNames.find((candidate) => candidate === name);
    if (known) senderOf(event, outboxes)?.ready(known);
  });
  return {
    admit: (window) => admit(window, outboxes),
    publish(name, payload) {
      for (const outbox of outboxes.values()) outbox.publish(name, payload);
    },
  };
}

function admit(window: BrowserWindow, outboxes: Map<BrowserWindow, Outbox>): void {
  const outbox = createOutbox((name, payload) => {
    // It may be closing, or its process gone: then there is nobody to tell.
    if (!window.isDestroyed() && !window.webContents.isCrashed()) {
      window.webContents.send(publicationChannel(name), payload);
    }
  });
  outboxes.set(window, outbox);
  window.webContents.on('render-process-gone', () => outbox.reset());
  window.on('closed', () => outboxes.delete(window));
}

// The outbox of the sender when it is the page of an admitted window; a frame inside the page is not.
function senderOf(
  { sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent,
  outboxes: ReadonlyMap<BrowserWindow, Outbox>,
): Outbox | undefined {
  for (const [window, outbox] of outboxes) {
    if (window.isDestroyed() || window.webContents !== sender) continue;
    const isPage = senderFrame === sender.mainFrame && senderFrame.origin === PAGE_ORIGIN;
    return isPage ? outbox : undefined;
  }
  return undefined;
}

async function reply(answer: Promise<unknown>): Promise<Reply> {
  try {
    return { ok: true, value: await answer };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
