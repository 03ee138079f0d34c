import { describe, expect, it } from 'vitest';
import { requestNames } from '#contract/ipc';
import { argumentSchemas, parseArgument } from '../../main/app/ipc-arguments.ts';

describe('parseArgument', () => {
  it('has a schema for every request', () => {
    expect(Object.keys(argumentSchemas).sort()).toEqual([...requestNames].sort());
  });

  it('takes a page of 500 rows and no more', () => {
    expect(parseArgument('timeline/list', { fromSeq: 1, toSeq: 500 })).toEqual({ fromSeq: 1, toSeq: 500 });
    expect(() => parseArgument('timeline/list', { fromSeq: 0, toSeq: 500 })).toThrow(
      'not more than 500 rows',
    );
  });

  it.each([
    ['timeline/list', undefined],
    ['timeline/list', { fromSeq: '1', toSeq: 2 }],
    ['timeline/list', { fromSeq: 1.5, toSeq: 2 }],
    ['timeline/list', { fromSeq: -1, toSeq: 2 }],
    ['timeline/list', { fromSeq: 1, toSeq: Number.POSITIVE_INFINITY }],
    ['timeline/list', { fromSeq: 1, toSeq: Number.NaN }],
    ['timeline/list', { fromSeq: '1', toSeq: '2' }],
    ['timeline/list', { fromSeq: 1, toSeq: 2, limit: 1e9 }],
    ['timeline/get', 'id'],
    ['timeline/get', { id: '' }],
    ['timeline/get', { id: ['a'] }],
    ['timeline/get', { id: 'a'.repeat(65) }],
    ['status/get', {}],
    ['status/get', null],
    ['test/send', 'x'],
    ['endpoint/retry', 1],
  ] as const)('refuses %s with %j', (name, argument) => {
    expect(() => parseArgument(name, argument)).toThrow(`${name} was asked with a wrong argument`);
  });

  it('does not repeat what it was given', () => {
    const secret = 'x'.repeat(10_000);
    expect(() => parseArgument('timeline/get', { id: secret })).toThrow(/^.{1,200}$/);
  });
});
