import dbus from 'dbus-next';

const SERVICE = 'org.freedesktop.Notifications';

/** A notification service that shows nothing and tells `notified` of each call the moment it comes. */
class NotificationService extends dbus.interface.Interface {
  #notified;
  #lastId = 0;

  constructor(notified) {
    super(SERVICE);
    this.#notified = notified;
  }

  Notify(_app, _replaces, _icon, summary, body) {
    this.#notified(summary, body);
    return ++this.#lastId;
  }

  CloseNotification() {}

  GetCapabilities() {
    return ['body', 'body-markup', 'actions', 'persistence'];
  }

  GetServerInformation() {
    return ['notification-clock', 'dovebell-bench', '1.0', '1.2'];
  }
}

NotificationService.configureMembers({
  methods: {
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
  },
});

/**
 * Serves notifications on a private bus; a helper of its own because the tests' recorder is TypeScript.
 *
 * @param {(close: () => unknown) => void} defer
 * @param {string} busAddress
 * @param {(summary: string, body: string) => void} notified
 */
export async function startNotificationService(defer, busAddress, notified) {
  const bus = dbus.sessionBus({ busAddress });
  defer(() => bus.disconnect());
  bus.export('/org/freedesktop/Notifications', new NotificationService(notified));
  await new Promise((resolve, reject) => {
    bus.on('error', reject);
    bus.requestName(SERVICE, dbus.NameFlag.DO_NOT_QUEUE).then(resolve, reject);
  });
}
