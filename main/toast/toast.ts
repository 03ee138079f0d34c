/** One toast, ready to be shown: plain text, already cleaned and cut (see toast-text.ts). */
export interface Toast {
  /** The report that a click opens. */
  readonly reportId: string;
  readonly title: string;
  readonly body: string;
}

/** Shows toasts through one notification system. */
export interface Toaster {
  /** The system behind it, in words for people, e.g. `notify-send`; empty when it shows nothing on purpose. */
  readonly via: string;
  /** Why nothing is ever shown; such a toaster is not asked. */
  readonly silence?: string;
  /**
   * Resolves once the system has taken the toast; `onClick` runs if it reports a click, possibly never.
   * @throws Error in one sentence when the system is absent, refuses or does not answer in time.
   */
  show(toast: Toast, onClick: () => void): Promise<void>;
  /** Ends running helpers; toasts on screen stay. */
  close(): Promise<void>;
}
