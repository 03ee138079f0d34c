import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  runTransaction,
  initDrivers,
  createDriverRegistry,
  type DriverDefinition,
  type PushEvent,
} from '#framework';
import { createOx } from '../../drivers/ox.ts';

let server: net.Server | undefined;
const sockets = new Set<net.Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** A server that answers every request with these bytes and then says nothing more. */
async function answering(bytes: string): Promise<number> {
  server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(bytes));
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

const event: PushEvent = {
  name: 'MessageNew',
  user: 'alice',
  mailbox: 'INBOX',
  uid: 1,
  uidValidity: 7,
  subject: 'x',
};

async function resultFor(bytes: string): Promise<string[]> {
  const port = await answering(bytes);
  const settings = { url: `http://127.0.0.1:${port}/`, timeout_msecs: '300' };
  const lines: string[] = [];
  const { drivers } = await initDrivers(
    [{ driver: 'ox', settings }],
    createDriverRegistry([createOx() as DriverDefinition]),
    {
      user: 'alice',
      clock: Date.now,
      mail: {
        getMetadata: () => 'user=11@3',
        getStatus: () => ({ messages: 1, recent: 0, unseen: 1, uidNext: 2, uidValidity: 7, keywords: [] }),
      },
      sink: (_source, { level, text }) => lines.push(`${level} ${text}`),
    },
  );
  const transaction = { user: 'alice', mailbox: 'INBOX', events: [event], committed: true };
  await runTransaction(transaction, drivers, { deduplicateRegistrations: true, clock: Date.now });
  await drivers[0]?.driver.settled?.();
  await drivers[0]?.driver.deinit?.();
  return lines.filter((line) => /Notification sent|Error when/.test(line));
}

describe('ox and a server that answers oddly', () => {
  it.each([
    ['101 with an upgrade', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['part of a body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
    ['part of a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'],
    ['a body without end', 'HTTP/1.1 200 OK\r\n\r\nabc'],
    ['headers without end', 'HTTP/1.1 200 OK\r\nX: y\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['100 and nothing more', 'HTTP/1.1 100 Continue\r\n\r\n'],
    [
      'two answers at once',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    ],
    ['nothing', ''],
  ])(
    'has a result in bounded time: %s',
    async (_what, bytes) => {
      expect(await resultFor(bytes)).toHaveLength(1);
    },
    8000,
  );
});
