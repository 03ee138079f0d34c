import dbus from 'dbus-next';
import type { MessageBus, Variant } from 'dbus-next';
import { waitUntil } from '../../scripts/desktop-session.mjs';

const SERVICE = 'org.freedesktop.Notifications';
const DEFAULT_CAPABILITIES = ['body', 'body-markup', 'actions', 'persistence'];

/** One call of Notify, string for string as it came over the bus. */
export interface RecordedNotification {
  readonly id: number;
  readonly app: string;
  readonly replaces: number;
  readonly icon: string;
  readonly summary: string;
  readonly body: string;
  /** key, label, key, label, … */
  readonly actions: readonly string[];
  /** Image data is left out. */
  readonly hints: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

type NotifyArguments = [
  app: string,
  replaces: number,
  icon: string,
  summary: string,
  body: string,
  actions: string[],
  hints: Record<string, Variant>,
  timeoutMs: number,
];

/** The notification service of a test's desktop; it shows nothing and forgets nothing. */
class RecordingService extends dbus.interface.Interface {
  readonly recorded: RecordedNotification[] = [];
  readonly #capabilities: readonly string[];
  #nextId = 1;

  constructor(capabilities: readonly string[]) {
    super(SERVICE);
    this.#capabilities = capabilities;
  }

  Notify(...args: NotifyArguments): number {
    const [app, replaces, icon, summary, body, actions, hints, timeoutMs] = args;
    const id = replaces || this.#nextId++;
    const plainHints = Object.entries(hints)
      .filter(([, hint]) => !/^(ay|\()/.test(hint.signature))
      .map(([name, hint]) => [name, hint.value as unknown]);
    this.recorded.push({
      id,
      app,
      replaces,
      icon,
      summary,
      body,
      actions,
      hints: Object.fromEntries(plainHints) as Record<string, unknown>,
      timeoutMs,
    });
    return id;
  }

  CloseNotification(id: number): void {
    this.NotificationClosed(id, 3);
  }

  GetCapabilities(): readonly string[] {
    return this.#capabilities;
  }

  GetServerInformation(): string[] {
    return ['notification-recorder', 'dovebell-tests', '1.0', '1.2'];
  }

  NotificationClosed(id: number, reason: number): unknown[] {
    return [id, reason];
  }

  ActionInvoked(id: number, action: string): unknown[] {
    return [id, action];
  }
}

RecordingService.configureMembers({
  methods: {
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
  },
  signals: {
    NotificationClosed: { signature: 'uu' },
    ActionInvoked: { signature: 'us' },
  },
});

/** What a test sees of the recording service. */
export interface NotificationRecorder {
  notifications(): readonly RecordedNotification[];
  /** Waits for this many notifications, or for one the predicate likes; resolves to all, or to that one. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly RecordedNotification[]>;
  waitFor(
    predicate: (notification: RecordedNotification) => boolean,
    timeoutMs?: number,
  ): Promise<RecordedNotification>;
  /** As if a person clicked: the action (default: the whole toast), then it closes. */
  click(id: number, action?: string): void;
  /** As if a person dismissed it. */
  dismiss(id: number): void;
  stop(): void;
}

/**
 * Serves org.freedesktop.Notifications on a bus, in this process: a test that blocks its event loop
 * (`spawnSync('notify-send')`) waits for itself for ever.
 */
export async function startNotificationRecorder(
  busAddress: string,
  capabilities: readonly string[] = DEFAULT_CAPABILITIES,
): Promise<NotificationRecorder> {
  const bus = dbus.sessionBus({ busAddress });
  const service = new RecordingService(capabilities);
  bus.export('/org/freedesktop/Notifications', service);
  await requestName(bus);

  async function waitFor(wanted: number | ((n: RecordedNotification) => boolean), timeoutMs = 10_000) {
    const seen = () => JSON.stringify(service.recorded.map(({ summary, body }) => [summary, body]));
    const find = () =>
      typeof wanted === 'number'
        ? service.recorded.length >= wanted && service.recorded
        : service.recorded.find(wanted);
    try {
      return await waitUntil('notifications', find, timeoutMs);
    } catch (error) {
      throw new Error(`the expected notification did not come; seen: ${seen()}`, { cause: error });
    }
  }

  return {
    notifications: () => service.recorded,
    waitFor: waitFor as NotificationRecorder['waitFor'],
    click(id, action = 'default') {
      service.ActionInvoked(id, action);
      service.NotificationClosed(id, 2);
    },
    dismiss: (id) => void service.NotificationClosed(id, 2),
    stop: () => bus.disconnect(),
  };
}

function requestName(bus: MessageBus): Promise<unknown> {
  return new Promise((resolve, reject) => {
    bus.on('error', reject);
    bus.requestName(SERVICE, dbus.NameFlag.DO_NOT_QUEUE).then(resolve, reject);
  });
}
