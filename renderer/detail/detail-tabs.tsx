import type { KeyboardEvent } from 'react';
import { messages } from '../messages.ts';

/** The tabs in order. */
const tabs = ['summary', 'payload', 'http', 'trace'] as const;
export type TabId = (typeof tabs)[number];

interface TabsProps {
  readonly current: TabId;
  readonly onChange: (tab: TabId) => void;
  readonly panelId: string;
}

/** One tab stop; the arrow keys choose. */
export function DetailTabs({ current, onChange, panelId }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const target = tabOfKey(event.key, current);
    if (!target) return;
    event.preventDefault();
    onChange(target);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${target}"]`)?.focus();
  };
  return (
    <div role="tablist" aria-label={messages.detail.label} className="tabs" onKeyDown={onKeyDown}>
      {tabs.map((id) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === current}
          aria-controls={panelId}
          tabIndex={id === current ? 0 : -1}
          data-tab={id}
          onClick={() => onChange(id)}
        >
          {messages.detail.tabs[id]}
        </button>
      ))}
    </div>
  );
}

/** The tab that a key leads to; round at both ends. */
export function tabOfKey(key: string, current: TabId): TabId | undefined {
  const index = tabs.indexOf(current);
  switch (key) {
    case 'ArrowRight':
      return tabs[(index + 1) % tabs.length];
    case 'ArrowLeft':
      return tabs[(index + tabs.length - 1) % tabs.length];
    case 'Home':
      return tabs[0];
    case 'End':
      return tabs.at(-1);
    default:
      return undefined;
  }
}
