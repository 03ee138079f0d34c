// One keep-alive connection that PUTs notifications as Dovecot does. Nothing but a socket: a client that costs
// more than the server it measures would measure itself.

import { connect } from 'node:net';

export const NOTIFY_PATH = '/preliminary/http-notify/v1/notify';
export const CREDENTIALS = { login: 'bench', password: 'bench-password-0123456789' };

/** The first uid; all have ten digits, so that every request of a connection has the same length. */
export const FIRST_UID = 1_000_000_000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * The bytes of one request, headers and members as Dovecot 2.3.19 writes them (test/fixtures/golden,
 * lmtp_seed_example). `write(uid)` makes the request for another message in the same buffer.
 *
 * @param {{ port: number, user: string, subject?: string }} message
 */
export function createRequest({ port, user, subject = 'Test =?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=' }) {
  const body = JSON.stringify({
    user,
    event: 'messageNew',
    folder: 'INBOX',
    'imap-uidvalidity': 1_700_000_000,
    'imap-uid': FIRST_UID,
    from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
    subject,
    snippet: 'Hey guys This is only a test...',
    unseen: 1,
  });
  const authorization = Buffer.from(`${CREDENTIALS.login}:${CREDENTIALS.password}`).toString('base64');
  const head = [
    `PUT ${NOTIFY_PATH} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: Keep-Alive',
    'Content-Type: application/json; charset=utf-8',
    `Authorization: Basic ${authorization}`,
  ].join('\r\n');
  const buffer = Buffer.from(`${head}\r\n\r\n${body}`);
  const uidAt = buffer.indexOf(`"imap-uid":${FIRST_UID}`) + '"imap-uid":'.length;
  return {
    write(uid) {
      buffer.latin1Write(String(uid), uidAt);
      return buffer;
    },
  };
}

/**
 * Opens a connection on which one request at a time is under way.
 *
 * @param {{ port: number, user: string, subject?: string }} message
 * @returns {Promise<{ put: (uid: number, answered: () => void) => void, close: () => void }>}
 *   `answered` is called for an answer 200; any other answer goes to `failed`, once
 */
export async function openConnection(message, failed) {
  const socket = connect({ host: '127.0.0.1', port: message.port, noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const request = createRequest(message);
  let answered;
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received = received === '' ? chunk : received + chunk;
    if (!isComplete(received)) {
      if (received.length > MAX_ANSWER_BYTES) failed(new Error('an answer out of all bounds'));
      return;
    }
    const answer = received;
    received = '';
    if (answer.startsWith('HTTP/1.1 200 ')) answered();
    else failed(new Error(`not answered 200 but: ${answer.slice(0, 400)}`));
  });
  socket.on('error', failed);
  socket.on('close', () => failed(new Error('the server closed the connection')));
  return {
    put(uid, whenAnswered) {
      answered = whenAnswered;
      socket.write(request.write(uid));
    },
    close() {
      socket.removeAllListeners('close');
      socket.destroy();
    },
  };
}

function isComplete(answer) {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer)?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${answer.slice(0, 400)}`);
  return answer.length >= headEnd + 4 + Number(length);
}
