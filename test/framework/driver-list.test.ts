import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDriverRegistry, DriverInitError, initDrivers, type DriverDefinition } from '#framework';

const definition = (
  name: string,
  init: DriverDefinition['init'] = () => ({ beginTxn: () => undefined }),
) => ({
  name,
  settings: z.looseObject({}),
  init,
});
const broken = definition('broken', () => {
  throw new DriverInitError('broken: Driver requires the url parameter');
});
const registry = createDriverRegistry([definition('good'), broken]);
const host = { user: 'alice', clock: () => 0 };
const configured = (...names: string[]) => names.map((driver) => ({ driver, settings: {} }));

describe('initDrivers', () => {
  it('finds drivers whatever the case of their names', async () => {
    const { drivers, problems } = await initDrivers(configured('GOOD'), registry, host);
    expect(drivers.map(({ name }) => name)).toEqual(['good']);
    expect(problems).toEqual([]);
  });

  it('stops at the first failure, keeps the drivers before it and names those after it', async () => {
    const { drivers, problems } = await initDrivers(configured('good', 'broken', 'good'), registry, host);
    expect(drivers).toHaveLength(1);
    expect(problems).toEqual([
      { driver: 'broken', message: 'broken: Driver requires the url parameter' },
      { driver: 'good', message: 'Not started: the driver before it, broken, failed' },
    ]);
  });

  it('names an unknown driver in the words of Dovecot', async () => {
    const { problems } = await initDrivers(configured('Nonsense'), registry, host);
    expect(problems[0]?.message).toBe('Unknown push notification driver: Nonsense');
  });

  it('takes two drivers with one name for a mistake in the program', () => {
    expect(() => createDriverRegistry([definition('good'), definition('good')])).toThrow('registered twice');
  });
});
