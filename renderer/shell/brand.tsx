import { messages } from '../messages.ts';

/** Sign and name; the sign is the one of assets/icon.svg without its ground. */
export function Brand() {
  return (
    <div className="brand">
      <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M6 16V11a6 6 0 0 1 12 0v5l2 2H4z" />
      </svg>
      <span>{messages.app.name}</span>
    </div>
  );
}
