export interface DesktopSession {
  readonly env: NodeJS.ProcessEnv;
  readonly busAddress: string;
  stop(): Promise<void>;
}

export declare function startDesktopSession(options?: {
  readonly daemon?: 'dunst' | 'none';
  readonly size?: string;
}): Promise<DesktopSession>;

export declare function waitUntil<T>(
  what: string,
  isReady: () => T | Promise<T>,
  timeoutMs?: number,
): Promise<NonNullable<T>>;

export declare function countDunstToasts(env: NodeJS.ProcessEnv): Promise<number>;
export declare function hasNotificationService(env: NodeJS.ProcessEnv): Promise<boolean>;
