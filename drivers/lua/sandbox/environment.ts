import { nameText } from './file-access.ts';

/** What a sandboxed script may know of the environment: where and in which language it runs. */
const OPEN_NAMES = new Set(['HOME', 'USER', 'LOGNAME', 'LANG', 'TZ']);

/** This program's own settings, credentials among them, are for nobody. */
const OWN_PREFIX = 'DOVEBELL_';

/** An environment variable as a script sees it; undefined: not set, or not for it. */
export function readVariable(name: Uint8Array, isTrusted: boolean): string | undefined {
  const [text = ''] = nameText(name).split('\0', 1);
  if (isOwn(text) || !(isTrusted || OPEN_NAMES.has(text))) return undefined;
  return Object.hasOwn(process.env, text) ? process.env[text] : undefined;
}

/** The environment of programs that a trusted script runs. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOwn(name)));
}

/** Windows does not distinguish the letters' case. */
function isOwn(name: string): boolean {
  return name.toUpperCase().startsWith(OWN_PREFIX);
}
