import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BRIDGE_PATH } from '#contract/bridge';
import { MAX_BODY_BYTES, MAX_BRIDGE_BODY_BYTES } from '../../main/sources/endpoint-route.ts';
import { put, sendRaw, startEndpoint } from './endpoint-harness.ts';

let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
let url: string;
beforeEach(async () => {
  endpoint = await startEndpoint();
  url = `http://127.0.0.1:${endpoint.port}${BRIDGE_PATH}`;
});
afterEach(() => endpoint.stop());

const body = (events: object[] = [{ name: 'MessageRead', mailbox: 'INBOX', uid: 5, uidValidity: 7 }]) =>
  JSON.stringify({
    bridge: { version: 1, dovecot: '2.4' },
    transaction: { id: 'a-1', part: 1, parts: 1 },
    user: 'alice',
    committed: true,
    events,
  });
const post = (text: BodyInit, headers: Record<string, string> = {}) => put(url, text, headers, 'POST');
const longEvents = (bytes: number) => [
  { name: 'MessageNew', mailbox: 'INBOX', uid: 5, uidValidity: 7, snippet: 'x'.repeat(bytes) },
];

describe('the path of the bridge', () => {
  it('answers a POST once it is stored, and hands the transaction over', async () => {
    const response = await post(body());
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"success":true}');
    expect(endpoint.arrivals[0]?.body).toMatchObject({
      source: 'bridge',
      raw: body(),
      transaction: { user: 'alice', events: [{ name: 'MessageRead', user: 'alice' }] },
    });
  });

  it('takes bodies that the OX path does not, up to 1 MB', async () => {
    expect((await post(body(longEvents(MAX_BODY_BYTES * 8)))).status).toBe(200);
    expect((await put(endpoint.url, body(longEvents(MAX_BODY_BYTES)))).status).toBe(413);
    const response = await post(body(longEvents(MAX_BRIDGE_BODY_BYTES)));
    expect(response.status).toBe(413);
    expect(await response.text()).toContain(String(MAX_BRIDGE_BODY_BYTES));
    expect(endpoint.refusals.map(({ source }) => source)).toEqual(['ox', 'bridge']);
  });

  it('names the member that is wrong', async () => {
    const response = await post(body([{ name: 'MessageRead', mailbox: 'INBOX', uid: -1, uidValidity: 7 }]));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'bad_field', field: 'events[0].uid' } });
    expect(endpoint.refusals[0]).toMatchObject({ status: 400, rejection: { field: 'events[0].uid' } });
  });

  it('has the guards of the OX path: password, web pages, methods, types', async () => {
    const wrong = `Basic ${Buffer.from('dovebell:guess').toString('base64')}`;
    expect((await post(body(), { authorization: wrong })).status).toBe(401);
    expect((await post(body(), { origin: 'https://example.com' })).status).toBe(403);
    expect((await post(body(), { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    const response = await put(url, body());
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(endpoint.arrivals).toEqual([]);
  });

  it('invites a sender that waits for "100 Continue", as the client of Dovecot 2.3 does', async () => {
    const head = [
      `POST ${BRIDGE_PATH} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: Basic ${Buffer.from('dovebell:secret').toString('base64')}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body())}`,
      'Expect: 100-continue',
      'Connection: close',
    ];
    const answer = await sendRaw(endpoint.port, `${head.join('\r\n')}\r\n\r\n${body()}`);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});
