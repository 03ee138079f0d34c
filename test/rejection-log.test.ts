import { describe, expect, it } from 'vitest';
import { createRejectionLog } from '../main/rejection-log.ts';
import type { OxRefusal } from '../main/sources/ox-endpoint.ts';

const refusal = (code: string, more: Partial<OxRefusal> = {}): OxRefusal => ({
  request: undefined,
  peer: '127.0.0.1',
  status: 400,
  rejection: { code, message: code },
  authentication: 'not checked',
  ...more,
});

describe('the rejection log', () => {
  it('makes one row of what is refused again and again', () => {
    const log = createRejectionLog();
    const first = log.enter(refusal('bad_http'), 0);
    expect(first).toMatchObject({ kind: 'row', received: { rejection: { code: 'bad_http' } } });
    expect(log.enter(refusal('bad_http'), 5_000)).toMatchObject({ kind: 'repeat' });
    expect(log.enter(refusal('bad_http', { peer: '10.0.0.1' }), 5_000)).toMatchObject({ kind: 'row' });
    expect(log.enter(refusal('bad_http'), 20_000)).toMatchObject({ kind: 'row' });
  });

  it('writes no more than a bounded number of rows a minute', () => {
    const log = createRejectionLog();
    const rows = Array.from({ length: 500 }, (_, index) => log.enter(refusal(`code ${index}`), 1000));
    expect(rows.filter((entry) => entry?.kind === 'row')).toHaveLength(120);
    expect(log.enter(refusal('later'), 61_000)).toMatchObject({ kind: 'row' });
  });

  it('keeps the head of a body', () => {
    const entry = createRejectionLog().enter(refusal('not_json', { body: new Uint8Array(60_000) }), 0);
    expect(entry?.kind === 'row' && (entry.append.raw as Uint8Array).length).toBe(4096);
  });
});
