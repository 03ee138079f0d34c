import type { AppStatus } from '#contract/ipc';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { BusyButton } from '../shell/busy-button.tsx';
import { NoticeLine, useCopy } from '../shell/notices.tsx';

interface EmptyProps {
  readonly status: AppStatus | undefined;
  readonly isSending: boolean;
  readonly onSendTest: () => void;
}

/** Before the first notification: what to do to get one, and what is ready on this side. */
export function EmptyTimeline({ status, isSending, onSendTest }: EmptyProps) {
  const words = messages.empty;
  return (
    <div className="empty">
      <div className="empty-inner">
        <header>
          <h1>{words.title}</h1>
          <p>{words.lead}</p>
        </header>
        <ol className="steps">
          <li>
            <h2>{words.pointTitle}</h2>
            <p>{words.pointText}</p>
            {status && <CopyLine text={status.endpoint.url} label={words.copyAddress} />}
          </li>
          <li>
            <h2>{words.configTitle}</h2>
            <p>{words.configText}</p>
            <CopyLine text={words.configCommand} label={words.copyCommand} />
          </li>
          <li>
            <h2>{words.testTitle}</h2>
            <p>{words.testText}</p>
            <div className="test-line">
              <BusyButton icon="send" isBusy={isSending} isPrimary onClick={onSendTest}>
                {messages.toolbar.sendTest}
              </BusyButton>
              <NoticeLine />
            </div>
          </li>
        </ol>
        {status && <Readiness status={status} />}
      </div>
    </div>
  );
}

function CopyLine({ text, label }: { readonly text: string; readonly label: string }) {
  const copy = useCopy();
  return (
    <div className="copy-line">
      <code>{text}</code>
      <button
        type="button"
        className="button"
        aria-label={label}
        onClick={() => void copy(text, messages.empty.copied)}
      >
        <Icon name="copy" size={13} />
        {messages.empty.copy}
      </button>
    </div>
  );
}

interface Rung {
  readonly state: 'ok' | 'fail' | 'wait';
  readonly text: string;
  readonly hint?: string;
}

function Readiness({ status }: { readonly status: AppStatus }) {
  return (
    <section className="readiness" aria-label={messages.empty.readyTitle}>
      <h2>{messages.empty.readyTitle}</h2>
      <ul>
        {readinessOf(status).map(({ state, text, hint }) => (
          <li key={text} data-state={state}>
            <Icon name={rungIcons[state]} size={13} />
            <span>
              <span className="visually-hidden">{messages.happened.tones[state]}: </span>
              {text}
              {hint !== undefined && <small>{hint}</small>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const rungIcons = { ok: 'check', fail: 'cross', wait: 'clock' } as const;

function readinessOf({ endpoint, drivers, toasts }: AppStatus): Rung[] {
  const words = messages.empty;
  const isListening = endpoint.state === 'listening';
  const allActive = drivers.configured > 0 && drivers.active === drivers.configured;
  return [
    {
      state: isListening ? 'ok' : endpoint.state === 'starting' ? 'wait' : 'fail',
      text: isListening ? words.listening(endpoint.address) : messages.endpoint[endpoint.state],
    },
    {
      state: allActive ? 'ok' : 'fail',
      text: drivers.configured > 0 ? words.driversReady(drivers.active, drivers.configured) : words.noDrivers,
    },
    {
      state: toasts.available ? 'ok' : 'fail',
      text: toasts.available ? words.toastsReady(toasts.via) : words.toastsMissing,
    },
    { state: 'wait', text: words.waiting, hint: words.waitingHint },
  ];
}
