import { parseTimeInterval } from './dovecot-time.ts';
import { oxUrlProblem } from './push-config-url.ts';
import type { ConfiguredDriver, PushDialect } from './push-config-types.ts';

/** Why a driver does not start: Dovecot's line in the log, and a code for our own words. */
export interface DriverProblem {
  readonly code:
    'unknown-driver' | 'ox-without-url' | 'ox-url' | 'ox-cache-lifetime' | 'lua-without-file' | 'lua-inline';
  readonly message: string;
}

/** What a driver's start depends on besides its own settings. */
export interface DriverSurroundings {
  readonly dialect: PushDialect;
  /** The loaded plugins. */
  readonly plugins: readonly string[];
  /** 2.3: the plugin settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** 2.4: the blocks that have a setting of the ox driver of their own. */
  readonly oxBlocks: ReadonlySet<string>;
}

/** Source: Dovecot push-notification-driver-lua.c. */
const NO_FILE = 'No file in config and no push_notification_lua_script_file set';

/**
 * Why the driver does not start, as far as its settings decide it; variables are already expanded.
 *
 * Source: Dovecot push-notification-drivers.c, -driver-ox.c, -driver-lua.c, their init functions.
 */
export function driverProblem(
  driver: ConfiguredDriver,
  around: DriverSurroundings,
): DriverProblem | undefined {
  const kind = driver.driver.toLowerCase();
  const known =
    kind === 'lua' ? around.plugins.includes('push_notification_lua') : ['dlog', 'ox'].includes(kind);
  if (!known) return unknownDriver(driver, around.dialect);
  if (around.dialect === '2.3') {
    // The name stands in the log as it was typed.
    if (kind === 'ox') return oxProblem23(driver);
    return kind === 'lua' ? luaProblem23(driver, around.settings) : undefined;
  }
  if (kind === 'ox') return oxProblem24(driver, around.oxBlocks);
  return kind === 'lua' ? luaProblem24(driver) : undefined;
}

function unknownDriver({ name, driver }: ConfiguredDriver, dialect: PushDialect): DriverProblem {
  const message =
    dialect === '2.3'
      ? `Unknown push notification driver: ${driver}`
      : `Unable to identify push notification driver '${name}': Name does not match any registered drivers`;
  return { code: 'unknown-driver', message };
}

function oxProblem23({ driver, settings }: ConfiguredDriver): DriverProblem | undefined {
  const { url, cache_lifetime: lifetime } = settings;
  if (url === undefined) {
    return { code: 'ox-without-url', message: `${driver}: Driver requires the url parameter` };
  }
  const reason = oxUrlProblem(url, { nameCharacters: false });
  if (reason !== undefined) {
    return { code: 'ox-url', message: `${driver}: Failed to parse OX REST URL ${url}: ${reason}` };
  }
  const interval = lifetime === undefined ? undefined : parseTimeInterval(lifetime, 'secs');
  if (interval?.ok !== false) return undefined;
  const message = `${driver}: Failed to parse OX cache_lifetime ${lifetime ?? ''}: ${interval.message}`;
  return { code: 'ox-cache-lifetime', message };
}

function luaProblem23(
  { driver, settings }: ConfiguredDriver,
  plugin: Readonly<Record<string, string>>,
): DriverProblem | undefined {
  const file = plugin['push_notification_lua_script_file'] ?? settings['file'];
  if (file === '')
    return { code: 'lua-without-file', message: `${driver}: access() failed: No such file or directory` };
  // A script of the mail_lua plugin does as well, if it has mail_user_created: whether it has, it says itself.
  if (file !== undefined || plugin['mail_lua_script'] !== undefined) return undefined;
  return { code: 'lua-without-file', message: `${driver}: ${NO_FILE}` };
}

function oxProblem24(
  { name, settings }: ConfiguredDriver,
  oxBlocks: ReadonlySet<string>,
): DriverProblem | undefined {
  if (!oxBlocks.has(name)) {
    const filter = `Filter push_notification=${name} unexpectedly not found (invalid userdb or -o override settings?)`;
    return { code: 'ox-without-url', message: `ox: ${filter}` };
  }
  if (settings['ox_url']) return undefined;
  return { code: 'ox-without-url', message: 'ox: push_notification_ox_url is missing or empty' };
}

function luaProblem24({ settings }: ConfiguredDriver): DriverProblem | undefined {
  const file = settings['lua_file'] ?? '';
  if (file === '') return { code: 'lua-without-file', message: 'lua: lua_file setting is empty' };
  if (!file.startsWith('inline:')) return undefined;
  return { code: 'lua-inline', message: "lua: Lua doesn't support inline content for lua_file" };
}
