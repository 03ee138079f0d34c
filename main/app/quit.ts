import { app } from 'electron';

/** The database needs milliseconds; a hanging driver must not keep the program from ending. */
const STOP_LIMIT_MS = 5_000;

/** Runs `stop` once before the program ends, however that was asked for. */
export function stopBeforeQuit(stop: () => Promise<void>): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    void Promise.race([stop(), delay(STOP_LIMIT_MS)]).finally(() => {
      state = 'stopped';
      app.quit();
    });
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}

function delay(limitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, limitMs));
}
