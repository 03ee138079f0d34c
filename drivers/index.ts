import { createDriverRegistry, type DriverDefinition } from '#framework';
import { dlog } from './dlog.ts';
import { ox } from './ox.ts';

/** Dovecot's drivers, one line each. lua follows. */
export const drivers = createDriverRegistry([dlog as DriverDefinition, ox as DriverDefinition]);
