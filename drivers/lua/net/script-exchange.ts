/** One HTTP request of a script and what came of it. Credentials are replaced by `<redacted>`. */
export interface ScriptExchange {
  readonly method: string;
  readonly url: string;
  /** As sent, one pair a header. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What was sent as body, when it is UTF-8. Absent: `bodyBase64` has it. */
  readonly body?: string;
  readonly bodyBase64?: string;
  /** Of the answer; null when there was none. */
  readonly status: number | null;
  /** Why it failed, in the words that the script got. */
  readonly error?: string;
  /** True: nothing was sent, because scripts may not use the network. */
  readonly captured: boolean;
  readonly durationMs: number;
}

const REDACTED = '<redacted>';
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization']);

/** A body in the form that fits it; nothing is lost. */
export function exchangeBody(bytes: Uint8Array): Pick<ScriptExchange, 'body' | 'bodyBase64'> {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bodyBase64: Buffer.from(bytes).toString('base64') };
  }
}

/** The exchange without the credentials in its URL and headers. */
export function redactExchange(exchange: ScriptExchange): ScriptExchange {
  return {
    ...exchange,
    url: redactUrl(exchange.url),
    headers: exchange.headers.map(([name, value]) => [
      name,
      secretHeaders.has(name.toLowerCase()) ? REDACTED : value,
    ]),
  };
}

/** Replaces the password in the user part of a URL. */
export function redactUrl(url: string): string {
  return url.replace(/^([^/?#]*\/\/[^/?#:@]*):[^/?#]*@/, `$1:${REDACTED}@`);
}
