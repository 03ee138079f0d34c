import { connect, type Socket } from 'node:net';

const REPLY_TIMEOUT_MS = 20_000;

/** An IMAP session with 127.0.0.1. */
export interface ImapSession {
  /**
   * Runs a command, followed by a literal when one is given (RFC 3501 §4.3), and gives the lines up to its end.
   * @throws Error when the server answers NO or BAD, or not in time.
   */
  run(command: string, literal?: string | Uint8Array): Promise<readonly string[]>;
  /** Drops the connection without LOGOUT; what was under way is lost. */
  drop(): void;
  /** Sends what is not a whole command. */
  send(text: string): void;
  logout(): Promise<void>;
}

/** Logs a user in. */
export async function openImap(port: number, user: string, password: string): Promise<ImapSession> {
  const socket = connect(port, '127.0.0.1');
  const lines = readLines(socket);
  let count = 0;
  const run = async (command: string, literal?: string | Uint8Array): Promise<string[]> => {
    count += 1;
    const tag = `a${count}`;
    const size = literal === undefined ? '' : ` {${Buffer.byteLength(literal)}+}\r\n`;
    socket.write(`${tag} ${command}${size}`);
    socket.write(literal ?? '');
    socket.write('\r\n');
    const answer: string[] = [];
    for (;;) {
      const line = await lines();
      answer.push(line);
      if (!line.startsWith(`${tag} `)) continue;
      if (!line.startsWith(`${tag} OK`)) throw new Error(`${command}: ${line}`);
      return answer;
    }
  };
  await lines();
  await run(`LOGIN ${user} ${password}`);
  return {
    run,
    drop: () => socket.destroy(),
    send: (text) => void socket.write(text),
    async logout() {
      await run('LOGOUT');
      socket.destroy();
    },
  };
}

function readLines(socket: Socket): () => Promise<string> {
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
  socket.setTimeout(REPLY_TIMEOUT_MS, () => socket.destroy(new Error('no IMAP reply in time')));
  return async () => {
    for (;;) {
      const end = text.indexOf('\r\n');
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        return line;
      }
      if (failure) throw failure;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}
