/** The system's menu as data: it mirrors the window's commands and adds what only the system can do. */
import type { MenuItemConstructorOptions } from 'electron';
import type { Settings } from '../../../shared/ipc/contract';
import { type MenuCommandId, menuCommands } from '../../../shared/ipc/menu-commands';
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

type Item = MenuItemConstructorOptions;
/** `-` is a dividing line. */
type Entry = MenuCommandId | '-' | Item;

const FILE: readonly Entry[] = ['file.new', 'file.open', '-', 'file.save', 'file.saveAs', 'file.export'];
const FILE_END: readonly Entry[] = ['file.versions', 'file.close', '-'];
const EXPORT: readonly Entry[] = [
  'file.export.json',
  'file.export.bundle',
  'file.export.markdown',
  'file.export.mermaid',
];
const SELECTION: readonly Entry[] = [
  'edit.duplicate',
  'edit.delete',
  'edit.disable',
  '-',
  'extract.subflow',
  'extract.loop',
  'extract.map',
];
const DRAWING: readonly Entry[] = [
  'canvas.add',
  'canvas.connect',
  'canvas.note',
  'canvas.inner',
  '-',
  'canvas.tidy',
];
const ARRANGE: readonly Entry[] = [
  'align.left',
  'align.centre',
  'align.right',
  'align.top',
  'align.middle',
  'align.bottom',
  '-',
  'distribute.x',
  'distribute.y',
];
const SIGHT: readonly Entry[] = ['-', 'canvas.fit', 'canvas.zoomIn', 'canvas.zoomOut'];

const roles = (...names: readonly NonNullable<Item['role']>[]): Item[] => names.map((role) => ({ role }));

export function menuTemplate(options: MenuOptions, actions: MenuActions): Item[] {
  const words = wordsFor(options.settings.language);
  const command = (id: MenuCommandId): Item => commandItem(id, words.commands[id], actions);
  const menu = (label: string, entries: readonly Entry[]): Item => ({
    label,
    submenu: entries.map((entry) => {
      if (entry === '-') return { type: 'separator' };
      return typeof entry === 'string' ? command(entry) : entry;
    }),
  });
  const themes = (['theme.system', 'theme.light', 'theme.dark'] as const).map(
    (id): Item => ({ ...command(id), type: 'radio', checked: `theme.${options.settings.theme}` === id }),
  );
  const editing = roles('cut', 'copy', 'paste', 'selectAll');
  const zooming = roles('resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen');
  const development = options.isDevelopment ? roles('toggleDevTools', 'reload') : [];
  const leave = options.isMac ? roles('close') : roles('quit');
  const folders: Item[] = [
    { label: words.menu.dataFolder, click: () => actions.showDataFolder() },
    { label: words.menu.logs, click: () => actions.showLogs() },
  ];
  return [
    ...(options.isMac ? roles('appMenu') : []),
    menu(words.menu.file, [...FILE, menu(words.menu.export, EXPORT), ...FILE_END, ...leave]),
    menu(words.menu.edit, ['edit.undo', 'edit.redo', '-', ...editing, '-', 'edit.find', '-', ...SELECTION]),
    menu(words.menu.drawing, [...DRAWING, menu(words.menu.arrange, ARRANGE), ...SIGHT]),
    menu(words.menu.view, [
      'palette.open',
      '-',
      { label: words.menu.theme, submenu: themes },
      '-',
      ...zooming,
      ...development,
    ]),
    menu(words.menu.go, [
      ...(['go.home', 'go.designer', 'go.runs', 'go.inbox', 'go.rehearsal', 'go.deadLetters'] as const),
      '-',
      'go.settings',
    ]),
    menu(words.menu.run, [
      'run.start',
      'run.rehearse',
      '-',
      'run.pause',
      'run.resume',
      'run.step',
      '-',
      'run.cancel',
    ]),
    { ...menu(words.menu.help, ['shortcuts.open', 'help.tour', '-', ...folders]), role: 'help' },
  ];
}

function commandItem(id: MenuCommandId, label: string, actions: MenuActions): Item {
  const { keys }: { keys?: string } = menuCommands[id];
  return {
    id,
    label,
    // The window acts on its keys itself; registered here too, each would act twice.
    ...(keys ? { accelerator: keys, registerAccelerator: false } : {}),
    click: () => actions.command(id),
  };
}
