import { app } from 'electron';

/**
 * Ends the program when its own code failed in an unforeseen way. Electron would open a dialog and go on in an
 * unknown state; what was accepted is in the database and runs at the next start.
 */
export function exitOnCrash(): void {
  const exit = (error: unknown) => {
    console.error(error);
    app.exit(1);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}
