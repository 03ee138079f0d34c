import { describe, expect, it } from 'vitest';
import { rowName } from '../../../renderer/timeline/row-name.ts';
import { row } from '../rows.ts';

describe('rowName', () => {
  it('has event, user, folder, sender and subject in this order, then the rest', () => {
    expect(rowName(row(1, { repeats: 1 }))).toMatch(
      /^MessageNew, alice, INBOX, from Ä, Test päivää, uid 2345, ×2, [\d:.]+, dlog done, ox skipped, toast shown$/,
    );
  });

  it('leaves out what a row does not have', () => {
    const name = rowName(row(1, { event: '', uid: 0, from: '', subject: '', drivers: [], toast: 'none' }));
    expect(name).toMatch(/^no event, alice, INBOX, [\d:.]+$/);
  });

  it('says how many more events the transaction has', () => {
    expect(rowName(row(1, { eventCount: 3 }))).toMatch(/^MessageNew, with 2 more events, alice/);
  });

  it('says that the drivers have not run yet', () => {
    expect(rowName(row(1, { state: 'accepted', drivers: [] }))).toContain('waiting');
  });

  it('is bounded and free of invisible characters', () => {
    const name = rowName(row(1, { subject: `\u202E${'x'.repeat(20_000)}` }));
    expect(name).toContain('‹U+202E›x');
    expect(name.length).toBeLessThan(400);
  });
});
