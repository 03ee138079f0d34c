// ENTRY of the preload script: all that the page can reach of the program.

import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { publicationNames, requestNames, type DovebellApi, type IpcPublicationName } from '#contract/ipc';
import {
  LOADED_CHANNEL,
  publicationChannel,
  requestChannel,
  SUBSCRIBE_CHANNEL,
  type Reply,
} from './ipc-channels.ts';

const subscribed = new Set<IpcPublicationName>();

const api: DovebellApi = {
  async request(name, ...argument) {
    if (!requestNames.includes(name)) throw new Error('There is no such request');
    const reply = (await ipcRenderer.invoke(requestChannel(name), ...argument)) as Reply;
    if (!reply.ok) throw new Error(reply.message);
    return reply.value as never;
  },
  subscribe(name, listener) {
    if (!publicationNames.includes(name)) throw new Error('There is no such publication');
    // The event would hand ipcRenderer itself to the page.
    const forward = (_event: IpcRendererEvent, payload: Parameters<typeof listener>[0]) => listener(payload);
    ipcRenderer.on(publicationChannel(name), forward);
    if (!subscribed.has(name)) ipcRenderer.send(SUBSCRIBE_CHANNEL, name);
    subscribed.add(name);
    return () => ipcRenderer.off(publicationChannel(name), forward);
  },
};

ipcRenderer.send(LOADED_CHANNEL);
contextBridge.exposeInMainWorld('dovebell', api);
