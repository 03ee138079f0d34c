import type { DovebellApi } from '#contract/ipc';
import { messages } from '../messages.ts';
import type { Notice } from '../shell/notices.tsx';
import { problemText } from '../shell/problem-text.ts';

interface CopyReport {
  readonly api: DovebellApi;
  readonly id: string;
  readonly copy: (text: string, done: string) => Promise<void>;
  readonly announce: (notice: Notice) => void;
}

/** Loads a report and copies it as JSON; says what became of it, never rejects. */
export async function copyReport({ api, id, copy, announce }: CopyReport): Promise<void> {
  try {
    const report = await api.request('timeline/get', { id });
    if (!report) announce({ tone: 'fail', text: messages.detail.missing });
    else await copy(JSON.stringify(report, null, 2), messages.detail.copiedJson);
  } catch (error) {
    const problem = problemText(error);
    announce({ tone: 'fail', text: messages.detail.copyFailed(problem) });
  }
}
