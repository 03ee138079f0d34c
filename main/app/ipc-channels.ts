import type { IpcPublicationName, IpcRequestName } from '#contract/ipc';

// The wire between ipc.ts and preload.ts; nobody else sees it.

/** An error crosses as text: Electron would wrap it into a sentence about "remote methods". */
export type Reply =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** A new load of the page listens to nothing yet. Told by the page's side: a navigation may start and be refused. */
export const LOADED_CHANNEL = 'loaded';
/** The page listens to a publication from now on; sent once per name and load. */
export const SUBSCRIBE_CHANNEL = 'subscribe';

export const requestChannel = (name: IpcRequestName): string => `request:${name}`;
export const publicationChannel = (name: IpcPublicationName): string => `publication:${name}`;
