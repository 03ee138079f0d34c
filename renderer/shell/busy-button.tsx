import type { ReactNode } from 'react';
import { Icon, type IconName } from '../icons/icon.tsx';

interface BusyButtonProps {
  readonly icon: IconName;
  readonly isBusy: boolean;
  readonly isPrimary?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button that takes a while. It keeps its word, its width and the focus while it works. */
export function BusyButton({ icon, isBusy, isPrimary = false, onClick, children }: BusyButtonProps) {
  return (
    <button
      type="button"
      className={isPrimary ? 'button primary' : 'button'}
      aria-busy={isBusy}
      aria-disabled={isBusy}
      onClick={isBusy ? undefined : onClick}
    >
      <span className={isBusy ? 'spinning' : 'button-icon'}>
        <Icon name={isBusy ? 'retry' : icon} size={14} />
      </span>
      {children}
    </button>
  );
}
