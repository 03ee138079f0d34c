import { readBridgeScript } from '../bridge-script.ts';
import { describeBridge } from '../config/bridge-configuration.ts';
import { loadCredentials } from '../config/credentials.ts';
import { dataFolder } from '../config/data-folder.ts';
import { loadListenAddress } from '../config/endpoint-address.ts';
import { describeEndpoint } from '../config/endpoint-configuration.ts';
import { DEFAULT_HOST, DEFAULT_PORT, MAX_PORT, parseNumber, parseOptions, type Command } from './command.ts';

const options = {
  data: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'show-secret': { type: 'boolean', default: false },
  'bridge-script': { type: 'boolean', default: false },
} as const;

/**
 * Prints the configuration that makes a Dovecot server send here: to the address used last, if none is given; or
 * the script of the bridge.
 */
export const endpointCommand: Command = {
  usage: 'dovebell endpoint [--show-secret] [--host HOST] [--port PORT] [--data DIR] | --bridge-script',
  async run(args, output) {
    const { values } = parseOptions(args, options);
    if (values['bridge-script']) {
      output.out((await readBridgeScript()).trimEnd());
      return 0;
    }
    const folder = dataFolder(values.data);
    const last = await loadListenAddress(folder);
    const host = values.host ?? last?.host ?? DEFAULT_HOST;
    const port =
      values.port === undefined
        ? (last?.port ?? DEFAULT_PORT)
        : parseNumber('--port', values.port, 1, MAX_PORT);
    const credentials = values['show-secret'] ? await loadCredentials(folder) : undefined;
    const address = { host, port, ...(credentials && { credentials }) };
    output.out(`${describeEndpoint(address)}\n\n${describeBridge(address)}`);
    return 0;
  },
};
