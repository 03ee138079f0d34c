import { useEffect, useState } from 'react';
import type { DovebellApi } from '#contract/ipc';
import { messages } from '../messages.ts';
import { TimelineScreen } from '../timeline/timeline-screen.tsx';
import type { TimelineModel } from '../timeline/timeline-model.ts';
import { EndpointBanner, ProblemBanner } from './endpoint-banner.tsx';
import { NoticeCard, NoticeProvider } from './notices.tsx';
import { Rail } from './rail.tsx';
import { screenOfKey, type ScreenId } from './screens.ts';
import { StatusBar } from './status-bar.tsx';
import type { StatusModel } from './status-model.ts';
import { useModel } from './use-model.ts';

interface AppProps {
  readonly api: DovebellApi;
  readonly status: StatusModel;
  readonly timeline: TimelineModel;
}

/** The whole window. */
export function App({ api, status, timeline }: AppProps) {
  const [screen, setScreen] = useScreen();
  const { status: appStatus, problem } = useModel(status);
  return (
    <NoticeProvider>
      <div className="window">
        <Rail current={screen} onOpen={setScreen} endpoint={appStatus?.endpoint} />
        <main className="content">
          <EndpointBanner endpoint={appStatus?.endpoint} onRetry={() => status.retryEndpoint()} />
          {problem !== undefined && (
            <ProblemBanner
              title={messages.app.statusTitle}
              problem={problem}
              onRetry={() => status.retry()}
            />
          )}
          <TimelineScreen api={api} model={timeline} status={appStatus} />
          <NoticeCard />
        </main>
        <StatusBar status={appStatus} />
      </div>
    </NoticeProvider>
  );
}

function useScreen(): [ScreenId, (screen: ScreenId) => void] {
  const [screen, setScreen] = useState<ScreenId>('timeline');
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const wanted = screenOfKey(event);
      if (!wanted) return;
      event.preventDefault();
      setScreen(wanted);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return [screen, setScreen];
}
