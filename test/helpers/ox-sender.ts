import { encodeAsDovecot, putAsDovecot } from '../../scripts/ox-put.mjs';

export interface OxAnswer {
  readonly status: number;
  /** The answer's JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface OxTarget {
  readonly port: number;
  readonly login?: string;
  readonly password?: string;
}

/** PUTs a notification as Dovecot's ox driver does: its headers, its order of keys, one line. */
export function sendOx(
  target: OxTarget,
  notification: Readonly<Record<string, string | number>>,
): Promise<OxAnswer> {
  return sendOxBody(target, encodeAsDovecot(notification));
}

/** PUTs any bytes with Dovecot's headers; `headers` are added to them or replace those of the same name. */
export async function sendOxBody(
  target: OxTarget,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<OxAnswer> {
  const answer = await putAsDovecot({ ...target, body, headers });
  return { status: answer.status, json: parseJson(answer.body) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
