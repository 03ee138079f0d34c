import { loadCredentials } from '../config/credentials.ts';
import { dataFolder } from '../config/data-folder.ts';
import { describeEndpoint } from '../config/endpoint-configuration.ts';
import { DEFAULT_HOST, DEFAULT_PORT, MAX_PORT, parseNumber, parseOptions, type Command } from './command.ts';

const options = {
  data: { type: 'string' },
  host: { type: 'string', default: DEFAULT_HOST },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'show-secret': { type: 'boolean', default: false },
} as const;

/** Prints the configuration that makes a Dovecot server send to this endpoint. */
export const endpointCommand: Command = {
  usage: 'dovebell endpoint [--show-secret] [--host 127.0.0.1] [--port 8009] [--data DIR]',
  async run(args, output) {
    const { values } = parseOptions(args, options);
    const port = parseNumber('--port', values.port, 1, MAX_PORT);
    const credentials = values['show-secret'] ? await loadCredentials(dataFolder(values.data)) : undefined;
    output.out(describeEndpoint({ host: values.host, port, ...(credentials && { credentials }) }));
    return 0;
  },
};
