import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { PAGE_URL } from './served-file.ts';
import { recallWindow, rememberWindow } from './window-memory.ts';
import { MIN_SIZE, placeWindow } from './window-state.ts';

/** The page's own background (renderer/styles): the window must not flash before the page has drawn itself. */
const background = { dark: '#111418', light: '#fbfbfc' } as const;

export interface WindowFiles {
  readonly dataDir: string;
  readonly preloadPath: string;
}

/** Makes the window and begins to load its page; it shows itself once there is something to see. */
export function openWindow({ dataDir, preloadPath }: WindowFiles): BrowserWindow {
  const known = recallWindow(dataDir);
  const window = new BrowserWindow({
    ...placeWindow(known?.bounds, workAreas()),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Dovebell',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => {
    if (known?.isMaximized) window.maximize();
    window.show();
  });
  rememberWindow(window, dataDir);
  void loadPage(window);
  return window;
}

/** Loads the page, or loads it again after its process is gone. */
export async function loadPage(window: BrowserWindow): Promise<void> {
  try {
    await window.loadURL(PAGE_URL);
  } catch (error) {
    // Closed meanwhile, or crashed: that is seen elsewhere.
    if (!window.isDestroyed()) console.error('dovebell: the page did not load:', error);
  }
}

/** Brings the window to the front. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

// The primary display first: that is where a window goes when its own one is gone.
function workAreas(): Electron.Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}
