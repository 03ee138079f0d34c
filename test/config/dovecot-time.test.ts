import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeInterval } from '../../main/config/dovecot-time.ts';

const secs = (text: string) => parseTimeInterval(text, 'secs');

describe('parseTimeInterval', () => {
  it.each([
    ['60s', 60],
    ['60 SECS', 60],
    ['1m', 60],
    ['2mins', 120],
    ['3 hours', 10_800],
    ['1d', 86_400],
    ['1w', 604_800],
    ['2000ms', 2],
    ['0', 0],
    ['0s', 0],
  ])('reads %j as %d seconds', (text, value) => {
    expect(secs(text)).toEqual({ ok: true, value });
  });

  it('reads milliseconds where they are the unit', () => {
    expect(parseTimeInterval('1ms', 'msecs')).toEqual({ ok: true, value: 1 });
    expect(parseTimeInterval('1m', 'msecs')).toEqual({ ok: true, value: 60_000 });
  });

  it.each([
    ['90', "Time interval '90' is missing units (add e.g. 's' for seconds)"],
    ['soon', 'Invalid time interval: soon'],
    ['', 'Invalid time interval: '],
    ['-1s', 'Invalid time interval: -1s'],
    ['5 years', 'Invalid time interval: 5 years'],
    ['1500ms', 'Milliseconds not supported for this setting: 1500ms'],
    ['18446744073709551616s', 'Invalid time interval: 18446744073709551616s'],
    ['5000000000s', 'Time interval is too large: 5000000000s'],
  ])('refuses %j with the words of Dovecot', (text, message) => {
    expect(secs(text)).toEqual({ ok: false, message });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof secs(text).ok === 'boolean'));
  });
});
