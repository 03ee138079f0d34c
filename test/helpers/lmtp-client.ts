import { connect } from 'node:net';
import type { Socket } from 'node:net';

const REPLY_TIMEOUT_MS = 20_000;

export interface LmtpDelivery {
  readonly port: number;
  readonly from?: string;
  readonly to: readonly string[];
  /** Lines may end with LF; they are sent with CRLF. */
  readonly message: string;
}

/**
 * Delivers one message over LMTP to 127.0.0.1.
 *
 * @returns the server's answer for each accepted recipient, such as "250 2.0.0 <alice@example.com> … Saved"
 * @throws Error when no recipient is accepted or the server does not answer in time
 */
export async function deliverByLmtp({ port, from, to, message }: LmtpDelivery): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  try {
    const replies = readReplies(socket);
    const command = async (line: string): Promise<string> => {
      socket.write(`${line}\r\n`);
      return replies.next();
    };
    await replies.next();
    await command('LHLO client.example');
    await command(`MAIL FROM:<${from ?? 'sender@example.org'}>`);
    const answers: string[] = [];
    for (const recipient of to) answers.push(await command(`RCPT TO:<${recipient}>`));
    const accepted = answers.filter((answer) => answer.startsWith('2')).length;
    if (accepted === 0) throw new Error(`no recipient accepted: ${answers.join(' | ')}`);
    await command('DATA');
    socket.write(`${encodeData(message)}.\r\n`);
    const results: string[] = [];
    for (let index = 0; index < accepted; index += 1) results.push(await replies.next());
    socket.write('QUIT\r\n');
    return results;
  } finally {
    socket.end();
    socket.destroySoon();
  }
}

/** CRLF line ends and a doubled leading dot (RFC 5321 §4.5.2), ending with a line end. */
function encodeData(message: string): string {
  const lines = message.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.map((line) => `${line.startsWith('.') ? '.' : ''}${line}\r\n`).join('');
}

/** The last line of each reply, in order. */
function readReplies(socket: Socket): { next(): Promise<string> } {
  let text = '';
  let failure: Error | undefined;
  let wake = (): void => undefined;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  socket.on('error', (error) => (failure = error));
  socket.on('close', () => {
    failure ??= new Error('the server closed the connection');
    wake();
  });
  socket.setTimeout(REPLY_TIMEOUT_MS, () => socket.destroy(new Error('no LMTP reply in time')));

  return {
    async next() {
      for (;;) {
        const reply = /^(?:\d{3}-.*\r\n)*(\d{3} .*)\r\n/.exec(text);
        if (reply?.[1] !== undefined) {
          text = text.slice(reply[0].length);
          return reply[1];
        }
        if (failure) throw failure;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
