import { join } from 'node:path';
import { app, session } from 'electron';
import { dataFolder } from '../config/data-folder.ts';
import { createStderrLog } from '../log.ts';
import { workersDir } from '../workers-dir.ts';
import type { WindowOptions } from './arguments.ts';
import { denyByDefault, denyPermissions } from './guards.ts';
import { claimDataFolder, onReportLink } from './instance.ts';
import { createIpc } from './ipc.ts';
import { setMenu } from './menu.ts';
import { registerPageScheme, servePage } from './page-scheme.ts';
import type { Program } from './program.ts';
import { stopBeforeQuit } from './quit.ts';
import { createWindowKeeper, type WindowKeeper } from './window-keeper.ts';

/** Runs the program with a window, or hands over to the instance that has this data folder already. */
export function runDesktop(options: WindowOptions): void {
  const dataDir = dataFolder(options.data);
  nameProgram();
  if (!claimDataFolder(dataDir, options.reportId)) return app.exit(0);
  registerPageScheme();
  denyByDefault();
  void app.whenReady().then(() => openDesktop(options, dataDir));
}

function nameProgram(): void {
  app.setName('Dovebell');
  app.setAppUserModelId('org.dovebell.Dovebell');
  // On Linux the .desktop file says it; in a checkout this would register the bare Electron.
  if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient('dovebell');
}

// The window comes first: its page loads in processes of its own while this one loads the program, which for
// that reason nothing here may import statically.
function openDesktop({ host, port, reportId }: WindowOptions, dataDir: string): void {
  const builtDir = workersDir();
  denyPermissions(session.defaultSession);
  servePage(session.defaultSession, join(builtDir, '../renderer'));
  const ipc = createIpc(async (name, argument) => (await program).answer(name, argument));
  const keeper = createWindowKeeper({ dataDir, preloadPath: join(builtDir, '../preload/preload.cjs'), ipc });
  keeper.show();
  const program = import('./program.ts').then(({ startProgram }) =>
    startProgram({
      receiver: { dataDir, host, port, workersDir: builtDir, log: createStderrLog() },
      publish: (name, payload) => ipc.publish(name, payload),
      reveal: (row) => keeper.reveal(row),
    }),
  );
  setMenu();
  onReportLink(reportId, (id) => void revealReport(program, keeper, id));
  stopBeforeQuit(async () => (await program).stop());
}

async function revealReport(program: Promise<Program>, keeper: WindowKeeper, id?: string): Promise<void> {
  keeper.show();
  const row = id === undefined ? undefined : await (await program).findReport(id);
  if (row) keeper.reveal(row);
}
