import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { askNotificationServer, sessionBusPath } from '../../main/toast/notification-server.ts';

const METHOD_RETURN = 2;
const ERROR_REPLY = 3;
const SIGNAL = 4;

let folder = '';
let server: Server | undefined;

// A session bus that says what it is told to once the question is there.
async function busThatSays(answer: (socket: Socket) => void): Promise<NodeJS.ProcessEnv> {
  folder = await mkdtemp(join(tmpdir(), 'dovebell-bus-'));
  const path = join(folder, 'bus');
  server = createServer((socket) => {
    let received = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (received.includes('GetCapabilities')) answer(socket);
    });
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path},guid=00` };
}

function message(type: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(16);
  header.write('l', 0, 'latin1');
  header.writeUInt8(type, 1);
  header.writeUInt8(1, 3);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(1, 8);
  return Buffer.concat([header, body]);
}

function stringArray(...strings: string[]): Buffer {
  let items = Buffer.alloc(0);
  for (const string of strings) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(string.length);
    const padding = Buffer.alloc((4 - (items.length % 4)) % 4);
    items = Buffer.concat([items, padding, length, Buffer.from(`${string}\0`)]);
  }
  const total = Buffer.alloc(4);
  total.writeUInt32LE(items.length);
  return Buffer.concat([total, items]);
}

const welcome = [Buffer.from('OK 1234\r\n'), message(METHOD_RETURN, stringArray(':1.5')), message(SIGNAL)];

describe.runIf(process.platform === 'linux')('askNotificationServer', () => {
  afterEach(async () => {
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('reads the capabilities, however the answer is cut', async () => {
    const answer = Buffer.concat([
      ...welcome,
      message(METHOD_RETURN, stringArray('body', 'body-markup', 'actions')),
    ]);
    const environment = await busThatSays((socket) => {
      for (const byte of answer) socket.write(Buffer.from([byte]));
    });
    expect(await askNotificationServer(environment)).toEqual(['body', 'body-markup', 'actions']);
  });

  it('says that nobody is there', async () => {
    const environment = await busThatSays((socket) => {
      socket.write(Buffer.concat([...welcome, message(ERROR_REPLY)]));
    });
    await expect(askNotificationServer(environment)).rejects.toThrow('No notification service answers');
  });

  it('says that the bus refused it', async () => {
    const environment = await busThatSays((socket) => socket.end('REJECTED\r\n'));
    await expect(askNotificationServer(environment)).rejects.toThrow('closed the connection');
  });

  it('says that there is no desktop session', async () => {
    const environment = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    await expect(askNotificationServer(environment)).rejects.toThrow('There is no desktop session');
  });

  it('does not wait for a server that hangs', async () => {
    const environment = await busThatSays((socket) => socket.write(Buffer.concat(welcome)));
    await expect(askNotificationServer(environment)).rejects.toThrow('did not answer within 3 s');
  }, 6_000);

  it('refuses an endless answer', async () => {
    const huge = message(METHOD_RETURN);
    huge.writeUInt32LE(0x7fff_ffff, 4);
    const environment = await busThatSays((socket) => {
      socket.write(Buffer.concat([...welcome, huge, Buffer.alloc(100_000)]));
    });
    await expect(askNotificationServer(environment)).rejects.toThrow('out of all bounds');
  });

  it('cannot ask without a socket', async () => {
    expect(await askNotificationServer({ DBUS_SESSION_BUS_ADDRESS: 'tcp:host=x' })).toBeUndefined();
    expect(await askNotificationServer({})).toBeUndefined();
  });
});

describe.runIf(process.platform === 'linux')('sessionBusPath', () => {
  it.each([
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' }, '/run/user/1000/bus'],
    [{ DBUS_SESSION_BUS_ADDRESS: 'tcp:host=x;unix:guid=1,path=/tmp/a%20b,x=y' }, '/tmp/a b'],
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/tmp/dbus-x,guid=1' }, '\0/tmp/dbus-x'],
    [{ XDG_RUNTIME_DIR: '/run/user/1000' }, '/run/user/1000/bus'],
    [{ DBUS_SESSION_BUS_ADDRESS: 'autolaunch:' }, undefined],
  ])('reads %j', (environment, path) => {
    expect(sessionBusPath(environment)).toBe(path);
  });
});
