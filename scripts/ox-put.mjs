import { request } from 'node:http';

/** Where Open-Xchange, and so Dovebell, takes notifications. */
export const NOTIFY_PATH = '/preliminary/http-notify/v1/notify';

const TIMEOUT_MS = 10_000;
// The order in which Dovecot's ox driver writes them (push-notification-driver-ox.c).
const KEYS = [
  'user',
  'event',
  'folder',
  'imap-uidvalidity',
  'imap-uid',
  'from',
  'subject',
  'snippet',
  'unseen',
];

/**
 * The body Dovecot sends: one line, its order of keys, absent ones left out.
 *
 * @param {Record<string, string | number>} notification
 */
export function encodeAsDovecot(notification) {
  const known = KEYS.filter((key) => notification[key] !== undefined);
  return JSON.stringify(Object.fromEntries(known.map((key) => [key, notification[key]])));
}

/**
 * PUTs a body with the headers of Dovecot's ox driver, in its order.
 *
 * @param {{ port: number, login?: string, password?: string, body: string | Buffer, method?: string,
 *   headers?: Record<string, string> }} options without `login` there is no Authorization; `headers` are added,
 *   and replace those of the same name
 * @returns {Promise<{ status: number, body: string }>}
 */
export function putAsDovecot({ port, login, password = '', body, method = 'PUT', headers: changes = {} }) {
  const bytes = Buffer.from(body);
  const headers = {
    Host: `127.0.0.1:${port}`,
    Date: new Date().toUTCString(),
    ...(login !== undefined && {
      Authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
    }),
    'Content-Length': String(bytes.length),
    Connection: 'Keep-Alive',
    'Content-Type': 'application/json; charset=utf-8',
    ...changes,
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: NOTIFY_PATH, method, headers, timeout: TIMEOUT_MS };
    const put = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    put.on('timeout', () => put.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    put.on('error', reject);
    put.end(bytes);
  });
}
