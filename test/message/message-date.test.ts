import { describe, expect, it } from 'vitest';
import { parseMessageDate } from '#message';

describe('parseMessageDate', () => {
  it.each([
    ['Mon, 01 Jan 2024 12:00:00 +0000', 1704110400, 0],
    ['Mon, 01 Jan 2024 12:00:00 +0530', 1704090600, 330],
    ['1 January 24 7:00 EST', 1704110400, -300],
    ['1 Jan 2024 12.00.00 gmt', 1704110400, 0],
    ['1 Jan 2024 12:00:00', 1704110400, 0],
    ['(c) Mon, 1 Jan 2024 12:00:00 (noon)', 1704110400, 0],
    ['1 Jan 2024 12:00:00 XYZ', 1704110400, 0],
    ['1 Jan 2024 13:00:00 A', 1704110400, 60],
    ['1 Jan 2024 11:00:00 N', 1704110400, -60],
    ['1 Jan 2024 12:00:00 J', 1704110400, 0],
    ['1 Jan 2024 08:00:00 eDT', 1704110400, -240],
    ['31 Dec 2023 23:59:60 +0000', 1704067199, 0],
  ])('reads %s', (header, date, tz) => {
    expect(parseMessageDate(header)).toEqual({ date, tz });
  });

  it.each([
    undefined,
    '',
    'yesterday',
    'Mon 1 Jan 2024 12:00:00 +0000',
    '32 Jan 2024 12:00:00 +0000',
    '30 Feb 2024 12:00:00 +0000',
    '1 Jan 1899 12:00:00 +0000',
    '1 Jan 024 12:00:00 +0000',
    '1 Jan 2024 24:00:00 +0000',
    '1 Jan 2024 12:60:00 +0000',
    '1 Jan 2024 12:0:00 +0000',
    '1 Jan 2024 12 +0000',
    '1 Jan 2024 12:00:00 (open',
    '31 Dec 1969 23:59:59 +0000',
  ])('gives 0 and 0 for %s', (header) => {
    expect(parseMessageDate(header)).toEqual({ date: 0, tz: 0 });
  });

  it('wraps at 32 bits in 2.3 and stops at them in 2.4', () => {
    const old = '31 Dec 1969 23:59:00 +0000';
    const far = '1 Jan 2200 00:00:00 +0100';
    expect(parseMessageDate(old)).toEqual({ date: 4294967236, tz: 0 });
    expect(parseMessageDate(old, '2.4')).toEqual({ date: 0, tz: 0 });
    expect(parseMessageDate(far)).toEqual({ date: (7258118400 - 3600) % 2 ** 32, tz: 60 });
    expect(parseMessageDate(far, '2.4')).toEqual({ date: 2 ** 32 - 1, tz: 60 });
  });
});
