import type { BrowserWindow } from 'electron';
import type { Ipc } from './ipc.ts';
import type { Row } from './program.ts';
import { createReloadBudget } from './reload-budget.ts';
import { focusWindow, loadPage, openWindow, type WindowFiles } from './window.ts';

/** The program's one window: opened, reopened (macOS), and brought back when its page crashes. */
export interface WindowKeeper {
  /** Resolves when the first page has something to show. */
  readonly firstPaint: Promise<void>;
  /** Opens the window or brings it to the front. */
  show(): void;
  /** Shows the window with this row. */
  reveal(row: Row): void;
}

export function createWindowKeeper({ ipc, ...files }: WindowFiles & { readonly ipc: Ipc }): WindowKeeper {
  const budget = createReloadBudget(Date.now);
  let window: BrowserWindow | undefined;
  let isShown = false;
  let lastRevealed: Row | undefined;
  let onFirstPaint: () => void;
  const firstPaint = new Promise<void>((resolve) => (onFirstPaint = resolve));

  function open(): BrowserWindow {
    const opened = openWindow(files);
    ipc.admit(opened);
    isShown = false;
    opened.once('show', () => (isShown = true));
    opened.on('closed', () => (window = undefined));
    opened.once('ready-to-show', onFirstPaint);
    opened.webContents.on('render-process-gone', (_event, { reason }) => {
      console.error(`dovebell: the page's process is gone (${reason})`);
      setTimeout(() => bringBack(opened), budget.nextDelayMs());
    });
    return opened;
  }

  function bringBack(crashed: BrowserWindow): void {
    if (crashed.isDestroyed()) return;
    void loadPage(crashed);
    if (lastRevealed) ipc.publish('timeline/reveal', lastRevealed);
  }

  function show(): void {
    window ??= open();
    // A window that is still loading shows itself, and not before it has something to show.
    if (isShown) focusWindow(window);
  }

  return {
    firstPaint,
    show,
    reveal(row) {
      lastRevealed = row;
      show();
      ipc.publish('timeline/reveal', row);
    },
  };
}
