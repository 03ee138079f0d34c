import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { parseWindowState, type WindowState } from './window-state.ts';

/** A drag is hundreds of events. */
const SAVE_DELAY_MS = 500;

const stateFile = (dataDir: string) => join(dataDir, 'window.json');

/** Where the window was last time; undefined when nobody knows. */
export function recallWindow(dataDir: string): WindowState | undefined {
  try {
    return parseWindowState(readFileSync(stateFile(dataDir), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Keeps size and place from now on. */
export function rememberWindow(window: BrowserWindow, dataDir: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    saveState(dataDir, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  };
  const saveSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY_MS);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('close', save);
  window.on('closed', () => clearTimeout(timer));
}

function saveState(dataDir: string, state: WindowState): void {
  const file = stateFile(dataDir);
  try {
    // Renamed into place: a crash leaves the old file or the new one, never half of one.
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch (error) {
    console.error('dovebell: could not remember the window:', error);
  }
}
