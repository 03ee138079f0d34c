import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { app, session } from 'electron';
import { dataFolder } from '../config/data-folder.ts';
import { createStderrLog } from '../log.ts';
import { workersDir } from '../workers-dir.ts';
import type { WindowOptions } from './arguments.ts';
import { denyByDefault, denyPermissions } from './guards.ts';
import { claimDataFolder, onReportLink } from './instance.ts';
import { createIpc } from './ipc.ts';
import { setMenu, skipDefaultMenu } from './menu.ts';
import { registerPageScheme, servePage } from './page-scheme.ts';
import type { Program } from './program.ts';
import { stopBeforeQuit } from './quit.ts';
import { createWindowKeeper, type WindowKeeper } from './window-keeper.ts';

/** The page needs about 200 ms; one that does not load must not keep mail from being announced. */
const PAGE_HEAD_START_MS = 1_500;

/** Runs the program with a window, or hands over to the instance that has this data folder already. */
export function runDesktop(options: WindowOptions): void {
  const dataDir = dataFolder(options.data);
  nameProgram();
  if (!claimDataFolder(dataDir, options.reportId)) return app.exit(0);
  registerPageScheme();
  skipDefaultMenu();
  denyByDefault();
  void app.whenReady().then(() => openDesktop(options, dataDir));
}

function nameProgram(): void {
  app.setName('Dovebell');
  app.setAppUserModelId('org.dovebell.Dovebell');
  // On Linux the .desktop file says it; in a checkout this would register the bare Electron.
  if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient('dovebell');
}

function openDesktop({ host, port, config, reportId }: WindowOptions, dataDir: string): void {
  const builtDir = workersDir();
  denyPermissions(session.defaultSession);
  servePage(session.defaultSession, join(builtDir, '../renderer'));
  const ipc = createIpc(async (name, argument) => (await program).answer(name, argument));
  const keeper = createWindowKeeper({ dataDir, preloadPath: join(builtDir, '../preload/preload.cjs'), ipc });
  keeper.show();
  const program = loadProgram(keeper.firstPaint).then(({ startProgram }) =>
    startProgram({
      receiver: { dataDir, host, port, workersDir: builtDir, log: createStderrLog() },
      config,
      publish: (name, payload) => ipc.publish(name, payload),
      reveal: (row) => keeper.reveal(row),
    }),
  );
  void keeper.firstPaint.then(setMenu);
  onReportLink(reportId, (id) => void revealReport(program, keeper, id));
  stopBeforeQuit(async () => (await program).stop());
}

// The page comes first: its files go through this process, which can do nothing else while it loads the
// program's modules. For that reason nothing here may import them statically.
async function loadProgram(firstPaint: Promise<void>) {
  await Promise.race([firstPaint, setTimeout(PAGE_HEAD_START_MS)]);
  return import('./program.ts');
}

async function revealReport(program: Promise<Program>, keeper: WindowKeeper, id?: string): Promise<void> {
  keeper.show();
  const row = id === undefined ? undefined : await (await program).findReport(id);
  if (row) keeper.reveal(row);
}
