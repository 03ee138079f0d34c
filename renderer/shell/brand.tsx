import { messages } from '../messages.ts';

/** Sign and name; the sign is the one of assets/icon.svg, flat. */
export function Brand() {
  return (
    <div className="brand">
      <svg width="24" height="24" viewBox="16 16 480 480" aria-hidden="true" focusable="false">
        <rect className="brand-ground" x="16" y="16" width="480" height="480" rx="112" />
        <path
          className="brand-bird"
          d="M424 158 376 135C364 105 336 88 304 88c-76 0-126 62-132 142-4 56-22 88-76 120-9 5-6 18 4 18h306c13 0 18-15 8-23-18-15-26-36-26-65v-52c0-20-4-36-10-50zM214 396h84a42 42 0 0 1-84 0z"
        />
        <path
          className="brand-wing"
          d="M366 232c4 58-42 98-122 98-34 0-62-4-82-14 46-16 52-58 88-78 32-18 80-20 116-6z"
        />
        <circle className="brand-eye" cx="330" cy="140" r="16" />
      </svg>
      <span>{messages.app.name}</span>
    </div>
  );
}
