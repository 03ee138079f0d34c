import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsMailbox, formatNumbers, selectNumbers } from '../../main/simulation/sequence-set.ts';

const present = [1, 2, 3, 5, 8];

describe('selectNumbers', () => {
  it.each([
    ['1', [1]],
    ['2:5', [2, 3, 5]],
    ['5:2', [2, 3, 5]],
    ['*', [8]],
    ['4:*', [5, 8]],
    ['9:*', [8]],
    ['5,1,1', [1, 5]],
    ['7', []],
  ])('reads %s', (set, numbers) => {
    expect(selectNumbers(set, present)).toEqual(numbers);
  });

  it.each(['', 'a', '1:', ',1', '1:2:3'])('refuses %j', (set) => {
    expect(selectNumbers(set, present)).toBeUndefined();
  });
});

describe('fitsMailbox', () => {
  it.each([
    ['1:2', 2, true],
    ['*:1', 2, true],
    ['2:3', 2, false],
    ['9:*', 2, false],
    ['0', 2, false],
    ['*', 0, false],
  ])('says of %s in a mailbox with %d messages: %s', (set, count, fits) => {
    expect(fitsMailbox(set, count)).toBe(fits);
  });
});

describe('formatNumbers', () => {
  it('writes what selectNumbers reads', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (numbers) => {
        const ascending = numbers.toSorted((one, other) => one - other);
        expect(selectNumbers(formatNumbers(ascending), ascending)).toEqual(ascending);
      }),
    );
    expect(formatNumbers([1, 2, 3, 5])).toBe('1:3,5');
  });
});
