import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { BusyButton } from '../shell/busy-button.tsx';
import { NoticeLine } from '../shell/notices.tsx';
import { formatNumber } from '../text/format.ts';
import { newCount, type TimelineView, type ViewAction } from './timeline-view.ts';

interface ToolbarProps {
  readonly view: TimelineView;
  readonly dispatch: (action: ViewAction) => void;
  readonly isSending: boolean;
  readonly onSendTest: () => void;
}

/** Above the table: how much there is, whether it moves, and the test. */
export function Toolbar({ view, dispatch, isSending, onSendTest }: ToolbarProps) {
  return (
    <div className="toolbar">
      <h1>{messages.screens.timeline}</h1>
      <p className="toolbar-count" title={messages.toolbar.notifications(view.extent.count)}>
        <span aria-hidden="true">{formatNumber(view.extent.count)}</span>
        <span className="visually-hidden">{messages.toolbar.notifications(view.extent.count)}</span>
      </p>
      <NoticeLine />
      <div className="toolbar-actions">
        <FollowButton view={view} dispatch={dispatch} />
        <BusyButton icon="send" isBusy={isSending} isPrimary onClick={onSendTest}>
          {messages.toolbar.sendTest}
        </BusyButton>
      </div>
    </div>
  );
}

function FollowButton({ view, dispatch }: Pick<ToolbarProps, 'view' | 'dispatch'>) {
  const words = messages.toolbar;
  if (!view.isPaused && !view.isAway) {
    return (
      <button
        type="button"
        className="button follow"
        title={words.pauseHint}
        onClick={() => dispatch({ type: 'pause' })}
      >
        <Icon name="pause" size={14} />
        {words.pause}
      </button>
    );
  }
  const waiting = newCount(view);
  return (
    <button
      type="button"
      className="button follow"
      data-waiting={waiting > 0 || undefined}
      title={words.followHint}
      onClick={() => dispatch({ type: 'follow' })}
    >
      <Icon name="follow" size={14} />
      {words.follow}
      {waiting > 0 && <span className="badge">{words.newRows(waiting)}</span>}
    </button>
  );
}
