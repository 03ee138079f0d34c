import type { LuaCFunction } from '#fengari';
import type { ScriptContext } from '../script-context.ts';
import { openCjson, openCjsonSafe } from './cjson.ts';
import { openLtn12 } from './ltn12.ts';
import { openMime, openMimeCore } from './mime.ts';
import { openSocketUrl } from './socket-url.ts';

export function moduleOpeners(_context: ScriptContext): ReadonlyMap<string, LuaCFunction> {
  return new Map([
    ['cjson', openCjson],
    ['cjson.safe', openCjsonSafe],
    ['ltn12', openLtn12],
    ['mime', openMime],
    ['mime.core', openMimeCore],
    ['socket.url', openSocketUrl],
  ]);
}
