import { describe, expect, it } from 'vitest';
import { hexDump, MAX_DUMPED_BYTES } from '../../../renderer/detail/hex-dump.ts';

const base64 = (bytes: number[]): string => Buffer.from(bytes).toString('base64');

describe('hexDump', () => {
  it('has offset, bytes and what of them can be printed', () => {
    expect(hexDump(base64([0x7b, 0x22, 0xff, 0x00])).text).toBe(`0000  7b 22 ff 00${' '.repeat(36)}  {"..`);
  });

  it('breaks after sixteen bytes', () => {
    const lines = hexDump(base64(Array(17).fill(0x41))).text.split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^0010 {2}41 /);
  });

  it('is bounded and counts the rest', () => {
    expect(hexDump(base64(Array(MAX_DUMPED_BYTES + 5).fill(0))).omittedBytes).toBe(5);
  });

  it('shows nothing for what is not base64', () => {
    expect(hexDump('***')).toEqual({ text: '', omittedBytes: 0 });
  });
});
