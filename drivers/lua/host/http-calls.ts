import type { ScriptHttpSettings } from './http-client-settings.ts';

/** Calls for dovecot.http; see HostCalls. Texts of headers have one character a byte. */
export interface HttpCalls {
  /** Makes a client. Fails with the reason why its settings do not do. */
  'http.client': { readonly argument: readonly GivenSetting[]; readonly result: ScriptHttpClient };
  /** Gives the number of a new request. Fails with the reason why its URL is none. */
  'http.request': { readonly argument: string; readonly result: number };
  /** Sends a request and waits for its end. Never fails: what goes wrong has a status from 9000 on. */
  'http.submit': { readonly argument: SubmittedRequest; readonly result: ScriptHttpResponse };
}

/** One setting as a script gives it. `text` is what lua_tostring makes of it; absent: it can make nothing of it. */
export interface GivenSetting {
  readonly key: string;
  readonly type: 'string' | 'number' | 'boolean' | 'other';
  readonly text?: string;
}

export interface ScriptHttpClient {
  /** Counts the clients of a process; as in the log: `http-client[1]`. */
  readonly id: number;
  readonly settings: ScriptHttpSettings;
}

export interface SubmittedRequest {
  readonly client: ScriptHttpClient;
  readonly id: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent: there is none, which is not the same as an empty one. */
  readonly payload?: Uint8Array;
  readonly expectsContinue: boolean;
  /** What lines about the request begin with. */
  readonly logPrefix: string;
}

export interface ScriptHttpResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent: the answer has none. */
  readonly payload?: Uint8Array;
  /** Why the payload is not complete. */
  readonly problem?: string;
}
