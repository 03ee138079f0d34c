import type { AppStatus, IpcPublications, TimelineExtent } from '#contract/ipc';
import type { TimelineRow, TransactionReport } from '#contract/report';
import type { Toaster } from './toast/toast.ts';

export interface ReceiverOptions {
  /** Folder of the database and the credentials; made when absent. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Folder of the built worker scripts: `import.meta.dirname` of the entry. */
  readonly workersDir: string;
  readonly toaster: Toaster;
}

/** The program without a window. */
export interface Receiver {
  /** Opens the timeline, then the endpoint, then runs what a crash left unprocessed. A closed port is a state, not an error. */
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): AppStatus;
  listRows(fromSeq: number, toSeq: number): Promise<readonly TimelineRow[]>;
  getReport(id: string): Promise<TransactionReport | null>;
  sendTest(): Promise<{ ok: boolean; message: string }>;
  retryEndpoint(): Promise<AppStatus['endpoint']>;
  extent(): TimelineExtent;
  /** Announces what windows are told; returns the function that ends the subscription. */
  subscribe<Name extends keyof IpcPublications>(
    name: Name,
    listener: (payload: IpcPublications[Name]) => void,
  ): () => void;
}
