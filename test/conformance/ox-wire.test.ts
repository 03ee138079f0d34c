import { describe, expect, it } from 'vitest';
import { decodeOxNotification, encodeOxNotification, type OxNotificationToSend } from '#contract/ox';
import { recordings } from './recordings.ts';

const bodies = recordings.flatMap(({ scenario, ox_requests = [] }) =>
  ox_requests.filter(({ body }) => body.startsWith('{')).map(({ body }) => [scenario, body] as const),
);

describe('the OX wire format against the real Dovecot', () => {
  it.each(bodies)('%s: reads the body and writes it again byte for byte', (_scenario, body) => {
    const { notification, notes } = decodeOxNotification(body);
    expect(notes).toEqual([]);
    expect(encodeOxNotification(notification as OxNotificationToSend)).toBe(body);
  });
});
