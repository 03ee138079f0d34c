import { readFile } from 'node:fs/promises';
import { DriverInitError, type DriverHost, type DriverSettings } from '#framework';
import { describeSystemError, errorCode } from '../http/system-error.ts';

/** Which script a driver runs. */
export interface ScriptChoice {
  /** The path as configured; undefined: the script of the mail_lua plugin. */
  readonly file: string | undefined;
  /** What script_init gets in 2.4. */
  readonly luaSettings: Readonly<Record<string, string>>;
}

const SETTING_PREFIX = 'lua_settings/';

/** What of a driver's surroundings says which script it runs. */
type ChoiceHost = Pick<DriverHost, 'dialect' | 'setting'>;

/** In 2.3: the script of the mail_lua plugin, whose state the driver may share. */
export const MAIL_LUA_SETTING = 'mail_lua_script';

/**
 * Chooses the script. 2.3: the plugin setting wins over the driver's own option, and the script of mail_lua is
 * the last resort. 2.4: lua_file.
 *
 * Source: Dovecot push-notification-driver-lua.c, push_notification_driver_lua_init.
 */
export function chooseScript(settings: Readonly<Record<string, string>>, host: ChoiceHost): ScriptChoice {
  if (host.dialect === '2.4')
    return { file: settings['lua_file'] ?? '', luaSettings: luaSettingsOf(settings) };
  const file = host.setting('push_notification_lua_script_file') ?? settings['file'];
  return { file, luaSettings: {} };
}

function luaSettingsOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(settings).filter(([key]) => key.startsWith(SETTING_PREFIX));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(SETTING_PREFIX.length), value]));
}

/** The files of the scripts that these drivers load, each once; none when there is no lua driver among them. */
export function scriptFilesOf(drivers: readonly DriverSettings[], host: ChoiceHost): readonly string[] {
  const own = drivers.filter(({ driver }) => driver.toLowerCase() === 'lua');
  if (own.length === 0) return [];
  const plugin = host.dialect === '2.3' ? host.setting(MAIL_LUA_SETTING) : undefined;
  const files = [plugin, ...own.map(({ settings }) => chooseScript(settings, host).file)];
  return [...new Set(files)].filter((file) => file !== undefined).filter((file) => file !== '');
}

/**
 * Reads a script. @throws DriverInitError in Dovecot's words.
 *
 * Source: Dovecot lib-lua/dlua-script.c, dlua_script_create_file; lauxlib.c, luaL_loadfilex.
 */
export async function readScript(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    const reason = describeSystemError(error);
    const code = errorCode(error);
    if (code === 'EISDIR')
      throw new DriverInitError(`lua_load(${file}) failed: cannot read ${file}: ${reason}`);
    if (code === 'EACCES')
      throw new DriverInitError(`lua_load(${file}) failed: cannot open ${file}: ${reason}`);
    throw new DriverInitError(`access(${file}) failed: ${reason}`);
  }
}
