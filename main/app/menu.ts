import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** Keeps Electron from building its own menu while the program starts; must run before the app is ready. */
export function skipDefaultMenu(): void {
  Menu.setApplicationMenu(null);
}

/** The application menu: on macOS the one bar of the program, elsewhere in the window behind Alt. */
export function setMenu(): void {
  app.setAboutPanelOptions({
    applicationName: 'Dovebell',
    applicationVersion: app.getVersion(),
    copyright: "Hosts Dovecot's push notification framework",
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate()));
}

function menuTemplate(): MenuItemConstructorOptions[] {
  const isMac = process.platform === 'darwin';
  return [
    isMac ? { role: 'appMenu' } : { role: 'fileMenu' },
    { role: 'editMenu' },
    { label: 'View', submenu: viewItems() },
    { role: 'windowMenu' },
    { role: 'help', submenu: isMac ? [] : [{ label: 'About Dovebell', click: () => app.showAboutPanel() }] },
  ];
}

function viewItems(): MenuItemConstructorOptions[] {
  const zoom: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  // A reload would lose what a person has typed.
  const development: MenuItemConstructorOptions[] = [{ role: 'reload' }, { role: 'toggleDevTools' }];
  return app.isPackaged ? zoom : [...zoom, { type: 'separator' }, ...development];
}
