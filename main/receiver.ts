import type { DriverSettings } from '#framework';
import type { AppStatus, EndpointStatus, IpcPublications, TimelineExtent } from '#contract/ipc';
import { OX_NOTIFY_PATH } from '#contract/ox';
import { timelineRow, type TimelineRow, type TransactionReport } from '#contract/report';
import { drivers } from '#drivers';
import { loadCredentials, type Credentials } from './config/credentials.ts';
import { createPublications } from './publications.ts';
import { createReportRunner, type ReportRunner } from './report-runner.ts';
import { createRejectionLog } from './rejection-log.ts';
import { rawFields, receiveArrival } from './arrival.ts';
import { sendNotification, testNotification, type SendResult } from './send-notification.ts';
import {
  createOxEndpoint,
  describeListenError,
  type OxArrival,
  type OxEndpoint,
  type OxRefusal,
} from './sources/ox-endpoint.ts';
import { createStatusBoard, startOfDayMs } from './status-board.ts';
import { openTimeline, type Timeline } from './timeline/timeline.ts';
import type { Toaster } from './toast/toast.ts';
import { createUserDrivers } from './user-drivers.ts';
import type { Log } from './log.ts';

export interface ReceiverOptions {
  /** Folder of the database and the credentials; made when absent. */
  readonly dataDir: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Names besides addresses and this machine's own under which senders may ask for us. */
  readonly allowedHosts?: readonly string[];
  /** Folder of the built worker scripts: `import.meta.dirname` of the entry. */
  readonly workersDir: string;
  readonly toaster: Toaster;
  readonly log: Log;
}

/** The program without a window. */
export interface Receiver {
  /**
   * Opens the timeline, then the endpoint, then runs what a crash left unprocessed. A port that cannot be
   * opened is a state (`status().endpoint`), not an error.
   * @throws Error when the data folder cannot be used; the state says so too.
   */
  start(): Promise<void>;
  /** Ends what is under way and closes everything; nothing accepted is lost. */
  stop(): Promise<void>;
  status(): AppStatus;
  extent(): TimelineExtent;
  listRows(fromSeq: number, toSeq: number): Promise<readonly TimelineRow[]>;
  getReport(id: string): Promise<TransactionReport | null>;
  /** Sends a notification through the endpoint, as a mail server would. */
  sendTest(): Promise<SendResult>;
  retryEndpoint(): Promise<EndpointStatus>;
  /** Announces what windows are told; returns the function that ends the subscription. */
  subscribe<Name extends keyof IpcPublications>(
    name: Name,
    listener: (payload: IpcPublications[Name]) => void,
  ): () => void;
  /** Announces each report once, when it is final; returns the function that ends the subscription. */
  onReport(listener: (report: TransactionReport) => void): () => void;
}

/** What runs until the drivers can be configured: the one that shows everything. */
const configuredDrivers: readonly DriverSettings[] = [{ driver: 'dlog', settings: {} }];
const NO_EXTENT: TimelineExtent = { firstSeq: 0, lastSeq: 0, count: 0 };
/** How many recent reports are read at the start so that no message is announced twice. */
const SEED_REPORTS = 1000;
/** How many unprocessed reports are read at once after a crash. */
const RECOVERY_PAGE = 500;

const clock = () => performance.timeOrigin + performance.now();

/** Joins framework, drivers, sources, timeline and toasts. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { host, log } = options;
  const board = createStatusBoard(endpointStatus('starting', host, options.port), Date.now);
  const publications = createPublications({ extent, status });
  const userDrivers = createUserDrivers(configuredDrivers, drivers, clock);
  const rejections = createRejectionLog();
  const reportListeners = new Set<(report: TransactionReport) => void>();
  let credentials: Credentials | undefined;
  let timeline: Timeline | undefined;
  let runner: ReportRunner | undefined;
  let endpoint: OxEndpoint | undefined;

  function extent(): TimelineExtent {
    return timeline?.extent() ?? NO_EXTENT;
  }

  function status(): AppStatus {
    const active = configuredDrivers.length - userDrivers.problems().length;
    return board.read({
      queued: runner?.queued() ?? 0,
      extent: extent(),
      drivers: { active, configured: configuredDrivers.length },
      toasts: { available: options.toaster.via !== '', via: options.toaster.via },
    });
  }

  function openedTimeline(): Timeline {
    if (!timeline) throw new Error(board.endpoint.problem ?? 'The timeline is not open yet');
    return timeline;
  }

  const announce = (report: TransactionReport) => {
    if (publications.hasSubscribers('timeline/changed')) publications.rowChanged(timelineRow(report));
    publications.statusChanged();
  };
  const finish = (report: TransactionReport) => {
    for (const listener of reportListeners) listener(report);
  };

  async function openData(): Promise<void> {
    try {
      timeline = await openTimeline(options.dataDir, options.workersDir);
      credentials = await loadCredentials(options.dataDir);
    } catch (error) {
      const problem = `The data folder ${options.dataDir} cannot be used: ${(error as Error).message}`;
      board.setEndpoint({ ...board.endpoint, state: 'failed', problem });
      publications.statusChanged();
      throw new Error(problem, { cause: error });
    }
    runner = createReportRunner({
      timeline,
      userDrivers,
      toaster: options.toaster,
      clock,
      log,
      announce,
      finish,
      reveal,
    });
    const { lastSeq } = timeline.extent();
    runner.seed(
      await timeline.reports({ afterSeq: Math.max(0, lastSeq - SEED_REPORTS), limit: SEED_REPORTS }),
    );
    board.setCounts(await timeline.stats(startOfDayMs(Date.now())));
  }

  function reveal(id: string, seq: number): void {
    publications.publish('timeline/reveal', { id, seq });
  }

  async function openEndpoint(): Promise<EndpointStatus> {
    if (!credentials) throw new Error(board.endpoint.problem ?? 'The data folder is not open');
    const { port, allowedHosts = [] } = options;
    endpoint = createOxEndpoint({ host, port, allowedHosts, credentials, store, refused });
    try {
      const address = await endpoint.start();
      board.setEndpoint(endpointStatus('listening', address.host, address.port));
    } catch (error) {
      const problem = describeListenError(error as NodeJS.ErrnoException, host, port);
      board.setEndpoint({ ...endpointStatus('failed', host, port), problem });
      endpoint = undefined;
    }
    publications.statusChanged();
    return board.endpoint;
  }

  async function store(arrival: OxArrival): Promise<void> {
    const startedAtMs = performance.now();
    const { received, append } = receiveArrival(arrival);
    const { seq, repeatOf } = await openedTimeline().append(append);
    if (repeatOf !== undefined) {
      await announceStored(seq);
      return;
    }
    board.eventStored(received.receivedAtMs);
    const storeMs = performance.now() - startedAtMs;
    runner?.add({ ...received, seq, ...rawFields(arrival.body.raw) }, storeMs);
  }

  async function announceStored(seq: number): Promise<void> {
    const report = await openedTimeline().get({ seq });
    if (report) announce(report);
  }

  function refused(refusal: OxRefusal): void {
    storeRefusal(refusal).catch((error: unknown) => {
      log.error(`A rejected request could not be stored: ${String(error)}`);
    });
  }

  async function storeRefusal(refusal: OxRefusal): Promise<void> {
    const entry = rejections.enter(refusal, Date.now());
    if (!entry || !timeline) return;
    if (entry.kind === 'row') {
      const { seq } = await timeline.append(entry.append);
      const report = await timeline.get({ seq });
      if (!report) return;
      announce(report);
      finish(report);
      return;
    }
    const known = await timeline.get({ id: entry.id });
    if (!known) return;
    await timeline.addRepeats(known.seq, Date.now(), 1);
    await announceStored(known.seq);
  }

  async function recover(): Promise<void> {
    let afterSeq = 0;
    for (;;) {
      const reports = await openedTimeline().reports({ afterSeq, limit: RECOVERY_PAGE, onlyAccepted: true });
      for (const report of reports) {
        if (report.state === 'accepted') runner?.add(report, 0);
      }
      const last = reports.at(-1);
      if (!last) return;
      afterSeq = last.seq;
    }
  }

  return {
    async start() {
      await openData();
      // Before the door opens, so that what is left over keeps its place before what comes new.
      await recover();
      await openEndpoint();
    },
    async stop() {
      await endpoint?.stop();
      await runner?.close();
      await userDrivers.close();
      board.setEndpoint({ ...board.endpoint, state: 'stopped' });
      publications.close();
      await timeline?.close();
    },
    status,
    extent,
    listRows: (fromSeq, toSeq) => openedTimeline().list(fromSeq, toSeq),
    getReport: (id) => openedTimeline().get({ id }),
    async sendTest() {
      if (!credentials) return { ok: false, message: board.endpoint.problem ?? 'The endpoint is not open' };
      const result = await sendNotification({
        url: board.endpoint.url,
        credentials,
        body: testNotification(Date.now()),
      });
      return result.ok ? { ...result, message: 'Sent; the endpoint answered 200' } : result;
    },
    async retryEndpoint() {
      if (board.endpoint.state === 'listening') return board.endpoint;
      if (!timeline) {
        await openData();
        await recover();
      }
      return openEndpoint();
    },
    subscribe: (name, listener) => publications.subscribe(name, listener),
    onReport(listener) {
      reportListeners.add(listener);
      return () => reportListeners.delete(listener);
    },
  };
}

function endpointStatus(state: EndpointStatus['state'], host: string, port: number): EndpointStatus {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { state, address, url: `http://${address}${OX_NOTIFY_PATH}` };
}
