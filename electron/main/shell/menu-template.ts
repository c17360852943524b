/** The system's menu as data: it mirrors the window's commands and adds what only the system can do. */
import type { MenuItemConstructorOptions } from 'electron';
import { type MenuCommandId, menuCommands } from '../../../shared/ipc/menu-commands';
import type { Settings } from '../../../shared/ipc/contract';
import { wordsFor } from './words';

export interface MenuActions {
  command(id: MenuCommandId): void;
  showDataFolder(): void;
  showLogs(): void;
}

export interface MenuOptions {
  readonly settings: Settings;
  readonly isMac: boolean;
  readonly isDevelopment: boolean;
}

const line: MenuItemConstructorOptions = { type: 'separator' };

export function menuTemplate(options: MenuOptions, actions: MenuActions): MenuItemConstructorOptions[] {
  const words = wordsFor(options.settings.language);
  const item = (id: MenuCommandId): MenuItemConstructorOptions => {
    const command: { keys?: string } = menuCommands[id];
    return {
      id,
      label: words.commands[id],
      // The window acts on its keys itself; registered here too, each would act twice.
      ...(command.keys ? { accelerator: command.keys, registerAccelerator: false } : {}),
      click: () => actions.command(id),
    };
  };
  const theme = (id: 'theme.system' | 'theme.light' | 'theme.dark'): MenuItemConstructorOptions => ({
    ...item(id),
    type: 'radio',
    checked: `theme.${options.settings.theme}` === id,
  });
  const mac: MenuItemConstructorOptions[] = options.isMac ? [{ role: 'appMenu' }] : [];
  const developer: MenuItemConstructorOptions[] = options.isDevelopment
    ? [line, { role: 'toggleDevTools' }, { role: 'reload' }]
    : [];
  return [
    ...mac,
    {
      label: words.menu.file,
      submenu: [
        item('file.new'),
        item('file.open'),
        line,
        item('file.save'),
        item('file.saveAs'),
        item('file.export'),
        line,
        options.isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: words.menu.edit,
      submenu: [
        item('edit.undo'),
        item('edit.redo'),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        line,
        item('edit.find'),
      ],
    },
    {
      label: words.menu.view,
      submenu: [
        item('palette.open'),
        line,
        {
          label: words.menu.theme,
          submenu: [theme('theme.system'), theme('theme.light'), theme('theme.dark')],
        },
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    {
      label: words.menu.go,
      submenu: [
        item('go.home'),
        item('go.designer'),
        item('go.runs'),
        item('go.inbox'),
        item('go.rehearsal'),
        item('go.deadLetters'),
        line,
        item('go.settings'),
      ],
    },
    {
      label: words.menu.run,
      submenu: [
        item('run.start'),
        item('run.rehearse'),
        line,
        item('run.pause'),
        item('run.resume'),
        item('run.step'),
        line,
        item('run.cancel'),
      ],
    },
    {
      label: words.menu.help,
      role: 'help',
      submenu: [
        item('shortcuts.open'),
        item('help.tour'),
        line,
        { label: words.menu.dataFolder, click: () => actions.showDataFolder() },
        { label: words.menu.logs, click: () => actions.showLogs() },
      ],
    },
  ];
}
