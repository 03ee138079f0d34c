import { readFile } from 'node:fs/promises';
import { formatHostPort, OX_NOTIFY_PATH } from '#contract/ox';
import { pushEventSchema } from '#framework';
import { loadCredentials } from '../config/credentials.ts';
import { loadListenAddress } from '../config/endpoint-address.ts';
import { dataFolder } from '../config/data-folder.ts';
import { sendNotification, testNotification } from '../send-notification.ts';
import { oxBody } from './ox-body.ts';
import { DEFAULT_HOST, DEFAULT_PORT, parseOptions, StartError, UsageError, type Command } from './command.ts';

const options = {
  data: { type: 'string' },
  url: { type: 'string' },
  event: { type: 'string' },
} as const;

/** PUTs one notification, as Dovecot's ox driver does. */
export const sendCommand: Command = {
  usage: 'dovebell send [--url http://LOGIN:PASSWORD@HOST:PORT/PATH] [--event FILE.json] [--data DIR]',
  async run(args, output) {
    const { values } = parseOptions(args, options);
    const folder = dataFolder(values.data);
    const url = values.url ?? (await ownUrl(folder));
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new UsageError(`--url takes http://LOGIN:PASSWORD@HOST:PORT/PATH, not ${url}`);
    }
    const body = values.event === undefined ? testNotification(Date.now()) : await readBody(values.event);
    // Our own credentials stay on this machine; another host's URL brings its own.
    const credentials = isLoopback(url) ? await loadCredentials(folder) : undefined;
    const result = await sendNotification({ url, body, ...(credentials && { credentials }) });
    (result.ok ? output.out : output.err)(result.message);
    return result.ok ? 0 : 1;
  },
};

async function ownUrl(folder: string): Promise<string> {
  const { host, port } = (await loadListenAddress(folder)) ?? { host: DEFAULT_HOST, port: DEFAULT_PORT };
  return `http://${formatHostPort(host, port)}${OX_NOTIFY_PATH}`;
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A file holds a body as it goes over the wire, or an event as it stands in a report. */
async function readBody(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  const value = parseJson(file, text);
  if (typeof value !== 'object' || value === null || !('name' in value)) return text.trim();
  const event = pushEventSchema.safeParse(value);
  if (!event.success)
    throw new StartError(`${file} is not an event: ${event.error.issues[0]?.message ?? ''}`);
  const body = oxBody(event.data);
  if (body === undefined)
    throw new UsageError(`The ox driver sends nothing for ${event.data.name}, only for MessageNew`);
  return body;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartError(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
