import { useState } from 'react';
import type { EndpointStatus } from '#contract/ipc';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { MailText } from '../text/mail-text.tsx';
import { BusyButton } from './busy-button.tsx';

const LONGEST_PROBLEM = 500;

interface BannerProps {
  readonly title: string;
  readonly problem: string;
  readonly onRetry: () => Promise<void> | void;
}

/** A problem that stays until it is solved, and the way to try. */
export function ProblemBanner({ title, problem, onRetry }: BannerProps) {
  const [isTrying, setIsTrying] = useState(false);
  const onClick = async (): Promise<void> => {
    setIsTrying(true);
    await onRetry();
    setIsTrying(false);
  };
  return (
    <div className="banner" role="alert">
      <Icon name="warning" size={18} />
      <p>
        <strong>{title}</strong> <MailText text={problem} maxLength={LONGEST_PROBLEM} />
      </p>
      <BusyButton icon="retry" isBusy={isTrying} onClick={() => void onClick()}>
        {messages.app.tryAgain}
      </BusyButton>
    </div>
  );
}

/** Says that nothing can be received; nothing at all while the endpoint is well. */
export function EndpointBanner({
  endpoint,
  onRetry,
}: {
  readonly endpoint: EndpointStatus | undefined;
  readonly onRetry: () => Promise<void>;
}) {
  if (endpoint?.state !== 'failed') return null;
  const { failedTitle, failedHint } = messages.endpoint;
  return <ProblemBanner title={failedTitle} problem={endpoint.problem ?? failedHint} onRetry={onRetry} />;
}
