import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDunstToasts, hasNotificationService, waitUntil } from '../../scripts/desktop-session.mjs';
import { runProcess } from '../../scripts/run-process.mjs';
import { startDovecot, whyNoDovecot } from '../helpers/dovecot.ts';
import type { Dovecot } from '../helpers/dovecot.ts';
import { startToastSession } from '../helpers/toast-session.ts';
import type { RecordedToastSession, ToastSession } from '../helpers/toast-session.ts';

const noDovecot = await whyNoDovecot();

describe('a session with the recorder', () => {
  let session: RecordedToastSession;
  beforeAll(async () => {
    session = await startToastSession('recorder');
  });
  afterAll(() => session.stop());

  it('records what notify-send says, string for string', async () => {
    const text = 'Ä & <b>bold</b> \u202e "quoted"';
    const { code, output } = await runProcess('notify-send', ['--app-name=Dovebell', 'Title', text], {
      env: session.env,
    });
    expect({ code, output }).toEqual({ code: 0, output: '' });
    const [toast] = await session.toasts.waitFor(1);
    expect(toast).toMatchObject({ app: 'Dovebell', summary: 'Title', body: text });
  });

  it('reports a click to the program that showed the toast', async () => {
    const sender = runProcess('notify-send', ['--wait', '--action=default=Open', 'Click me'], {
      env: session.env,
      timeoutMs: 10_000,
    });
    const toast = await session.toasts.waitFor((notification) => notification.summary === 'Click me');
    session.toasts.click(toast.id);
    expect((await sender).output.trim()).toBe('default');
  });
});

describe('a session with dunst', () => {
  let session: ToastSession;
  beforeAll(async () => {
    session = await startToastSession('dunst');
  });
  afterAll(() => session.stop());

  it('shows toasts on the screen', async () => {
    await runProcess('notify-send', ['One'], { env: session.env });
    await waitUntil('the toast', async () => (await countDunstToasts(session.env)) === 1);
  });
});

describe('a session without a notification service', () => {
  it('starts none, although one is installed', async () => {
    const session = await startToastSession('none');
    try {
      await runProcess('notify-send', ['Nobody'], { env: session.env, timeoutMs: 2_000 });
      expect(await hasNotificationService(session.env)).toBe(false);
    } finally {
      await session.stop();
    }
  });
});

// Only root can start a Dovecot, and only 2.3 reads the configuration.
describe.skipIf(noDovecot !== undefined)('the throw-away Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ pluginSettings: 'push_notification_driver = dlog' });
  });
  afterAll(() => dovecot.stop());

  const message = 'From: bob@example.org\nTo: alice@example.com\nSubject: hello\n\n.a line with a dot\n';

  it('accepts a message over LMTP and its drivers see it', async () => {
    const replies = await dovecot.deliver({ to: ['alice@example.com'], message });
    expect(replies).toEqual([expect.stringMatching(/^250 2\.0\.0 <alice@example\.com> .* Saved$/)]);
    expect(await dovecot.log()).toContain('Message data: Mailbox [INBOX], UID [1]');
  });

  it('reads changed driver settings after a reload', async () => {
    await dovecot.reload('push_notification_driver = ox:url=http://127.0.0.1:9/never');
    await dovecot.enableOx('carol@example.com', '4@11');
    await dovecot.deliver({ to: ['carol@example.com'], message });
    expect(await dovecot.log()).toContain('push-notification-ox: User (4@11)');
  });
});
