import { createDrivers, type LuaEngine } from '#drivers';
import { scenarioSchema } from '../../main/simulation/scenario.ts';
import { simulate } from '../../main/simulation/simulate.ts';

export interface LuaServerOptions {
  readonly engine: LuaEngine;
  /** Scripts by the path that the configuration names. */
  readonly scripts: Readonly<Record<string, string>>;
  /** The lines of `plugin { }`, or in 2.4 of the whole configuration; a lua driver with /x.lua when absent. */
  readonly config?: readonly string[];
  readonly dialect?: '2.3' | '2.4';
  readonly prepared?: object;
  readonly metadata?: string;
  readonly strict?: boolean;
}

/** What a server whose scripts really run said; `infos` is what the scripts themselves wrote. */
export interface LuaPerformed {
  readonly log: readonly string[];
  readonly infos: readonly string[];
  readonly errors: readonly string[];
  readonly answers: readonly string[];
}

const ownConfig = {
  '2.3': ['push_notification_driver = lua:file=/x.lua'],
  '2.4': [
    'dovecot_config_version = 2.4.1',
    'mail_plugins = notify push_notification mail_lua push_notification_lua',
    'push_notification lua {',
    '  lua_file = /x.lua',
    '}',
  ],
} as const;

/** Performs steps on a server with these scripts, as test/traps/mail-server.ts does with a stand-in for them. */
export async function performLua(
  steps: readonly unknown[],
  options: LuaServerOptions,
): Promise<LuaPerformed> {
  const { engine, scripts, dialect = '2.3', config = ownConfig[dialect], prepared, metadata } = options;
  const log: string[] = [];
  const infos: string[] = [];
  const errors: string[] = [];
  const answers: string[] = [];
  const { input } = scenarioSchema.parse({ input: { prepared, metadata, steps } });
  await simulate(input, {
    config: dialect === '2.3' ? ['plugin {', ...config, '}'].join('\n') : config.join('\n'),
    dialect,
    run: 'run',
    makeRegistry: () =>
      createDrivers({
        ox: { pace: 'dovecot' },
        lua: {
          engine,
          strict: options.strict ?? true,
          rulesFor: () => ({ access: 'local' }),
          read: (file) => Promise.resolve(new Uint8Array(Buffer.from(scripts[file] ?? ''))),
        },
      }),
    deduplicateRegistrations: false,
    clock: () => 0,
    homeOf: (user) => `/home/${user}`,
    hear({ level, text }) {
      log.push(text);
      if (level === 'info') infos.push(text);
      if (level === 'error' || level === 'fatal') errors.push(text);
    },
    report: () => undefined,
    answered: ({ answer }) => void answers.push(answer),
  });
  return { log, infos, errors, answers };
}
