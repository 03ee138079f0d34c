import { initDrivers, type DriverList, type DriverRegistry, type DriverSettings } from '#framework';

/** Drivers are kept for this many users; who was quiet longest starts anew with the next event. */
const MAX_USERS = 1000;

/** The running drivers of each user. Dovecot has them for a session; here they live until they are needed elsewhere. */
export interface UserDrivers {
  forUser(user: string): DriverList;
  /** Drivers that did not start for the user who came last. */
  problems(): DriverList['problems'];
  /** Ends all drivers. */
  close(): Promise<void>;
}

export function createUserDrivers(
  configured: readonly DriverSettings[],
  registry: DriverRegistry,
  clock: () => number,
): UserDrivers {
  const lists = new Map<string, DriverList>();
  let problems: DriverList['problems'] = [];
  return {
    forUser(user) {
      const list = lists.get(user) ?? initDrivers(configured, registry, { user, clock });
      lists.delete(user);
      lists.set(user, list);
      if (lists.size > MAX_USERS) endOldest(lists);
      problems = list.problems;
      return list;
    },
    problems: () => problems,
    async close() {
      for (const list of lists.values()) await endDrivers(list);
      lists.clear();
    },
  };
}

function endOldest(lists: Map<string, DriverList>): void {
  const [oldest] = lists;
  if (!oldest) return;
  lists.delete(oldest[0]);
  void endDrivers(oldest[1]);
}

async function endDrivers({ drivers }: DriverList): Promise<void> {
  for (const { driver } of drivers) {
    try {
      await driver.deinit?.();
    } catch {
      // The session is over: there is no run left in which to report it, and the next driver has its turn.
    }
  }
}
