import { Component, type ReactNode } from 'react';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { MailText } from '../text/mail-text.tsx';
import { problemText } from './problem-text.ts';

const LONGEST_PROBLEM = 500;

interface State {
  readonly problem?: string;
}

/** Shows words and a way out instead of an empty window when drawing fails. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { problem: problemText(error) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    return <Apology title={messages.app.crashed} hint={messages.app.crashedHint} problem={problem} />;
  }
}

interface ApologyProps {
  readonly title: string;
  readonly hint: string;
  readonly problem?: string;
}

/** A whole window that says what is wrong. */
export function Apology({ title, hint, problem }: ApologyProps) {
  return (
    <main className="apology">
      <Icon name="warning" size={28} />
      <div role="alert">
        <h1>{title}</h1>
        <p>{hint}</p>
      </div>
      {problem !== undefined && (
        <pre>
          <MailText text={problem} maxLength={LONGEST_PROBLEM} multiline />
        </pre>
      )}
      <button type="button" className="button primary" onClick={() => window.location.reload()}>
        <Icon name="retry" />
        {messages.app.reload}
      </button>
    </main>
  );
}
