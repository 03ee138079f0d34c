import { describe, expect, it } from 'vitest';
import { parseMimeTree } from '../../main/message/mime-tree.ts';
import { findTextPart } from '../../main/message/part-selection.ts';
import { cpuTime, LINEAR_MS } from './cpu-time.ts';

/** The body of the selected part, undefined when there is none. */
function selected(message: string): string | undefined {
  const part = findTextPart(parseMimeTree(message));
  return part && message.slice(part.bodyStart, part.bodyEnd);
}

function part(type: string | undefined, body: string): string {
  return `${type === undefined ? '' : `Content-Type: ${type}\n`}\n${body}`;
}

function multipart(subtype: string, boundary: string, ...parts: readonly string[]): string {
  const lines = parts.map((text) => `--${boundary}\n${text}\n`);
  return part(
    `multipart/${subtype}; boundary="${boundary}"`,
    `preamble\n${lines.join('')}--${boundary}--\nepilogue\n`,
  );
}

const html = part('text/html', 'html');
const plain = part('text/plain', 'plain');

describe('findTextPart', () => {
  it('takes the message itself when it is text or has no type', () => {
    expect(selected(plain)).toBe('plain');
    expect(selected(part(undefined, 'bare'))).toBe('bare');
    expect(selected(part('text/calendar', 'x'))).toBe('x');
  });

  it('finds nothing in other types, nor in one that is invalid', () => {
    for (const type of ['image/png', 'message/rfc822', 'text/plain charset=x', 'plain', '']) {
      expect(selected(part(type, 'x'))).toBeUndefined();
    }
  });

  it('prefers plain text in multipart/alternative, then the last HTML, then the last other text', () => {
    expect(selected(multipart('alternative', 'b', html, plain))).toBe('plain');
    expect(selected(multipart('alternative', 'b', html, part(undefined, 'bare')))).toBe('bare');
    expect(selected(multipart('alternative', 'b', html, part('text/html', '2'), part('text/x', '3')))).toBe(
      '2',
    );
    expect(selected(multipart('alternative', 'b', part('text/x', '1'), part('text/y', '2')))).toBe('2');
  });

  it('does not look into multiparts inside of multipart/alternative', () => {
    expect(selected(multipart('alternative', 'b', multipart('related', 'c', html)))).toBeUndefined();
  });

  it('takes the first text part of other multiparts, depth first', () => {
    expect(
      selected(multipart('mixed', 'b', part('image/png', 'x'), multipart('related', 'c', html), plain)),
    ).toBe('html');
    expect(selected(multipart('mixed', 'b', part('message/rfc822', plain)))).toBeUndefined();
  });

  it('takes a part of a digest that has no type as text', () => {
    expect(selected(multipart('digest', 'b', part(undefined, 'Subject: x\n\nbody')))).toBe(
      'Subject: x\n\nbody',
    );
  });

  it('ignores preamble and epilogue, and finds nothing without a boundary', () => {
    expect(selected(multipart('mixed', 'b'))).toBeUndefined();
    expect(selected(part('multipart/mixed', '--b\n\nx'))).toBeUndefined();
  });
});

describe('parseMimeTree', () => {
  it('matches boundaries by their beginning, the longest first', () => {
    const inner = multipart('mixed', 'ab', part('image/png', 'x'), part('text/plain', 'deep'));
    expect(selected(multipart('mixed', 'a', inner))).toBe('deep');
    expect(selected(part('multipart/mixed; boundary=b', '--bcd\n\nx\n--b--'))).toBe('x');
  });

  it('lets a boundary end a header', () => {
    const message = part(
      'multipart/alternative; boundary=b',
      '--b\nContent-Type: text/html\n--b\n\nbare\n--b--\n',
    );
    expect(selected(message)).toBe('bare');
  });

  it('opens an empty part after a boundary at the very end', () => {
    expect(selected(part('multipart/mixed; boundary=b', '--b\n'))).toBe('');
    expect(selected(part('multipart/mixed; boundary=b', '--b'))).toBeUndefined();
  });

  it('ends a part at the boundary of an outer multipart', () => {
    const inner = part('multipart/mixed; boundary=c', '--c\nContent-Type: image/png\n\nx');
    expect(selected(multipart('mixed', 'b', inner, plain))).toBe('plain');
  });

  it('survives deep nesting and many parts', () => {
    const nested = Array.from(
      { length: 5000 },
      (_, level) => `Content-Type: multipart/mixed; boundary=${level}\n\n--${level}\n`,
    );
    const many = part('multipart/mixed; boundary=b', '--b\nContent-Type: a/b\n\n'.repeat(50_000));
    const dashes = part('multipart/mixed; boundary=b', '--x\n'.repeat(200_000));
    expect(
      cpuTime(() => {
        for (const message of [nested.join(''), many, dashes]) selected(message);
      }),
    ).toBeLessThan(LINEAR_MS);
  });
});
