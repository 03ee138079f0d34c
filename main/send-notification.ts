import { request } from 'undici';
import { encodeOxNotification } from '#contract/ox';

/** Longer than Dovecot waits (2 s), since a person would rather see a slow answer than none. */
const SEND_TIMEOUT_MS = 10_000;
const MAX_ANSWER_SHOWN = 500;

export interface SendOptions {
  /** Credentials in the URL win over `credentials`. */
  readonly url: string;
  readonly credentials?: { readonly login: string; readonly password: string };
  readonly body: string;
}

/** `message` is one sentence for a person; `status` is absent when there was no answer. */
export interface SendResult {
  readonly ok: boolean;
  readonly status?: number;
  readonly message: string;
}

/** PUTs a notification as Dovecot's ox driver does. Never throws; redirects are not followed, as there. */
export async function sendNotification({ url, credentials, body }: SendOptions): Promise<SendResult> {
  try {
    const target = new URL(url);
    const authorization = basicAuthorization(target, credentials);
    target.username = '';
    target.password = '';
    const response = await request(target, {
      method: 'PUT',
      headers: {
        ...(authorization !== undefined && { authorization }),
        'content-type': 'application/json; charset=utf-8',
      },
      body,
      headersTimeout: SEND_TIMEOUT_MS,
      bodyTimeout: SEND_TIMEOUT_MS,
    });
    const answer = (await response.body.text()).slice(0, MAX_ANSWER_SHOWN);
    const ok = response.statusCode >= 200 && response.statusCode < 300;
    return {
      ok,
      status: response.statusCode,
      message: `${target.href} answered ${response.statusCode} ${answer}`,
    };
  } catch (error) {
    return { ok: false, message: `Nothing was sent: ${describeFailure(error)}` };
  }
}

function basicAuthorization(url: URL, credentials: SendOptions['credentials']): string | undefined {
  const login = url.username ? decodeURIComponent(url.username) : credentials?.login;
  const password = url.username ? decodeURIComponent(url.password) : credentials?.password;
  if (login === undefined || password === undefined) return undefined;
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_INVALID_URL') return 'the URL cannot be read; write http://LOGIN:PASSWORD@HOST:PORT/PATH';
  // A refused connection to a name with several addresses is an AggregateError without a message.
  return error.message || code || error.name;
}

/** Uids of test messages are seconds, so that each is a message of its own. */
const UID_EPOCH_MS = Date.UTC(2020, 0, 1);
const TEST_UID_VALIDITY = 1_700_000_000;
let lastTestUid = 0;

/** The body of a test notification; each call makes another message. */
export function testNotification(nowMs: number): string {
  lastTestUid = Math.max(lastTestUid + 1, Math.floor((nowMs - UID_EPOCH_MS) / 1000));
  return encodeOxNotification({
    user: 'test@dovebell',
    folder: 'INBOX',
    uidValidity: TEST_UID_VALIDITY,
    uid: lastTestUid,
    from: 'Dovebell <test@dovebell.example>',
    subject: '=?utf-8?Q?Test_notification_=F0=9F=94=94?=',
    snippet: 'It went through the endpoint, the timeline and the drivers, as one from a mail server does.',
    unseen: 1,
  });
}
