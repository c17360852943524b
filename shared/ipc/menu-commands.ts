/**
 * Commands the system's menu may ask the window for, with the keys the menu shows. The window's own registry acts on the
 * keys; the menu only shows them, so that nothing happens twice. Keys without Ctrl or Cmd are left out: a Mac would take
 * them from whoever types.
 */
export interface MenuCommand {
  readonly id: string;
  /** Keys in Electron's notation. */
  readonly keys?: string;
}

export const menuCommands = {
  'file.new': { keys: 'CmdOrCtrl+N' },
  'file.open': { keys: 'CmdOrCtrl+O' },
  'file.save': { keys: 'CmdOrCtrl+S' },
  'file.saveAs': { keys: 'CmdOrCtrl+Shift+S' },
  'file.versions': { keys: 'CmdOrCtrl+Alt+H' },
  'file.export': { keys: 'CmdOrCtrl+E' },
  'file.export.json': {},
  'file.export.bundle': {},
  'file.export.markdown': {},
  'file.export.mermaid': {},
  'file.close': { keys: 'CmdOrCtrl+W' },
  'edit.undo': { keys: 'CmdOrCtrl+Z' },
  'edit.redo': { keys: 'CmdOrCtrl+Shift+Z' },
  'edit.duplicate': { keys: 'CmdOrCtrl+D' },
  'edit.delete': {},
  'edit.disable': {},
  'edit.find': { keys: 'CmdOrCtrl+F' },
  'extract.subflow': { keys: 'CmdOrCtrl+G' },
  'extract.loop': {},
  'extract.map': {},
  'canvas.add': {},
  'canvas.connect': {},
  'canvas.note': {},
  'canvas.inner': {},
  'canvas.tidy': {},
  'canvas.fit': {},
  'canvas.zoomIn': {},
  'canvas.zoomOut': {},
  'align.left': {},
  'align.centre': {},
  'align.right': {},
  'align.top': {},
  'align.middle': {},
  'align.bottom': {},
  'distribute.x': {},
  'distribute.y': {},
  'palette.open': { keys: 'CmdOrCtrl+K' },
  'go.home': { keys: 'CmdOrCtrl+1' },
  'go.designer': { keys: 'CmdOrCtrl+2' },
  'go.runs': { keys: 'CmdOrCtrl+3' },
  'go.inbox': { keys: 'CmdOrCtrl+4' },
  'go.rehearsal': { keys: 'CmdOrCtrl+5' },
  'go.deadLetters': { keys: 'CmdOrCtrl+6' },
  'go.settings': { keys: 'CmdOrCtrl+,' },
  'theme.system': {},
  'theme.light': {},
  'theme.dark': {},
  'run.start': { keys: 'F5' },
  'run.rehearse': { keys: 'Shift+F5' },
  'run.pause': {},
  'run.resume': {},
  'run.step': { keys: 'F10' },
  'run.cancel': {},
  'shortcuts.open': {},
  'help.tour': {},
} as const satisfies Record<string, Omit<MenuCommand, 'id'>>;

export type MenuCommandId = keyof typeof menuCommands;
