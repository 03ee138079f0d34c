/** Where a window is, in device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is kept in `window.json`. */
export interface WindowState {
  readonly bounds: Rectangle;
  readonly isMaximized: boolean;
}

/** Without x and y the window is centred. */
export type WindowPlace = Omit<Rectangle, 'x' | 'y'> & Partial<Pick<Rectangle, 'x' | 'y'>>;

export const DEFAULT_SIZE = { width: 1180, height: 760 } as const;
export const MIN_SIZE = { width: 720, height: 480 } as const;

/** This much of the title bar must be on a screen for the window to be moved with the mouse. */
const MIN_VISIBLE = { width: 160, height: 40 } as const;
const MAX_COORDINATE = 100_000;

/** Reads `window.json`; undefined when it is not what `JSON.stringify` made of a WindowState. */
export function parseWindowState(text: string): WindowState | undefined {
  try {
    const { bounds, isMaximized } = JSON.parse(text) as Partial<WindowState>;
    if (!bounds) return undefined;
    const { x, y, width, height } = bounds;
    const areNumbers = [x, y, width, height].every(
      (value) => Number.isInteger(value) && Math.abs(value) <= MAX_COORDINATE,
    );
    return areNumbers ? { bounds: { x, y, width, height }, isMaximized: isMaximized === true } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Fits remembered bounds to the displays there are now: not larger than the display, not smaller than the
 * minimum, and centred when the title bar would not be within reach. `workAreas` begins with the primary display.
 */
export function placeWindow(bounds: Rectangle | undefined, workAreas: readonly Rectangle[]): WindowPlace {
  const [primary] = workAreas;
  if (!bounds || !primary) return primary ? clampSize(DEFAULT_SIZE, primary) : DEFAULT_SIZE;
  for (const area of workAreas) {
    const fitted = { ...bounds, ...clampSize(bounds, area) };
    if (isWithinReach(fitted, area)) return { ...fitted, y: Math.max(bounds.y, area.y) };
  }
  return clampSize(bounds, primary);
}

function clampSize(size: Pick<Rectangle, 'width' | 'height'>, area: Rectangle) {
  return {
    width: Math.max(MIN_SIZE.width, Math.min(size.width, area.width)),
    height: Math.max(MIN_SIZE.height, Math.min(size.height, area.height)),
  };
}

// Looks at the title bar only: it is what the window is moved by.
function isWithinReach({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const visibleWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  const isTopVisible = y > area.y - MIN_VISIBLE.height && y + MIN_VISIBLE.height <= area.y + area.height;
  return visibleWidth >= MIN_VISIBLE.width && isTopVisible;
}
