import os from 'node:os';
import path from 'node:path';

/**
 * The data folder: `--data`, else `DOVEBELL_DATA`, else the folder that Electron calls userData, so that the
 * command line and the window share one timeline.
 */
export function dataFolder(given: string | undefined, environment = process.env): string {
  const chosen = given ?? environment['DOVEBELL_DATA'];
  return path.resolve(chosen || defaultDataFolder(environment));
}

function defaultDataFolder(environment: NodeJS.ProcessEnv): string {
  const home = os.homedir();
  if (process.platform === 'win32') {
    return path.join(environment['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Dovebell');
  }
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Dovebell');
  return path.join(environment['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'Dovebell');
}
