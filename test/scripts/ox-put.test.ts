import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { NOTIFY_PATH, encodeAsDovecot, putAsDovecot } from '../../scripts/ox-put.mjs';

describe('encodeAsDovecot', () => {
  it("writes one line in Dovecot's order and leaves absent keys out", () => {
    const body = encodeAsDovecot({
      unseen: 1,
      snippet: 'a\nb',
      folder: 'INBOX',
      event: 'messageNew',
      user: 'u',
    });
    expect(body).toBe('{"user":"u","event":"messageNew","folder":"INBOX","snippet":"a\\nb","unseen":1}');
  });
});

describe('putAsDovecot', () => {
  let server: Server;
  afterEach(() => server.close());

  it("sends Dovecot's headers, in its order, and no others", async () => {
    const seen: unknown[] = [];
    server = createServer((request, response) => {
      seen.push(
        request.method,
        request.url,
        request.rawHeaders.filter((_, index) => index % 2 === 0),
      );
      response.end('{"success":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await putAsDovecot({ port, login: 'a', password: 'b', body: '{}' });
    expect(answer).toEqual({ status: 200, body: '{"success":true}' });
    expect(seen).toEqual([
      'PUT',
      NOTIFY_PATH,
      ['Host', 'Date', 'Authorization', 'Content-Length', 'Connection', 'Content-Type'],
    ]);
  });
});
