import { memo, useMemo, type ReactNode } from 'react';
import type { TimelineRow } from '#contract/report';
import { eventIcon } from '../icons/event-icon.ts';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { formatDuration, formatFullTime, formatNumber, formatRowTime } from '../text/format.ts';
import { MailText } from '../text/mail-text.tsx';
import { columnIndex, type ColumnId } from './columns.ts';
import { DriverChips } from './driver-chips.tsx';
import { eventKind } from './event-kind.ts';
import { rowName } from './row-name.ts';

// More than any column shows; the detail has the rest.
const LONGEST_NAME = 80;
const LONGEST_SUBJECT = 200;

/** Why a row has nothing to show. */
type Absence = 'loading' | 'missing' | 'failed';

interface RowProps {
  readonly seq: number;
  readonly row: TimelineRow | Absence;
  /** One-based within the whole table, header included. */
  readonly rowIndex: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  /** Rows of an earlier day show their day. */
  readonly nowMs: number;
}

/** One line of the table. It stays the same element while its row loads, so that it keeps the focus. */
export function TimelineRowView({ seq, row, rowIndex, top, isSelected, isTabStop, nowMs }: RowProps) {
  const name = useMemo(() => (typeof row === 'string' ? messages.row[row] : rowName(row)), [row]);
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      aria-label={name}
      aria-busy={row === 'loading' || undefined}
      tabIndex={isTabStop ? 0 : -1}
      data-seq={seq}
      {...(typeof row === 'string'
        ? { className: 'row placeholder', 'data-reason': row }
        : { className: 'row', 'data-kind': eventKind(row), 'data-state': row.state })}
      style={{ transform: `translateY(${top}px)` }}
    >
      {typeof row === 'string' ? <Placeholder absence={row} /> : <Cells row={row} nowMs={nowMs} />}
    </div>
  );
}

function Placeholder({ absence }: { readonly absence: Absence }) {
  return (
    <span role="gridcell" aria-colindex={1} className="placeholder-text">
      {absence === 'loading' ? <span className="skeleton" aria-hidden="true" /> : messages.row[absence]}
    </span>
  );
}

interface CellsProps {
  readonly row: TimelineRow;
  readonly nowMs: number;
}

// Apart from the row: when new rows come in, all rows move and none of their cells change.
const Cells = memo(function Cells({ row, nowMs }: CellsProps) {
  const kind = eventKind(row);
  return (
    <>
      <Cell id="kind" title={messages.kinds[kind]}>
        <Icon name={eventIcon(row.event, kind)} size={15} />
        <span className="visually-hidden">{messages.kinds[kind]}</span>
      </Cell>
      <TimeCell atMs={row.receivedAtMs} nowMs={nowMs} />
      <Cell id="event">
        <EventName row={row} />
      </Cell>
      <Cell id="user">
        <MailText text={row.user} maxLength={LONGEST_NAME} />
      </Cell>
      <Cell id="folder">
        <MailText text={row.mailbox} maxLength={LONGEST_NAME} />
      </Cell>
      <Cell id="subject">
        <Headline row={row} />
      </Cell>
      <Cell id="uid" title={row.uid > 0 ? String(row.uid) : undefined}>
        {row.uid > 0 && row.uid}
      </Cell>
      <Cell id="drivers">
        <Drivers row={row} />
      </Cell>
      <Cell id="toast" data-toast={row.toast}>
        {row.toast !== 'none' && messages.toastOutcomes[row.toast]}
      </Cell>
      <Cell id="duration" title={row.state === 'done' ? formatDuration(row.durationMs) : undefined}>
        {row.state === 'done' && shortDuration(row.durationMs)}
      </Cell>
    </>
  );
});

function Headline({ row }: { readonly row: TimelineRow }) {
  return (
    <>
      {row.from !== '' && (
        <span className="from">
          <MailText text={row.from} maxLength={LONGEST_NAME} />
        </span>
      )}
      {eventKind(row) === 'phantom' ? (
        messages.row.nothingChanged
      ) : (
        <MailText text={row.subject} maxLength={LONGEST_SUBJECT} />
      )}
    </>
  );
}

interface CellProps {
  readonly id: ColumnId;
  readonly title?: string | undefined;
  readonly 'data-toast'?: string;
  readonly children: ReactNode;
}

function Cell({ id, children, ...rest }: CellProps) {
  return (
    <span role="gridcell" aria-colindex={columnIndex(id)} className="cell" data-column={id} {...rest}>
      {children}
    </span>
  );
}

function TimeCell({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }) {
  const { main, fraction } = formatRowTime(atMs, nowMs);
  return (
    <Cell id="time" title={formatFullTime(atMs)}>
      {main}
      <span className="fraction">{fraction}</span>
    </Cell>
  );
}

function EventName({ row }: { readonly row: TimelineRow }) {
  return (
    <>
      <span className="event-name">
        <MailText text={row.event || messages.row.noEvent} maxLength={LONGEST_NAME} />
      </span>
      {row.eventCount > 1 && (
        <span className="more-events" title={messages.row.withMoreEvents(row.eventCount - 1)}>
          {messages.row.moreEvents(row.eventCount - 1)}
        </span>
      )}
      {row.repeats > 0 && (
        <span className="repeats" title={messages.row.repeated(row.repeats + 1)}>
          {messages.row.times(row.repeats + 1)}
        </span>
      )}
    </>
  );
}

function Drivers({ row }: { readonly row: TimelineRow }) {
  if (row.state === 'accepted') {
    return (
      <span className="waiting" title={messages.row.waitingHint}>
        <Icon name="clock" size={12} />
        {messages.row.waiting}
      </span>
    );
  }
  return <DriverChips drivers={row.drivers} />;
}

// The column is headed "ms": a bare number reads quicker than forty units under each other.
function shortDuration(durationMs: number): string {
  return durationMs < 9.95 ? durationMs.toFixed(1) : formatNumber(durationMs);
}
