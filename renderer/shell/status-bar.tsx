import { useEffect, useState } from 'react';
import type { AppStatus } from '#contract/ipc';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { formatAgo, formatFullTime, formatNumber } from '../text/format.ts';
import { ListenerLight } from './listener-light.tsx';
import { useCopy } from './notices.tsx';
import { useNow } from './use-model.ts';

const COPIED_MS = 2000;
const AGO_REFRESH_MS = 1000;

/** The bottom line. Only the endpoint is a live region: counters that tick would talk all day. */
export function StatusBar({ status }: { readonly status: AppStatus | undefined }) {
  return (
    <footer className="status-bar">
      <div role="status" aria-label={messages.endpoint.label} className="status-endpoint">
        <ListenerLight state={status?.endpoint.state} />
        {status && <Address url={status.endpoint.url} address={status.endpoint.address} />}
      </div>
      {status && <Counters status={status} />}
    </footer>
  );
}

function Address({ url, address }: { readonly url: string; readonly address: string }) {
  const copy = useCopy();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = window.setTimeout(() => setIsCopied(false), COPIED_MS);
    return () => window.clearTimeout(timer);
  }, [isCopied]);
  const onClick = (): void => {
    void copy(url, `${messages.empty.copied}: ${url}`).then(() => setIsCopied(true));
  };
  return (
    <button
      type="button"
      className="address"
      title={`${messages.endpoint.copyUrl}: ${url}`}
      onClick={onClick}
    >
      <span className="address-text">{address}</span>
      <Icon name={isCopied ? 'check' : 'copy'} size={13} />
      <span className={isCopied ? 'address-copied' : 'visually-hidden'}>
        {isCopied ? messages.endpoint.copied : messages.endpoint.copyUrl}
      </span>
    </button>
  );
}

function Counters({ status }: { readonly status: AppStatus }) {
  const { drivers, toasts } = status;
  const words = messages.statusBar;
  return (
    <dl className="counters" aria-label={words.label}>
      <Counter name={words.eventsToday} value={formatNumber(status.eventsToday)} />
      <LastEvent atMs={status.lastEventAtMs} />
      <Counter name={words.queue} value={formatNumber(status.queued)} rank="minor" />
      <Counter
        name={words.drivers}
        value={`${formatNumber(drivers.active)}/${formatNumber(drivers.configured)}`}
        isBad={drivers.active < drivers.configured || drivers.problem !== undefined}
        title={drivers.problem}
      />
      <Counter
        name={words.toasts}
        value={toasts.available ? toasts.via : words.noToasts}
        isBad={!toasts.available}
        rank="last"
      />
    </dl>
  );
}

function LastEvent({ atMs }: { readonly atMs: number | undefined }) {
  const nowMs = useNow(AGO_REFRESH_MS);
  const name = messages.statusBar.lastEvent;
  if (atMs === undefined) return <Counter name={name} value={messages.statusBar.never} />;
  return <Counter name={name} value={formatAgo(atMs, nowMs)} title={formatFullTime(atMs)} />;
}

interface CounterProps {
  readonly name: string;
  readonly value: string;
  readonly title?: string | undefined;
  readonly isBad?: boolean;
  /** `minor` goes first when the window is narrow; `last` stands at the right edge. */
  readonly rank?: 'minor' | 'last';
}

function Counter({ name, value, title, isBad = false, rank }: CounterProps) {
  return (
    <div className="counter" data-rank={rank} data-bad={isBad || undefined} title={title}>
      <dt>{name}</dt>
      <dd>
        {isBad && <Icon name="warning" size={12} />}
        {value}
      </dd>
    </div>
  );
}
