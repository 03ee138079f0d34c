import { createDriverRegistry, type DriverDefinition, type DriverRegistry } from '#framework';
import { dlog } from './dlog.ts';
import { createLua, type LuaOptions } from './lua/index.ts';
import { createOx, type OxOptions } from './ox.ts';

export { createLuaEngine, type LuaEngine, type RunningScript } from './lua/engine.ts';
export { scriptFilesOf } from './lua/script-choice.ts';
export type { LuaOptions } from './lua/index.ts';
export type { CalledFunction } from './lua/protocol.ts';
export type { ScriptExchange } from './lua/net/script-exchange.ts';
export { createSocketService } from './lua/host/socket-service.ts';
export type { ScriptSetup } from './lua/script-context.ts';
export type { ScriptRules } from './lua/script-host.ts';

export interface DriversOptions {
  readonly ox?: OxOptions;
  readonly lua: LuaOptions;
}

/** Dovecot's drivers, one line each. */
export function createDrivers({ ox = {}, lua }: DriversOptions): DriverRegistry {
  const definitions = [dlog, createOx(ox), createLua(lua)] as const;
  return createDriverRegistry(definitions as readonly unknown[] as readonly DriverDefinition[]);
}
