import { entriesFor, readConfTree } from '../config/dovecot-tree.ts';
import { readTopLevel } from '../config/push-config-24.ts';
import {
  parsePushConfig,
  type PushConfig,
  type PushConfigOptions,
  type PushProtocol,
} from '../config/push-config.ts';

/** What a configuration says about the sessions of one protocol. */
export interface ServerConfig {
  readonly push: PushConfig;
  /** The server's own settings: those of the top level (in 2.3 beside `plugin {}`). */
  readonly settings: ReadonlyMap<string, string>;
}

/** Reads a configuration, once for each protocol. */
export function createConfigReader(
  text: string,
  options: Omit<PushConfigOptions, 'protocol'>,
): (protocol: PushProtocol) => ServerConfig {
  const read = new Map<PushProtocol, ServerConfig>();
  return (protocol) => {
    const config = read.get(protocol) ?? readConfig(text, { ...options, protocol });
    read.set(protocol, config);
    return config;
  };
}

function readConfig(
  text: string,
  options: PushConfigOptions & { readonly protocol: PushProtocol },
): ServerConfig {
  const { dialect, protocol } = options;
  const topLevel = readTopLevel(entriesFor(readConfTree(text, dialect), protocol));
  const settings = [...topLevel].map(([name, { value }]) => [name, value] as const);
  return { push: parsePushConfig(text, options), settings: new Map(settings) };
}
