import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectRequest } from '../../../../drivers/lua/host/socket-calls.ts';
import { MAX_CONNECTION_BYTES } from '../../../../drivers/lua/host/socket-connection.ts';
import {
  createSocketService,
  type SocketService,
  type SocketServiceOptions,
} from '../../../../drivers/lua/host/socket-service.ts';

const servers: net.Server[] = [];
const services: SocketService[] = [];

afterEach(() => {
  for (const service of services.splice(0)) service.close();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: net.Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

function startService(options: Partial<SocketServiceOptions> = {}): SocketService {
  const service = createSocketService({ access: 'all', ...options });
  services.push(service);
  return service;
}

function to(port: number | string, more: Partial<ConnectRequest> = {}): ConnectRequest {
  return { host: '127.0.0.1', port: String(port), family: 'any', timeoutMs: 2000, purpose: 'tcp', ...more };
}

async function connect(service: SocketService, request: ConnectRequest): Promise<number> {
  const result = await service['socket.connect'](request);
  if (!('id' in result)) throw new Error(JSON.stringify(result));
  return result.id;
}

describe('the socket service', () => {
  it('sends, receives and reports the end of the connection', async () => {
    const port = await listen(net.createServer((socket) => socket.pipe(socket)));
    const service = startService();
    const id = await connect(service, to(port));
    expect(await service['socket.send']({ id, bytes: Buffer.from('\0ping'), timeoutMs: 1000 })).toBeNull();
    expect(await service['socket.receive']({ id, timeoutMs: 1000 })).toEqual({
      bytes: new Uint8Array(Buffer.from('\0ping')),
    });
    await service['socket.finish']({ id });
    expect(await service['socket.receive']({ id, timeoutMs: 1000 })).toEqual({ error: 'closed' });
    await service['socket.close']({ id });
    expect(await service['socket.receive']({ id, timeoutMs: 1000 })).toEqual({ error: 'closed' });
  });

  it('answers "timeout" after the time, and at once for a time of 0', async () => {
    const port = await listen(net.createServer(() => {}));
    const service = startService();
    const id = await connect(service, to(port));
    const start = performance.now();
    expect(await service['socket.receive']({ id, timeoutMs: 80 })).toEqual({ error: 'timeout' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
    expect(await service['socket.receive']({ id, timeoutMs: 0 })).toEqual({ error: 'timeout' });
  });

  it.each([
    [to(1), 'connection refused'],
    [to('nonsense'), 'service not supported for socket type'],
    [to(80, { host: '' }), 'host or service not provided, or not known'],
    [to(80, { host: 'a b' }), 'host or service not provided, or not known'],
    [to(80, { host: 'nosuchhost.invalid' }), 'host or service not provided, or not known'],
  ])('answers trouble in the words of LuaSocket (%#)', async (request, error) => {
    expect(await startService()['socket.connect'](request)).toEqual({ error });
  });

  it('connects to no metadata address, in any spelling', async () => {
    const service = startService();
    for (const host of [
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
      '::ffff:169.254.169.254',
      'fd00:ec2::254',
    ]) {
      const result = await service['socket.connect'](to(80, { host }));
      expect(result).toMatchObject({ error: expect.stringContaining('metadata') as string });
    }
  });

  it('stays on the local network when told to, and asks a proxy for nothing else', async () => {
    const port = await listen(net.createServer((socket) => socket.end()));
    const service = startService({ access: 'local' });
    expect(await service['socket.connect'](to(port))).toHaveProperty('id');
    for (const request of [to(80, { host: '8.8.8.8' }), to(port, { behindProxy: '8.8.8.8' })]) {
      expect(await service['socket.connect'](request)).toMatchObject({
        error: expect.stringContaining('outside this computer') as string,
      });
    }
  });

  it('captures HTTP and refuses everything else when scripts have no network', async () => {
    const service = startService({ access: 'capture' });
    const host = 'nosuchhost.invalid';
    expect(await service['socket.connect'](to(80, { host, purpose: 'http' }))).toEqual({ captured: true });
    expect(await service['socket.connect'](to(80))).toMatchObject({
      error: expect.stringContaining('only recorded') as string,
    });
    expect(await service['socket.lookup']({ host: 'localhost', family: 'any' })).toHaveProperty('error');
  });

  it('ends what waits when it is closed, and drops what comes later', async () => {
    const port = await listen(net.createServer(() => {}));
    const controller = new AbortController();
    const service = startService({ signal: controller.signal });
    const id = await connect(service, to(port));
    const waiting = service['socket.receive']({ id, timeoutMs: null });
    const sleeping = service['socket.sleep']({ durationMs: 60_000 });
    controller.abort();
    expect(await waiting).toEqual({ error: 'closed' });
    expect(await sleeping).toBeNull();
    expect(await service['socket.connect'](to(port))).toEqual({ error: 'closed' });
  });

  it('says which connections would not wait', async () => {
    const port = await listen(net.createServer((socket) => setTimeout(() => socket.write('x'), 50)));
    const service = startService();
    const ids = [await connect(service, to(port)), await connect(service, to(port))];
    await service['socket.close']({ id: ids[1] ?? 0 });
    expect(await service['socket.ready']({ ids: ids.slice(0, 1), timeoutMs: 1000 })).toEqual({
      ids: [ids[0]],
    });
    expect(await service['socket.ready']({ ids: [], timeoutMs: 10 })).toEqual({ ids: [] });
  });

  it('takes no more from a connection than fits into memory', async () => {
    const block = Buffer.alloc(1024 * 1024);
    const port = await listen(
      net.createServer((socket) => {
        socket.on('error', () => {});
        const pour = (): void => void (socket.destroyed || socket.write(block, pour));
        pour();
      }),
    );
    const service = startService();
    const id = await connect(service, to(port));
    let received = 0;
    for (;;) {
      const result = await service['socket.receive']({ id, timeoutMs: 5000 });
      if ('error' in result) {
        expect(result.error).toContain('more than 32 MB');
        break;
      }
      received += result.bytes.length;
    }
    expect(received).toBeLessThan(MAX_CONNECTION_BYTES + 2 * block.length);
  });

  it('opens a limited number of connections', async () => {
    const port = await listen(net.createServer(() => {}));
    const service = startService();
    for (let count = 0; count < 64; count++) await connect(service, to(port));
    expect(await service['socket.connect'](to(port))).toEqual({ error: 'Too many open files' });
  });
});

describe('TLS of the socket service', () => {
  const file = (name: string): Buffer =>
    readFileSync(path.join(import.meta.dirname, '../../../fixtures/tls', name));

  it('goes on in TLS, whoever has signed the certificate, unless it is to be verified', async () => {
    const server = tls.createServer(
      { key: file('self-signed.key'), cert: file('self-signed.pem') },
      (socket) => {
        socket.on('error', () => {});
        socket.end('secret');
      },
    );
    server.on('tlsClientError', () => {});
    const port = await listen(server);
    const service = startService();
    const id = await connect(service, to(port));
    const options = { serverName: '127.0.0.1', timeoutMs: 3000 };
    expect(await service['socket.startTls']({ id, verifies: false, ...options })).toBeNull();
    expect(await service['socket.receive']({ id, timeoutMs: 1000 })).toEqual({
      bytes: new Uint8Array(Buffer.from('secret')),
    });
    const other = await connect(service, to(port));
    expect(await service['socket.startTls']({ id: other, verifies: true, ...options })).toEqual({
      error: 'certificate verify failed',
    });
  });
});
