import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { MailText } from '../text/mail-text.tsx';
import { visibleText } from '../text/visible-text.ts';
import { problemText } from './problem-text.ts';

/** One short message about something that just happened. A good one goes by itself, a bad one stays. */
export interface Notice {
  readonly tone: 'ok' | 'wait' | 'fail';
  readonly text: string;
}

type Announce = (notice: Notice | null) => void;

const GOOD_NOTICE_MS = 6000;
// A problem sentence of the program may quote a sender.
const LONGEST_NOTICE = 600;

const NoticeContext = createContext<{ notice: Notice | null; announce: Announce }>({
  notice: null,
  announce: () => undefined,
});

/** Holds the latest notice, and turns errors that nobody caught into one. */
export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const [notice, announce] = useState<Notice | null>(null);
  useEffect(() => {
    if (notice?.tone !== 'ok') return undefined;
    const timer = window.setTimeout(() => announce(null), GOOD_NOTICE_MS);
    return () => window.clearTimeout(timer);
  }, [notice]);
  useEffect(() => {
    const onRejection = (event: PromiseRejectionEvent): void => {
      announce({ tone: 'fail', text: messages.app.unexpected(String(event.reason)) });
    };
    window.addEventListener('unhandledrejection', onRejection);
    return () => window.removeEventListener('unhandledrejection', onRejection);
  }, []);
  const value = useMemo(() => ({ notice, announce }), [notice]);
  return <NoticeContext value={value}>{children}</NoticeContext>;
}

/** The function that shows a notice; null takes the present one away. */
export function useAnnounce(): Announce {
  return use(NoticeContext).announce;
}

/** Copies text and says so. */
export function useCopy(): (text: string, done: string) => Promise<void> {
  const announce = useAnnounce();
  return useCallback(
    async (text, done) => {
      try {
        await navigator.clipboard.writeText(text);
        announce({ tone: 'ok', text: done });
      } catch (error) {
        const problem = problemText(error);
        announce({ tone: 'fail', text: messages.detail.copyFailed(problem) });
      }
    },
    [announce],
  );
}

/** Progress and good news in one line that takes what room is left, so that nothing moves for it. */
export function NoticeLine() {
  const { notice } = use(NoticeContext);
  return (
    <div className="notice-line" aria-live="polite">
      {notice && notice.tone !== 'fail' && (
        <p data-tone={notice.tone} title={visibleText(notice.text)}>
          <span className={notice.tone === 'wait' ? 'spinning' : undefined}>
            <Icon name={notice.tone === 'wait' ? 'retry' : 'check'} size={14} />
          </span>
          <MailText text={notice.text} maxLength={LONGEST_NOTICE} />
        </p>
      )}
    </div>
  );
}

/** Bad news: over the content, whole, until it is dismissed or something newer is said. */
export function NoticeCard() {
  const { notice, announce } = use(NoticeContext);
  return (
    <div role="alert" className="notice-place">
      {notice?.tone === 'fail' && (
        <div className="notice-card">
          <Icon name="warning" />
          <p>
            <MailText text={notice.text} maxLength={LONGEST_NOTICE} />
          </p>
          <button type="button" className="icon-button" onClick={() => announce(null)}>
            <Icon name="cross" />
            <span className="visually-hidden">{messages.app.dismiss}</span>
          </button>
        </div>
      )}
    </div>
  );
}
