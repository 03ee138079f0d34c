import type { AppStatus, DovebellApi } from '#contract/ipc';
import { DetailDrawer } from '../detail/detail-drawer.tsx';
import { copyReport } from '../detail/copy-report.ts';
import { messages } from '../messages.ts';
import { ProblemBanner } from '../shell/endpoint-banner.tsx';
import { useAnnounce, useCopy } from '../shell/notices.tsx';
import { useModel } from '../shell/use-model.ts';
import { EmptyTimeline } from './empty-timeline.tsx';
import { rowAt } from './row-store.ts';
import { TimelineGrid } from './timeline-grid.tsx';
import type { TimelineCommand } from './timeline-keys.ts';
import { selectedRow, type TimelineModel, type TimelineSnapshot } from './timeline-model.ts';
import { Toolbar } from './toolbar.tsx';
import { useSendTest } from './use-send-test.ts';

interface ScreenProps {
  readonly api: DovebellApi;
  readonly model: TimelineModel;
  readonly status: AppStatus | undefined;
}

/** The timeline: table and details, or what stands in their place. */
export function TimelineScreen({ api, model, status }: ScreenProps) {
  const snapshot = useModel(model);
  const test = useSendTest(api);
  if (snapshot.state === 'loading') return <Loading />;
  if (snapshot.state === 'failed') return <Failed model={model} problem={snapshot.problem ?? ''} />;
  if (snapshot.view.extent.count === 0) {
    return <EmptyTimeline status={status} isSending={test.isSending} onSendTest={test.send} />;
  }
  return (
    <section className="timeline" aria-label={messages.screens.timeline}>
      <Toolbar
        view={snapshot.view}
        dispatch={model.dispatch}
        isSending={test.isSending}
        onSendTest={test.send}
      />
      {snapshot.problem !== undefined && (
        <ProblemBanner
          title={messages.timeline.rowsFailed}
          problem={snapshot.problem}
          onRetry={() => model.retry()}
        />
      )}
      <Split api={api} model={model} snapshot={snapshot} />
    </section>
  );
}

function Loading() {
  return (
    <div className="standby" aria-busy="true">
      <h1 className="visually-hidden">{messages.screens.timeline}</h1>
      <p>{messages.timeline.loading}</p>
    </div>
  );
}

function Failed({ model, problem }: { readonly model: TimelineModel; readonly problem: string }) {
  return (
    <div className="standby">
      <h1 className="visually-hidden">{messages.screens.timeline}</h1>
      <ProblemBanner title={messages.timeline.failed} problem={problem} onRetry={() => model.retry()} />
    </div>
  );
}

interface SplitProps {
  readonly api: DovebellApi;
  readonly model: TimelineModel;
  readonly snapshot: TimelineSnapshot;
}

function Split({ api, model, snapshot }: SplitProps) {
  const onCommand = useCommands({ api, model });
  const { view } = snapshot;
  const row = selectedRow(snapshot);
  const revealedId = view.revealed?.seq === view.selectedSeq ? view.revealed.id : undefined;
  const id = row?.id ?? revealedId;
  return (
    <div className="split" data-detail={view.isDetailOpen || undefined}>
      <TimelineGrid model={model} snapshot={snapshot} onCommand={onCommand} />
      {view.isDetailOpen && (
        <DetailDrawer
          api={api}
          id={id}
          version={row}
          onClose={() => onCommand({ type: 'close' }, view.selectedSeq)}
        />
      )}
    </div>
  );
}

function useCommands({ api, model }: Pick<SplitProps, 'api' | 'model'>) {
  const copy = useCopy();
  const announce = useAnnounce();
  return (command: TimelineCommand, seq: number): void => {
    switch (command.type) {
      case 'move':
        return model.dispatch(command);
      case 'open':
        return model.dispatch({ type: 'open', seq });
      case 'enter':
        return openOrEnter(model, seq);
      case 'close':
        focusSelected(seq);
        return model.dispatch({ type: 'close' });
      case 'copy': {
        const row = rowAt(model.getSnapshot().store, seq);
        if (typeof row !== 'string') void copyReport({ api, id: row.id, copy, announce });
      }
    }
  };
}

/** Opens the details; when they are open for this row already, the focus goes into them. */
function openOrEnter(model: TimelineModel, seq: number): void {
  const { view } = model.getSnapshot();
  const isEntering = view.isDetailOpen && view.selectedSeq === seq;
  model.dispatch({ type: 'open', seq });
  if (isEntering) document.querySelector<HTMLElement>('.detail [role="tab"][aria-selected="true"]')?.focus();
}

function focusSelected(seq: number): void {
  document.querySelector<HTMLElement>(`.grid [data-seq="${seq}"]`)?.focus({ preventScroll: true });
}
