import { useState } from 'react';
import type { DovebellApi } from '#contract/ipc';
import { messages } from '../messages.ts';
import { useAnnounce } from '../shell/notices.tsx';
import { problemText } from '../shell/problem-text.ts';

/** The test notification: whether one is on its way, and how to send it. The result becomes a notice. */
export function useSendTest(api: DovebellApi): { readonly isSending: boolean; readonly send: () => void } {
  const announce = useAnnounce();
  const [isSending, setIsSending] = useState(false);
  const send = async (): Promise<void> => {
    setIsSending(true);
    announce({ tone: 'wait', text: messages.toolbar.sending });
    try {
      const { ok, message } = await api.request('test/send');
      announce({ tone: ok ? 'ok' : 'fail', text: message });
    } catch (error) {
      const problem = problemText(error);
      announce({ tone: 'fail', text: messages.toolbar.testFailed(problem) });
    } finally {
      setIsSending(false);
    }
  };
  return { isSending, send: () => void send() };
}
