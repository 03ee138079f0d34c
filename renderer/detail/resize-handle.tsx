import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { messages } from '../messages.ts';

const STORAGE_KEY = 'dovebell.detail-width';
const DEFAULT_WIDTH = 376;
const NARROWEST = 320;
const WIDEST = 720;
const KEY_STEP = 24;

export function clampWidth(width: number): number {
  return Number.isFinite(width) ? Math.round(Math.min(WIDEST, Math.max(NARROWEST, width))) : DEFAULT_WIDTH;
}

/** The width of the details, remembered. The style sheet keeps it from covering the table. */
export function useDetailWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => clampWidth(Number(readWidth() ?? Number.NaN)));
  return [
    width,
    (wanted) => {
      const next = clampWidth(wanted);
      setWidth(next);
      rememberWidth(next);
    },
  ];
}

function readWidth(): string | null {
  try {
    return window.localStorage.getItem(STORAGE_KEY);
  } catch {
    // Storage can be switched off; the default will do.
    return null;
  }
}

function rememberWidth(width: number): void {
  try {
    window.localStorage.setItem(STORAGE_KEY, String(width));
  } catch {
    // As above: then the width lasts as long as the window.
  }
}

interface HandleProps {
  readonly width: number;
  readonly onResize: (width: number) => void;
}

/** The left edge of the details: drag it, or move it with the arrow keys. */
export function ResizeHandle({ width, onResize }: HandleProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') onResize(width + KEY_STEP);
    else if (event.key === 'ArrowRight') onResize(width - KEY_STEP);
    else return;
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const edge = handle.parentElement?.getBoundingClientRect().right;
    if (edge !== undefined) onResize(edge - event.clientX);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={messages.detail.resize}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      tabIndex={0}
      className="resize-handle"
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
    />
  );
}
