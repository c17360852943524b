import type { start } from '../en/start';

export const startDe: Record<keyof typeof start, string> = {
  'run.input.none': 'Dieser Flow nimmt keine Eingabe.',
  'run.input.file': 'Aus Datei',
  'run.input.file.title': 'Eine JSON-Datei mit der ganzen Eingabe',
  'run.input.notJson':
    'Die Datei ist kein JSON, also wurde nichts ausgefüllt. Wählen Sie eine Datei mit einem JSON-Wert.',
  'run.start.title': '„{name}“ ausführen',
  'run.start.what': 'Eingabe und Modelle',
  'run.start.failed': 'Der Flow konnte nicht geöffnet werden',
  'run.start.live': 'Ausführen',
  'run.start.rehearsal': 'Proben',
  'run.start.mend': 'Im Entwurf beheben',
  'run.start.here': 'Ab „{name}“ starten',
  'run.input.pasteHint': 'Tipp: Ein JSON-Objekt, das Sie irgendwo in dieses Formular einfügen, füllt es aus.',
  'run.input.pasted': 'Die eingefügten Werte sind eingetragen.',
  'run.wants.title': 'Dieser Flow möchte',
  'run.wants.body': 'Erlauben Sie es nur, wenn Sie wissen, was der Flow tut. Noch wurde nichts begonnen.',
  'run.wants.once':
    'das Werkzeug „{name}“ ({kind}) aufrufen, dessen Wirkung nicht wiederholt oder zurückgenommen werden kann',
  'run.wants.write': 'mit dem Werkzeug „{name}“ ({kind}) etwas ändern',
  'run.wants.read': 'mit dem Werkzeug „{name}“ ({kind}) lesen',
  'run.wants.command': 'das Programm „{command}“ auf diesem Rechner als Werkzeugserver „{name}“ starten',
  'run.wants.server': 'sich mit dem Werkzeugserver „{name}“ unter {url} verbinden',
  'run.wants.folderWrite': 'Dateien in {path} lesen und ändern',
  'run.wants.folderRead': 'Dateien in {path} lesen',
  'run.wants.secret': 'das Geheimnis {name} für {usedBy} verwenden',
  'run.wants.host': 'Daten an {host} senden',
  'run.wants.model': 'Text an das Modell {model} von {place} senden, als „{name}“',
  'run.wants.remembered': 'Das wird für genau diesen Flow gemerkt. Ein geänderter Flow fragt erneut.',
  'run.wants.allow': 'Erlauben und ausführen',
};
