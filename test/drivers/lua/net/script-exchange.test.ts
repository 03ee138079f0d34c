import { describe, expect, it } from 'vitest';
import { exchangeBody, redactExchange, redactUrl } from '../../../../drivers/lua/net/script-exchange.ts';

describe('exchangeBody', () => {
  it('keeps UTF-8 as text, and everything else as base64', () => {
    expect(exchangeBody(Buffer.from('\u{feff}grüße\0'))).toEqual({ body: '\u{feff}grüße\0' });
    expect(exchangeBody(new Uint8Array([0xff, 0]))).toEqual({ bodyBase64: '/wA=' });
  });
});

describe('redactExchange', () => {
  it('takes credentials out of headers and the URL', () => {
    const exchange = {
      method: 'GET',
      url: 'http://bob:secret@host/p?q',
      headers: [
        ['Authorization', 'Basic c2VjcmV0'],
        ['proxy-authorization', 'x'],
        ['X', 'y'],
      ] as const,
      status: 200,
      captured: false,
      durationMs: 1,
    };
    const redacted = redactExchange(exchange);
    expect(redacted.url).toBe('http://bob:<redacted>@host/p?q');
    expect(redacted.headers.map(([, value]) => value)).toEqual(['<redacted>', '<redacted>', 'y']);
  });

  it.each(['http://host/a:b@c', 'http://host?x:y@z', 'http://bob@host/', '/p:q@r'])(
    'leaves %s, which has no password, alone',
    (url) => {
      expect(redactUrl(url)).toBe(url);
    },
  );
});
