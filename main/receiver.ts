import type { AppStatus, EndpointStatus, IpcPublications, TimelineExtent } from '#contract/ipc';
import { timelineRow, type TimelineRow, type TransactionReport } from '#contract/report';
import { loadCredentials, type Credentials } from './config/credentials.ts';
import { saveListenAddress, type ListenAddress } from './config/endpoint-address.ts';
import { createPublications } from './publications.ts';
import { createReportRunner, type ReportRunner } from './report-runner.ts';
import { createRejectionLog } from './rejection-log.ts';
import { rawFields, receiveArrival } from './arrival.ts';
import { describeListenError } from './sources/listen.ts';
import { sendNotification, testNotification, type SendResult } from './send-notification.ts';
import { createOxEndpoint, type OxArrival, type OxEndpoint, type OxRefusal } from './sources/ox-endpoint.ts';
import { createStatusBoard, endpointStatus, startOfDayMs, type StatusBoard } from './status-board.ts';
import { openTimeline, type Timeline } from './timeline/timeline.ts';
import type { Toaster } from './toast/toast.ts';
import { createLuaEngine, type LuaEngine } from '#drivers';
import { createAppDrivers, createInstanceMark, LOOP_HEADER } from './app-drivers.ts';
import { createScriptFiles, type ScriptProblem } from './script-files.ts';
import { scriptRulesOf } from './script-rules.ts';
import type { ConfigDiagnostic } from './config/push-config.ts';
import { createReceivedMail, type ReceivedMail } from './received-mail.ts';
import type { ServerConfig } from './simulation/server-config.ts';
import {
  createUserDrivers,
  readDriverConfig,
  type DriverConfigText,
  type UserDrivers,
} from './user-drivers.ts';
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
  /** Which drivers run; the built-in configuration when absent. */
  readonly push?: DriverConfigText;
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
  /** What of the push configuration is skipped, ignored or wrong. */
  diagnostics(): readonly ConfigDiagnostic[];
  /** Looks at the configured scripts: what keeps them from running. The state of the drivers says so too. */
  checkScripts(): Promise<readonly ScriptProblem[]>;
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

const NO_EXTENT: TimelineExtent = { firstSeq: 0, lastSeq: 0, count: 0 };
/** How many recent reports are read at the start so that no message is announced twice. */
const SEED_REPORTS = 1000;
/** How many unprocessed reports are read at once after a crash. */
const RECOVERY_PAGE = 500;

const clock = () => performance.timeOrigin + performance.now();

/** Joins framework, drivers, sources, timeline and toasts. */
export function createReceiver(options: ReceiverOptions): Receiver {
  return new JoinedReceiver(options);
}

/** What is there once the data folder is open. */
interface OpenData {
  readonly timeline: Timeline;
  readonly credentials: Credentials;
  readonly runner: ReportRunner;
}

class JoinedReceiver implements Receiver {
  readonly #options: ReceiverOptions;
  readonly #board: StatusBoard;
  readonly #publications = createPublications({ extent: () => this.extent(), status: () => this.status() });
  readonly #config: ServerConfig;
  readonly #mark = createInstanceMark();
  readonly #mail: ReceivedMail;
  readonly #lua: LuaEngine;
  readonly #userDrivers: UserDrivers;
  readonly #rejections = createRejectionLog();
  readonly #reportListeners = new Set<(report: TransactionReport) => void>();
  #data: OpenData | undefined;
  #endpoint: OxEndpoint | undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#config = readDriverConfig(options.push);
    this.#mail = createReceivedMail(options.dataDir, (text) => options.log.warning(text));
    this.#lua = createLuaEngine(options.workersDir);
    this.#userDrivers = createUserDrivers({
      config: this.#config,
      registry: createAppDrivers(this.#mark, {
        engine: this.#lua,
        rulesFor: scriptRulesOf(options.dataDir),
      }),
      clock,
      mailOf: (user) => this.#mail.mailOf(user),
      scripts: createScriptFiles(this.#config, options.dataDir),
    });
    this.#board = createStatusBoard(endpointStatus('starting', options.host, options.port), Date.now);
  }

  async start(): Promise<void> {
    await this.#openData();
    // Before the door opens, so that what is left over keeps its place before what comes new.
    await this.#recover();
    await this.#openEndpoint();
  }

  async stop(): Promise<void> {
    await this.#endpoint?.stop();
    await this.#data?.runner.close();
    await this.#userDrivers.close();
    await this.#lua.close();
    this.#board.setEndpoint({ ...this.#board.endpoint, state: 'stopped' });
    this.#publications.close();
    await this.#data?.timeline.close();
  }

  status(): AppStatus {
    const { toaster } = this.#options;
    return this.#board.read({
      queued: this.#data?.runner.queued() ?? 0,
      extent: this.extent(),
      drivers: this.#userDrivers.count(),
      toasts: { available: toaster.via !== '', via: toaster.via },
    });
  }

  diagnostics(): readonly ConfigDiagnostic[] {
    return this.#config.push.diagnostics;
  }

  async checkScripts(): Promise<readonly ScriptProblem[]> {
    const problems = await this.#userDrivers.checkScripts();
    if (problems.length > 0) this.#publications.statusChanged();
    return problems;
  }

  extent(): TimelineExtent {
    return this.#data?.timeline.extent() ?? NO_EXTENT;
  }

  async listRows(fromSeq: number, toSeq: number): Promise<readonly TimelineRow[]> {
    return this.#opened().timeline.list(fromSeq, toSeq);
  }

  async getReport(id: string): Promise<TransactionReport | null> {
    return this.#opened().timeline.get({ id });
  }

  async sendTest(): Promise<SendResult> {
    const { credentials } = this.#opened();
    const { url } = this.#board.endpoint;
    const result = await sendNotification({ url, credentials, body: testNotification(Date.now()) });
    return result.ok ? { ...result, message: 'Sent; the endpoint answered 200' } : result;
  }

  async retryEndpoint(): Promise<EndpointStatus> {
    if (this.#board.endpoint.state === 'listening') return this.#board.endpoint;
    if (!this.#data) {
      await this.#openData();
      await this.#recover();
    }
    return this.#openEndpoint();
  }

  subscribe: Receiver['subscribe'] = (name, listener) => this.#publications.subscribe(name, listener);

  onReport(listener: (report: TransactionReport) => void): () => void {
    this.#reportListeners.add(listener);
    return () => this.#reportListeners.delete(listener);
  }

  #opened(): OpenData {
    if (!this.#data) throw new Error(this.#board.endpoint.problem ?? 'The timeline is not open yet');
    return this.#data;
  }

  async #openData(): Promise<void> {
    const { dataDir, workersDir } = this.#options;
    try {
      const timeline = await openTimeline(dataDir, workersDir);
      const credentials = await loadCredentials(dataDir);
      this.#data = { timeline, credentials, runner: this.#createRunner(timeline) };
    } catch (error) {
      const problem = `The data folder ${dataDir} cannot be used: ${(error as Error).message}`;
      this.#board.setEndpoint({ ...this.#board.endpoint, state: 'failed', problem });
      this.#publications.statusChanged();
      throw new Error(problem, { cause: error });
    }
    const { timeline, runner } = this.#data;
    const { lastSeq } = timeline.extent();
    runner.seed(
      await timeline.reports({ afterSeq: Math.max(0, lastSeq - SEED_REPORTS), limit: SEED_REPORTS }),
    );
    this.#countToday(timeline);
    // A window may have asked before there was anything to tell.
    this.#publications.publish('timeline/changed', { rows: [], extent: timeline.extent() });
  }

  // Nobody waits for it: on a long timeline it takes a moment, and the door should open.
  #countToday(timeline: Timeline): void {
    timeline.stats({ sinceMs: startOfDayMs(Date.now()), toSeq: timeline.extent().lastSeq }).then(
      (counts) => {
        this.#board.setCounts(counts);
        this.#publications.statusChanged();
      },
      (error: unknown) => this.#options.log.warning(`Today's events could not be counted: ${String(error)}`),
    );
  }

  #createRunner(timeline: Timeline): ReportRunner {
    const { toaster, log } = this.#options;
    return createReportRunner({
      timeline,
      userDrivers: this.#userDrivers,
      mail: this.#mail,
      toaster,
      clock,
      log,
      announce: (report) => this.#announce(report),
      finish: (report) => this.#finish(report),
      reveal: (id, seq) => this.#publications.publish('timeline/reveal', { id, seq }),
    });
  }

  async #recover(): Promise<void> {
    const { timeline, runner } = this.#opened();
    let afterSeq = 0;
    for (;;) {
      const reports = await timeline.reports({ afterSeq, limit: RECOVERY_PAGE, onlyAccepted: true });
      for (const report of reports) {
        if (report.state === 'accepted') runner.add(report, 0);
      }
      const last = reports.at(-1);
      if (!last) return;
      afterSeq = last.seq;
    }
  }

  async #openEndpoint(): Promise<EndpointStatus> {
    const { host, port, allowedHosts = [] } = this.#options;
    const { credentials } = this.#opened();
    const endpoint = createOxEndpoint({
      host,
      port,
      allowedHosts,
      credentials,
      loopMark: { header: LOOP_HEADER.toLowerCase(), value: this.#mark },
      store: (arrival) => this.#store(arrival),
      refused: (refusal) => this.#refused(refusal),
    });
    try {
      const address = await endpoint.start();
      this.#endpoint = endpoint;
      this.#board.setEndpoint(endpointStatus('listening', address.host, address.port));
      await this.#rememberAddress(address);
    } catch (error) {
      const problem = describeListenError(error as NodeJS.ErrnoException, host, port);
      this.#board.setEndpoint({ ...endpointStatus('failed', host, port), problem });
    }
    this.#publications.statusChanged();
    return this.#board.endpoint;
  }

  // Only for the comfort of `dovebell endpoint` and `send`.
  async #rememberAddress(address: ListenAddress): Promise<void> {
    await saveListenAddress(this.#options.dataDir, address).catch((error: unknown) => {
      this.#options.log.warning(`The endpoint's address could not be written down: ${String(error)}`);
    });
  }

  async #store(arrival: OxArrival): Promise<void> {
    const startedAtMs = performance.now();
    const { timeline, runner } = this.#opened();
    const { received, append } = receiveArrival(arrival);
    const { seq, repeatOf } = await timeline.append(append);
    if (repeatOf !== undefined) {
      await this.#announceStored(seq);
      return;
    }
    this.#board.eventStored(received.receivedAtMs);
    const storeMs = performance.now() - startedAtMs;
    runner.add({ ...received, seq, ...rawFields(arrival.body.raw) }, storeMs);
  }

  #refused(refusal: OxRefusal): void {
    this.#storeRefusal(refusal).catch((error: unknown) => {
      this.#options.log.error(`A rejected request could not be stored: ${String(error)}`);
    });
  }

  async #storeRefusal(refusal: OxRefusal): Promise<void> {
    const entry = this.#rejections.enter(refusal, Date.now());
    if (!entry) return;
    const { timeline } = this.#opened();
    if (entry.kind === 'row') {
      const { seq } = await timeline.append(entry.append);
      const report = await this.#announceStored(seq);
      if (report) this.#finish(report);
      return;
    }
    const known = await timeline.get({ id: entry.id });
    if (!known) return;
    await timeline.addRepeats(known.seq, Date.now(), 1);
    await this.#announceStored(known.seq);
  }

  async #announceStored(seq: number): Promise<TransactionReport | null> {
    const report = await this.#opened().timeline.get({ seq });
    if (report) this.#announce(report);
    return report;
  }

  #announce(report: TransactionReport): void {
    if (this.#publications.hasSubscribers('timeline/changed'))
      this.#publications.rowChanged(timelineRow(report));
    this.#publications.statusChanged();
  }

  #finish(report: TransactionReport): void {
    for (const listener of this.#reportListeners) listener(report);
  }
}
