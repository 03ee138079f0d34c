import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Append, Batch } from '../../main/timeline/timeline-protocol.ts';
import { openTimelineStore, type TimelineStore } from '../../main/timeline/timeline-store.ts';

let folder: string;
let file: string;
let store: TimelineStore;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-timeline-'));
  file = path.join(folder, 'timeline.db');
  store = openTimelineStore(file);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const receivedAtMs = 1_700_000_000_000;
function append(id: string, more: Partial<Append> = {}): Append {
  const event = {
    name: 'MessageNew',
    user: 'alice',
    mailbox: 'INBOX',
    uid: 5,
    uidValidity: 7,
    subject: 'Hi',
  };
  const received = { id, receivedAtMs, source: 'ox', user: 'alice', mailbox: 'INBOX', events: [event] };
  return { id, receivedAtMs, reportJson: JSON.stringify(received), ...more };
}
const commit = (appends: Append[], more: Partial<Batch> = {}) =>
  store.commit({ appends, outcomes: [], repeats: [], toasts: [], ...more });

const outcome = JSON.stringify({
  driverRuns: [],
  toast: { outcome: 'shown', reason: 'New' },
  timings: { storeMs: 1 },
});

describe('the timeline store', () => {
  it('gives reports back in the order in which they came, with the body as it was', () => {
    const bytes = new Uint8Array([0x7b, 0xe4, 0x7d]);
    commit([append('a', { raw: '{"ä":1}' }), append('b', { raw: bytes }), append('c')]);
    expect(store.extent()).toEqual({ firstSeq: 1, lastSeq: 3, count: 3 });
    expect(store.list(1, 3).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(store.get({ id: 'a' })).toMatchObject({ seq: 1, raw: '{"ä":1}', state: 'accepted' });
    expect(store.get({ id: 'b' })).toMatchObject({
      raw: '{\ufffd}',
      rawBase64: Buffer.from(bytes).toString('base64'),
    });
    expect(store.get({ seq: 3 })).not.toHaveProperty('raw');
    expect(store.get({ id: 'nobody' })).toBeNull();
  });

  it('knows which reports still wait for their drivers, also after it was closed', () => {
    commit([append('a'), append('b')]);
    commit([], { outcomes: [{ seq: 1, outcomeJson: outcome }] });
    store.close();
    store = openTimelineStore(file);
    expect(store.reports({ afterSeq: 0, limit: 10, onlyAccepted: true }).map(({ id }) => id)).toEqual(['b']);
    expect(store.get({ id: 'a' })).toMatchObject({
      state: 'done',
      toast: { outcome: 'shown' },
      timings: { storeMs: 1 },
    });
  });

  it('changes the toast of a stored outcome and nothing else of it', () => {
    commit([append('a'), append('b')], { outcomes: [{ seq: 1, outcomeJson: outcome }] });
    const toastJson = JSON.stringify({ outcome: 'failed', reason: 'Nobody shows them' });
    commit([], { toasts: ['a', 'b', 'nobody'].map((id) => ({ id, toastJson })) });
    expect(store.get({ id: 'a' })).toMatchObject({ toast: { outcome: 'failed' }, timings: { storeMs: 1 } });
    expect(store.get({ id: 'b' })).toMatchObject({ state: 'accepted' });
  });

  it('takes the same request within half a minute for a repetition, also after a restart', () => {
    expect(commit([append('a', { isRepeatable: true, raw: 'k' })])).toEqual([{ seq: 1 }]);
    const again = append('b', { isRepeatable: true, raw: 'k', receivedAtMs: receivedAtMs + 2000 });
    expect(commit([again])).toEqual([{ seq: 1, repeatOf: 'a' }]);
    store.close();
    store = openTimelineStore(file);
    expect(
      commit([append('c', { isRepeatable: true, raw: 'k', receivedAtMs: receivedAtMs + 4000 })]),
    ).toEqual([{ seq: 1, repeatOf: 'a' }]);
    expect(store.get({ id: 'a' })?.repeats).toBe(2);
    expect(store.extent().count).toBe(1);
  });

  it('takes it for another message later, and when the clock was set back by a day', () => {
    commit([append('a', { isRepeatable: true, raw: 'k' })]);
    expect(
      commit([append('b', { isRepeatable: true, raw: 'k', receivedAtMs: receivedAtMs + 60_000 })])[0],
    ).not.toHaveProperty('repeatOf');
    expect(
      commit([append('c', { isRepeatable: true, raw: 'k', receivedAtMs: receivedAtMs - 86_400_000 })])[0],
    ).not.toHaveProperty('repeatOf');
  });

  it('recognises a repetition within one commit', () => {
    expect(
      commit([append('a', { isRepeatable: true, raw: 'k' }), append('b', { isRepeatable: true, raw: 'k' })]),
    ).toEqual([{ seq: 1 }, { seq: 1, repeatOf: 'a' }]);
  });

  it('stores all of a commit or nothing, and does not remember what it did not store', () => {
    commit([append('a')]);
    expect(() => commit([append('b', { isRepeatable: true, raw: 'k' }), append('a')])).toThrow();
    expect(store.extent().count).toBe(1);
    expect(commit([append('b', { isRepeatable: true, raw: 'k' })])).toEqual([{ seq: 2 }]);
  });

  it('counts what came since a time', () => {
    commit([append('a'), append('b', { receivedAtMs: receivedAtMs + 10 })]);
    expect(store.stats({ sinceMs: receivedAtMs + 5, toSeq: 9 })).toEqual({
      count: 1,
      lastEventAtMs: receivedAtMs + 10,
    });
    expect(store.stats({ sinceMs: receivedAtMs + 50, toSeq: 9 }).count).toBe(0);
  });

  it('counts no rejected report, and nothing beyond a position', () => {
    const rejected = JSON.stringify({ id: 'r', rejection: { code: 'bad_http', message: '' }, events: [] });
    commit([append('a'), append('b'), append('r', { reportJson: rejected, receivedAtMs: receivedAtMs + 9 })]);
    expect(store.stats({ sinceMs: 0, toSeq: 3 })).toEqual({ count: 2, lastEventAtMs: receivedAtMs });
    expect(store.stats({ sinceMs: 0, toSeq: 1 }).count).toBe(1);
  });

  it('refuses a file of a newer version and one that is no database, in words', () => {
    const newer = path.join(folder, 'newer.db');
    const database = new Database(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openTimelineStore(newer)).toThrow('newer Dovebell');
    const text = path.join(folder, 'text.db');
    writeFileSync(text, 'this is not a database, but it is long enough to look at');
    expect(() => openTimelineStore(text)).toThrow();
  });
});
