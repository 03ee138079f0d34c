import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../main/app/outbox.ts';

function setUp() {
  const sent: unknown[] = [];
  const outbox = createOutbox((name, payload) => sent.push([name, payload]));
  const reveal = (seq: number) => outbox.publish('timeline/reveal', { id: 'x', seq });
  const row = (seq: number) => ['timeline/reveal', { id: 'x', seq }];
  return { sent, outbox, reveal, row };
}

describe('createOutbox', () => {
  it('holds publications until the page listens, then sends them in order', () => {
    const { sent, outbox, reveal, row } = setUp();
    reveal(1);
    reveal(2);
    expect(sent).toEqual([]);
    outbox.ready('timeline/reveal');
    reveal(3);
    expect(sent).toEqual([row(1), row(2), row(3)]);
  });

  it('sends nothing that the page does not listen to', () => {
    const { sent, outbox, reveal } = setUp();
    reveal(1);
    outbox.ready('status/changed');
    expect(sent).toEqual([]);
  });

  it('holds them again while the page is loaded anew', () => {
    const { sent, outbox, reveal, row } = setUp();
    outbox.ready('timeline/reveal');
    outbox.reset();
    reveal(1);
    expect(sent).toEqual([]);
    outbox.ready('timeline/reveal');
    expect(sent).toEqual([row(1)]);
  });

  it('holds the newest hundred', () => {
    const { sent, outbox, reveal, row } = setUp();
    for (let seq = 1; seq <= 1_000; seq += 1) reveal(seq);
    outbox.ready('timeline/reveal');
    expect(sent).toHaveLength(100);
    expect(sent.at(-1)).toEqual(row(1_000));
  });
});
