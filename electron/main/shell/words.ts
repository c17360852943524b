/** The few sentences main shows itself: menus, dialogs, notifications. */
import type { Settings } from '../../../shared/ipc/contract';
import type { MenuCommandId } from '../../../shared/ipc/menu-commands';

interface Words {
  readonly menu: Readonly<
    Record<
      | 'file'
      | 'edit'
      | 'drawing'
      | 'view'
      | 'go'
      | 'run'
      | 'help'
      | 'export'
      | 'arrange'
      | 'theme'
      | 'dataFolder'
      | 'logs',
      string
    >
  >;
  readonly commands: Readonly<Record<MenuCommandId, string>>;
  readonly dialog: Readonly<Record<'open' | 'save' | 'export' | 'backup' | 'flows' | 'allFiles', string>>;
  readonly notice: {
    readonly pageReloaded: string;
    readonly pageGivesUp: string;
    readonly engineRestarted: string;
    task(flow: string): string;
    losses(shown: readonly string[], more: number): string;
  };
  readonly buttons: { readonly reload: string; readonly quit: string };
}

const en: Words = {
  menu: {
    file: 'File',
    edit: 'Edit',
    drawing: 'Drawing',
    export: 'Export as',
    arrange: 'Arrange',
    view: 'View',
    go: 'Go',
    run: 'Run',
    help: 'Help',
    theme: 'Theme',
    dataFolder: 'Show data folder',
    logs: 'Show logs',
  },
  commands: {
    'file.new': 'New flow',
    'file.open': 'Open …',
    'file.save': 'Save',
    'file.saveAs': 'Save as …',
    'file.export': 'Export …',
    'file.export.json': 'Flow as JSON',
    'file.export.bundle': 'Bundle for engineering',
    'file.export.markdown': 'Document for people',
    'file.export.mermaid': 'Diagram',
    'file.close': 'Close this flow',
    'file.versions': 'Version history',
    'edit.undo': 'Undo',
    'edit.redo': 'Redo',
    'edit.duplicate': 'Duplicate',
    'edit.delete': 'Delete',
    'edit.disable': 'Switch off or on',
    'edit.find': 'Find and replace',
    'extract.subflow': 'Extract to subflow',
    'extract.loop': 'Put into a loop',
    'extract.map': 'Do for each item',
    'canvas.add': 'Add a node',
    'canvas.connect': 'Connect the selected node',
    'canvas.note': 'Add a note',
    'canvas.inner': 'Open or close the steps inside',
    'canvas.tidy': 'Tidy up',
    'canvas.fit': 'Fit the drawing',
    'canvas.zoomIn': 'Larger drawing',
    'canvas.zoomOut': 'Smaller drawing',
    'align.left': 'Align left',
    'align.centre': 'Align centres',
    'align.right': 'Align right',
    'align.top': 'Align tops',
    'align.middle': 'Align middles',
    'align.bottom': 'Align bottoms',
    'distribute.x': 'Spread out sideways',
    'distribute.y': 'Spread out downwards',
    'palette.open': 'Command palette',
    'go.home': 'Home',
    'go.designer': 'Designer',
    'go.runs': 'Runs',
    'go.inbox': 'Inbox',
    'go.rehearsal': 'Rehearsal lab',
    'go.deadLetters': 'Dead letters',
    'go.settings': 'Settings',
    'theme.system': 'Like the system',
    'theme.light': 'Light',
    'theme.dark': 'Dark',
    'run.start': 'Run',
    'run.rehearse': 'Rehearse',
    'run.pause': 'Pause',
    'run.resume': 'Resume',
    'run.step': 'Step',
    'run.cancel': 'Cancel run',
    'shortcuts.open': 'Keyboard shortcuts',
    'help.tour': 'Take the tour',
  },
  dialog: {
    open: 'Open flow',
    save: 'Save flow',
    export: 'Export',
    backup: 'Choose a folder for the copy',
    flows: 'Baton flows',
    allFiles: 'All files',
  },
  notice: {
    pageReloaded: 'The window stopped and was loaded again. Your edits and runs were kept.',
    pageGivesUp: 'The window stopped several times in a minute. Your edits and runs are kept.',
    engineRestarted: 'The engine stopped and was started again. Runs go on from their last recorded step.',
    task: (flow) => `${flow} waits for a decision`,
    losses: (shown, more) =>
      `Exported. This format cannot hold: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
  },
  buttons: { reload: 'Load again', quit: 'Quit' },
};

const de: Words = {
  menu: {
    file: 'Datei',
    edit: 'Bearbeiten',
    drawing: 'Zeichnung',
    export: 'Exportieren als',
    arrange: 'Anordnen',
    view: 'Ansicht',
    go: 'Gehe zu',
    run: 'Lauf',
    help: 'Hilfe',
    theme: 'Farben',
    dataFolder: 'Datenordner zeigen',
    logs: 'Protokolle zeigen',
  },
  commands: {
    'file.new': 'Neuer Ablauf',
    'file.open': 'Öffnen …',
    'file.save': 'Speichern',
    'file.saveAs': 'Speichern unter …',
    'file.export': 'Exportieren …',
    'file.export.json': 'Ablauf als JSON',
    'file.export.bundle': 'Paket für die Entwicklung',
    'file.export.markdown': 'Dokument für Menschen',
    'file.export.mermaid': 'Diagramm',
    'file.close': 'Diesen Ablauf schließen',
    'file.versions': 'Versionsverlauf',
    'edit.undo': 'Rückgängig',
    'edit.redo': 'Wiederholen',
    'edit.duplicate': 'Verdoppeln',
    'edit.delete': 'Löschen',
    'edit.disable': 'Aus- oder einschalten',
    'edit.find': 'Suchen und ersetzen',
    'extract.subflow': 'In einen Subflow auslagern',
    'extract.loop': 'In eine Schleife setzen',
    'extract.map': 'Für jedes Element ausführen',
    'canvas.add': 'Knoten hinzufügen',
    'canvas.connect': 'Ausgewählten Knoten verbinden',
    'canvas.note': 'Notiz hinzufügen',
    'canvas.inner': 'Schritte darin öffnen oder schließen',
    'canvas.tidy': 'Aufräumen',
    'canvas.fit': 'Zeichnung einpassen',
    'canvas.zoomIn': 'Zeichnung größer',
    'canvas.zoomOut': 'Zeichnung kleiner',
    'align.left': 'Links ausrichten',
    'align.centre': 'Mittig ausrichten',
    'align.right': 'Rechts ausrichten',
    'align.top': 'Oben ausrichten',
    'align.middle': 'Auf halber Höhe ausrichten',
    'align.bottom': 'Unten ausrichten',
    'distribute.x': 'Waagrecht verteilen',
    'distribute.y': 'Senkrecht verteilen',
    'palette.open': 'Befehlspalette',
    'go.home': 'Start',
    'go.designer': 'Entwurf',
    'go.runs': 'Läufe',
    'go.inbox': 'Eingang',
    'go.rehearsal': 'Probe',
    'go.deadLetters': 'Unzustellbare Schritte',
    'go.settings': 'Einstellungen',
    'theme.system': 'Wie das System',
    'theme.light': 'Hell',
    'theme.dark': 'Dunkel',
    'run.start': 'Starten',
    'run.rehearse': 'Proben',
    'run.pause': 'Anhalten',
    'run.resume': 'Fortsetzen',
    'run.step': 'Ein Schritt',
    'run.cancel': 'Lauf abbrechen',
    'shortcuts.open': 'Tastenkürzel',
    'help.tour': 'Rundgang',
  },
  dialog: {
    open: 'Ablauf öffnen',
    save: 'Ablauf speichern',
    export: 'Exportieren',
    backup: 'Ordner für die Kopie wählen',
    flows: 'Baton-Abläufe',
    allFiles: 'Alle Dateien',
  },
  notice: {
    pageReloaded: 'Das Fenster ist abgestürzt und wurde neu geladen. Änderungen und Läufe sind erhalten.',
    pageGivesUp: 'Das Fenster ist mehrmals in einer Minute abgestürzt. Änderungen und Läufe sind erhalten.',
    engineRestarted:
      'Die Laufzeit wurde neu gestartet. Läufe gehen ab ihrem letzten festgehaltenen Schritt weiter.',
    task: (flow) => `${flow} wartet auf eine Entscheidung`,
    losses: (shown, more) =>
      `Exportiert. Dieses Format kann nicht aufnehmen: ${shown.join('; ')}${more > 0 ? `; und ${more} weitere` : ''}.`,
  },
  buttons: { reload: 'Neu laden', quit: 'Beenden' },
};

export function wordsFor(language: Settings['language']): Words {
  return language === 'de' ? de : en;
}
