import { app, session } from 'electron';
import { dataFolder } from '../config/data-folder.ts';
import { createFallbackToaster, createNodeNotifierToaster } from '../toast/toaster.ts';
import type { Toaster } from '../toast/toast.ts';
import type { WindowOptions } from './arguments.ts';
import { createElectronToaster } from './electron-toaster.ts';
import { denyByDefault, denyPermissions } from './guards.ts';
import { claimDataFolder, onReportLink } from './instance.ts';
import { createIpc, type Ipc } from './ipc.ts';
import { setMenu } from './menu.ts';
import { registerPageScheme, servePage } from './page-scheme.ts';
import { startProgram, type Program } from './program.ts';
import { stopBeforeQuit } from './quit.ts';
import { createWindowKeeper, type WindowKeeper } from './window-keeper.ts';

export interface DesktopOptions extends WindowOptions {
  /** Folder of the built worker scripts. */
  readonly workersDir: string;
  readonly preloadPath: string;
  /** Folder of the built page. */
  readonly pageDir: string;
}

/** Runs the program with a window, or hands over to the instance that has this data folder already. */
export function runDesktop(options: DesktopOptions): void {
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

// The window comes first: its page loads in processes of its own while this one loads the program.
function openDesktop(options: DesktopOptions, dataDir: string): void {
  denyPermissions(session.defaultSession);
  servePage(session.defaultSession, options.pageDir);
  const ipc = createIpc(async (name, argument) => (await program).answer(name, argument));
  const keeper = createWindowKeeper({ dataDir, preloadPath: options.preloadPath, ipc });
  keeper.show();
  const program = startProgram({
    receiver: { ...options, dataDir, toaster: createToaster(options.workersDir) },
    publish: (name, payload) => ipc.publish(name, payload),
    reveal: (row) => keeper.reveal(row),
  });
  setMenu();
  onReportLink(options.reportId, (reportId) => void revealReport(program, keeper, reportId));
  stopBeforeQuit(async () => (await program).stop());
}

async function revealReport(program: Promise<Program>, keeper: WindowKeeper, id?: string): Promise<void> {
  keeper.show();
  const row = id === undefined ? undefined : await (await program).findReport(id);
  if (row) keeper.reveal(row);
}

// node-notifier hears no clicks on Linux, Electron does.
function createToaster(workersDir: string): Toaster {
  const helper = createNodeNotifierToaster({ workersDir });
  return process.platform === 'linux' ? createFallbackToaster([createElectronToaster(), helper]) : helper;
}
