import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatClock,
  formatDuration,
  formatNumber,
  formatOffset,
  formatRowTime,
} from '../../../renderer/text/format.ts';

const atMs = new Date(2025, 10, 22, 14, 22, 31, 204).getTime();

describe('formatRowTime', () => {
  it('gives time of day and milliseconds for today', () => {
    expect(formatRowTime(atMs, atMs + 1000)).toEqual({ main: '14:22:31', fraction: '.204' });
  });

  it('puts the day in front for another day', () => {
    const tomorrowMs = new Date(2025, 10, 23, 0, 0, 1).getTime();
    expect(formatRowTime(atMs, tomorrowMs)).toEqual({ main: '22 Nov 14:22', fraction: '' });
  });

  it('takes times with a fraction of a millisecond', () => {
    expect(formatClock(atMs + 0.75)).toBe('14:22:31.204');
  });
});

describe('formatDuration', () => {
  it('has a tenth where a tenth matters', () => {
    expect(formatDuration(0.84)).toBe('0.8 ms');
    expect(formatDuration(4)).toBe('4.0 ms');
    expect(formatDuration(9.97)).toBe('10 ms');
    expect(formatDuration(21.4)).toBe('21 ms');
    expect(formatDuration(1240)).toMatch(/^1\.2 s/);
  });

  it('never shows a negative offset', () => {
    expect(formatOffset(12.4)).toBe('+12 ms');
    expect(formatOffset(-0.2)).toBe('+0.0 ms');
  });
});

describe('formatAgo', () => {
  it('grows from seconds to a date', () => {
    expect(formatAgo(atMs, atMs - 5000)).toMatch(/^0 ?s/);
    expect(formatAgo(atMs, atMs + 12_400)).toMatch(/^12 ?s.* ago$/);
    expect(formatAgo(atMs, atMs + 180_000)).toMatch(/^3 ?m.* ago$/);
    expect(formatAgo(atMs, atMs + 7_200_000)).toMatch(/^2 ?h.* ago$/);
    expect(formatAgo(atMs, atMs + 200_000_000)).toBe('22 Nov 14:22');
  });
});

describe('formatNumber', () => {
  it('groups thousands', () => {
    expect(formatNumber(1_234_567)).toBe('1,234,567');
  });
});
