import { createLuaEngine } from '#drivers';
import { createProcessDrivers } from '../../main/simulation/process-drivers.ts';

/** Threads of scripts come from the build. */
export const workersDir = new URL('../../out/main', import.meta.url).pathname;

/** The drivers of a simulated process. */
export const createTestDrivers = createProcessDrivers({
  engine: createLuaEngine(workersDir),
  rulesFor: () => ({ access: 'local' }),
});
