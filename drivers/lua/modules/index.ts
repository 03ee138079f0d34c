import type { LuaCFunction } from '#fengari';
import type { ScriptContext } from '../script-context.ts';
import { openCjson, openCjsonSafe } from './cjson.ts';
import { openFriedlJson } from './friedl-json.ts';
import { openLuaJson, openLuaJsonPart } from './lua-json.ts';
import { openLtn12 } from './ltn12.ts';
import { openMime, openMimeCore } from './mime.ts';
import { openSocketHeaders } from './socket-headers.ts';
import { openSocketHttp } from './socket-http.ts';
import { openSocketUrl } from './socket-url.ts';
import { openSocket, openSocketCore } from './socket.ts';
import { openSslHttps } from './ssl-https.ts';
import { openSsl } from './ssl.ts';
import { openUnsupported } from './unsupported.ts';

/**
 * The modules that scripts find with `require`: their names and what opens them. An opener leaves the module's value
 * on the stack and is called once a state.
 *
 * In strict mode these are those that the servers had whose behaviour was recorded: LuaSocket, and for Dovecot 2.3
 * LuaSec and cjson. Otherwise also the JSON modules that scripts in the wild use.
 */
export function moduleOpeners(context: ScriptContext): ReadonlyMap<string, LuaCFunction> {
  const openers = new Map<string, LuaCFunction>([
    ['ltn12', openLtn12],
    ['mime', openMime],
    ['mime.core', openMimeCore],
    ['socket', openSocket(context)],
    ['socket.core', openSocketCore(context)],
    ['socket.headers', openSocketHeaders],
    ['socket.http', openSocketHttp(context)],
    ['socket.url', openSocketUrl],
    ['socket.smtp', openUnsupported('socket.smtp', ['send', 'message', 'open'])],
    ['socket.ftp', openUnsupported('socket.ftp', ['get', 'put', 'command', 'open'])],
    ['socket.tp', openUnsupported('socket.tp', ['connect'])],
  ]);
  if (context.strict && context.dialect === '2.4') return openers;
  openers.set('ssl', openSsl);
  openers.set('ssl.https', openSslHttps(context));
  openers.set('cjson', openCjson);
  openers.set('cjson.safe', openCjsonSafe);
  if (context.strict) return openers;
  openers.set('json', openLuaJson);
  for (const part of ['decode', 'encode', 'util']) openers.set(`json.${part}`, openLuaJsonPart(part));
  openers.set('JSON', openFriedlJson);
  return openers;
}
