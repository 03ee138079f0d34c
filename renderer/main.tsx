import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/timeline.css';
import './styles/empty.css';
import './styles/detail.css';
import './styles/forced-colors.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { DovebellApi } from '#contract/ipc';
import { messages } from './messages.ts';
import { App } from './shell/app.tsx';
import { Apology, ErrorBoundary } from './shell/error-boundary.tsx';
import { createStatusModel } from './shell/status-model.ts';
import { atNextFrame } from './timeline/change-batch.ts';
import { createTimelineModel } from './timeline/timeline-model.ts';

function mount(): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>{window.dovebell ? connectedWindow(window.dovebell) : apologyForNoProgram()}</StrictMode>,
  );
}

function connectedWindow(api: DovebellApi) {
  const status = createStatusModel(api);
  const timeline = createTimelineModel(api, { schedule: atNextFrame });
  // Both live as long as the page.
  status.start();
  timeline.start();
  return (
    <ErrorBoundary>
      <App api={api} status={status} timeline={timeline} />
    </ErrorBoundary>
  );
}

function apologyForNoProgram() {
  return <Apology title={messages.app.noProgram} hint={messages.app.noProgramHint} />;
}

mount();
