import { useId, useState, type KeyboardEvent } from 'react';
import type { DovebellApi } from '#contract/ipc';
import { leadingEvent, type TransactionReport } from '#contract/report';
import { eventIcon } from '../icons/event-icon.ts';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { useCopy } from '../shell/notices.tsx';
import { useNow } from '../shell/use-model.ts';
import { formatRowTime } from '../text/format.ts';
import { MailText } from '../text/mail-text.tsx';
import { eventKind } from '../timeline/event-kind.ts';
import { DetailTabs, type TabId } from './detail-tabs.tsx';
import { HttpTab } from './http-tab.tsx';
import { PayloadTab } from './payload-tab.tsx';
import { ResizeHandle, useDetailWidth } from './resize-handle.tsx';
import { SummaryTab } from './summary-tab.tsx';
import { TraceTab } from './trace-tab.tsx';
import { useReport, type ReportLoad } from './use-report.ts';

interface DrawerProps {
  readonly api: DovebellApi;
  /** Undefined while the row itself is loading. */
  readonly id: string | undefined;
  /** Changes when the report has changed. */
  readonly version: unknown;
  readonly onClose: () => void;
}

const panels = { summary: SummaryTab, payload: PayloadTab, http: HttpTab, trace: TraceTab };

/** Everything about one notification. The tab stays the same from row to row. */
export function DetailDrawer({ api, id, version, onClose }: DrawerProps) {
  const [tab, setTab] = useState<TabId>('summary');
  const [width, setWidth] = useDetailWidth();
  const load = useReport(api, id, version);
  const panelId = useId();
  const Panel = panels[tab];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  return (
    <aside
      className="detail"
      aria-label={messages.detail.label}
      style={{ width: `${width}px` }}
      onKeyDown={onKeyDown}
    >
      <ResizeHandle width={width} onResize={setWidth} />
      <DetailHead report={load.report} onClose={onClose} />
      <DetailTabs current={tab} onChange={setTab} panelId={panelId} />
      <div
        id={panelId}
        role="tabpanel"
        aria-label={messages.detail.tabs[tab]}
        aria-busy={load.state === 'loading'}
        tabIndex={0}
        className="panel"
        key={`${tab} ${load.report?.id ?? ''}`}
      >
        {load.report && load.state !== 'missing' ? (
          <Panel report={load.report} />
        ) : (
          <NoReport load={load} onRetry={load.retry} />
        )}
      </div>
    </aside>
  );
}

interface HeadProps {
  readonly report: TransactionReport | undefined;
  readonly onClose: () => void;
}

function DetailHead({ report, onClose }: HeadProps) {
  const copy = useCopy();
  return (
    <header className="detail-head">
      {report && <DetailTitle report={report} />}
      <span className="detail-actions">
        {report && (
          <button
            type="button"
            className="button quiet"
            onClick={() => void copy(JSON.stringify(report, null, 2), messages.detail.copiedJson)}
          >
            <Icon name="copy" size={13} />
            {messages.detail.copyJson}
          </button>
        )}
        <button type="button" className="icon-button" title={messages.detail.close} onClick={onClose}>
          <Icon name="cross" />
          <span className="visually-hidden">{messages.detail.close}</span>
        </button>
      </span>
    </header>
  );
}

// An event name is short; an unknown one is the sender's.
const LONGEST_EVENT = 40;
const TODAY_REFRESH_MS = 60_000;

function DetailTitle({ report }: { readonly report: TransactionReport }) {
  const name = leadingEvent(report.events)?.name ?? (report.rejection ? 'rejected' : messages.row.noEvent);
  const nowMs = useNow(TODAY_REFRESH_MS);
  const kind = eventKind({ state: report.state, event: name, subject: '-' });
  return (
    <span className="detail-title" data-kind={kind}>
      <Icon name={eventIcon(name, kind)} />
      <h2>
        <MailText text={name} maxLength={LONGEST_EVENT} />
      </h2>
      <span className="detail-when">{formatRowTime(report.receivedAtMs, nowMs).main}</span>
    </span>
  );
}

function NoReport({ load, onRetry }: { readonly load: ReportLoad; readonly onRetry: () => void }) {
  const words = messages.detail;
  if (load.state === 'missing') {
    return (
      <div className="panel-state">
        <strong>{words.missing}</strong>
        <p>{words.missingHint}</p>
      </div>
    );
  }
  if (load.state === 'failed') {
    return (
      <div className="panel-state" role="alert">
        <strong>{words.failed}</strong>
        <p>
          <MailText text={load.problem ?? ''} maxLength={500} />
        </p>
        <button type="button" className="button" onClick={onRetry}>
          <Icon name="retry" size={14} />
          {messages.app.tryAgain}
        </button>
      </div>
    );
  }
  return <p className="panel-state late">{words.loading}</p>;
}
