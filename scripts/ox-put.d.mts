export declare const NOTIFY_PATH: string;

export declare function encodeAsDovecot(notification: Readonly<Record<string, string | number>>): string;

export declare function putAsDovecot(options: {
  readonly port: number;
  readonly login?: string;
  readonly password?: string;
  readonly body: string | Buffer;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<{ readonly status: number; readonly body: string }>;
