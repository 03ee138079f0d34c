import { describe, expect, it } from 'vitest';
import { parseTimeInterval } from '../../../drivers/http/time-interval.ts';

describe('a time interval', () => {
  it.each([
    ['0', 0],
    ['60s', 60],
    ['60 secs', 60],
    ['1m', 60],
    ['2MINS', 120],
    ['1h', 3600],
    ['2 days', 172_800],
    ['1w', 604_800],
    ['3000ms', 3],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseTimeInterval(text, 'secs')).toBe(seconds);
  });

  it('may be milliseconds where they are meant', () => {
    expect(parseTimeInterval('1500 msecs', 'msecs')).toBe(1500);
    expect(parseTimeInterval('2s', 'msecs')).toBe(2000);
  });

  it.each([
    ['60', "Time interval '60' is missing units (add e.g. 's' for seconds)"],
    ['soon', 'Invalid time interval: soon'],
    ['', 'Invalid time interval: '],
    ['-1s', 'Invalid time interval: -1s'],
    ['5 fortnights', 'Invalid time interval: 5 fortnights'],
    ['1500ms', 'Milliseconds not supported for this setting: 1500ms'],
    ['18446744073709551616s', 'Invalid time interval: 18446744073709551616s'],
    ['99999999999s', 'Time interval is too large: 99999999999s'],
  ])('%j is refused', (text, message) => {
    expect(() => parseTimeInterval(text, 'secs')).toThrow(message);
  });
});
