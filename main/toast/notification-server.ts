// One question to the desktop's notification server, asked over D-Bus without a library: is anybody there,
// and what can it do? Both notify-send and Electron ask it in a way that blocks for 25 s when the server hangs.
// Source: D-Bus Specification, "Message Protocol"; Desktop Notifications Specification 1.2, GetCapabilities.

import { connect, type Socket } from 'node:net';

const SERVICE = 'org.freedesktop.Notifications';
const BUS = 'org.freedesktop.DBus';
/** The question also starts a server that sleeps; the slowest one seen took one second. */
const TIME_LIMIT_MS = 3_000;
/** An answer has some hundred bytes. */
const MAX_ANSWER_BYTES = 65_536;

const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR_REPLY = 3;
const HEADER_BYTES = 16;

/**
 * The capabilities of the notification server, e.g. `body-markup`; undefined where it cannot be asked,
 * because the session bus has no socket (another system, a bus over TCP).
 * @throws Error in one sentence when no server is there or it does not answer in time.
 */
export async function askNotificationServer(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[] | undefined> {
  const path = sessionBusPath(environment);
  if (path === undefined) return undefined;
  const socket = connect({ path });
  try {
    return readStringArray(await exchange(socket));
  } finally {
    socket.destroy();
  }
}

/** Where the session bus listens, from its address (`unix:path=…`, `unix:abstract=…`) or at its usual place. */
export function sessionBusPath(environment: NodeJS.ProcessEnv): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { DBUS_SESSION_BUS_ADDRESS: addresses, XDG_RUNTIME_DIR: runtimeDir } = environment;
  if (!addresses) return runtimeDir ? `${runtimeDir}/bus` : undefined;
  for (const address of addresses.split(';')) {
    const match = /^unix:(?:.*,)?(path|abstract)=([^,]+)/.exec(address);
    if (match?.[2]) return (match[1] === 'abstract' ? '\0' : '') + decodeURIComponent(match[2]);
  }
  return undefined;
}

// Says hello and asks in one go; resolves with the body of the answer to the question.
function exchange(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string) => reject(new Error(problem));
    const timer = setTimeout(
      () => fail(`The notification service did not answer within ${TIME_LIMIT_MS / 1000} s`),
      TIME_LIMIT_MS,
    );
    let received: Buffer = Buffer.alloc(0);
    const isUserKnown = typeof process.getuid === 'function';
    const userId = Buffer.from(String(isUserKnown ? process.getuid?.() : '')).toString('hex');
    socket.on('error', () => fail('There is no desktop session (the session bus cannot be reached)'));
    socket.on('close', () => {
      clearTimeout(timer);
      fail('The session bus closed the connection');
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length > MAX_ANSWER_BYTES) return fail('The session bus gave an answer out of all bounds');
      const answer = findAnswer(received);
      if (answer === 'refused') return fail('No notification service answers on this desktop');
      if (answer) resolve(answer);
    });
    socket.write(`\0AUTH EXTERNAL ${userId}\r\nBEGIN\r\n`);
    socket.write(methodCall(1, BUS, 'Hello'));
    socket.write(methodCall(2, SERVICE, 'GetCapabilities'));
  });
}

// The second reply in the stream; the first one answers Hello, signals come between.
function findAnswer(received: Buffer): Buffer | 'refused' | undefined {
  let offset = received.indexOf('\r\n') + 2;
  if (offset < 2) return undefined;
  let replies = 0;
  while (received.length >= offset + HEADER_BYTES) {
    const bodyBytes = received.readUInt32LE(offset + 4);
    const bodyAt = offset + align(HEADER_BYTES + received.readUInt32LE(offset + 12), 8);
    const type = received.readUInt8(offset + 1);
    offset = bodyAt + bodyBytes;
    if (received.length < offset) return undefined;
    if (type !== METHOD_RETURN && type !== ERROR_REPLY) continue;
    replies += 1;
    if (type === ERROR_REPLY) return 'refused';
    if (replies === 2) return received.subarray(bodyAt, offset);
  }
  return undefined;
}

function methodCall(serial: number, destination: string, member: string): Buffer {
  const fields = [
    field(1, 'o', `/${destination.replaceAll('.', '/')}`),
    field(2, 's', destination),
    field(3, 's', member),
    field(6, 's', destination),
  ].reduce((all, next) => Buffer.concat([pad(all, 8), next]));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('l', 0, 'latin1');
  header.writeUInt8(METHOD_CALL, 1);
  header.writeUInt8(1, 3);
  header.writeUInt32LE(serial, 8);
  header.writeUInt32LE(fields.length, 12);
  return pad(Buffer.concat([header, fields]), 8);
}

// A header field: its code, and a variant that holds one string or object path.
function field(code: number, signature: string, value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([
    Buffer.from([code, 1]),
    Buffer.from(`${signature}\0`),
    length,
    Buffer.from(`${value}\0`),
  ]);
}

function readStringArray(body: Buffer): string[] {
  const strings: string[] = [];
  let offset = 4;
  while (offset + 4 <= body.length) {
    const length = body.readUInt32LE(offset);
    strings.push(body.toString('utf8', offset + 4, offset + 4 + length));
    offset = align(offset + 4 + length + 1, 4);
  }
  return strings;
}

function align(offset: number, boundary: number): number {
  return Math.ceil(offset / boundary) * boundary;
}

function pad(buffer: Buffer, boundary: number): Buffer {
  return Buffer.concat([buffer, Buffer.alloc(align(buffer.length, boundary) - buffer.length)]);
}
