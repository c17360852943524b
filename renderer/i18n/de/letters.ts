import type { letters } from '../en/letters';

export const lettersDe: Record<keyof typeof letters, string> = {
  'letters.title': 'Unzustellbar',
  'letters.show': 'Welche unzustellbaren Schritte',
  'letters.open': 'Offen',
  'letters.all': 'Alle',
  'letters.closed': 'geschlossen',
  'letters.failed': 'Die unzustellbaren Schritte konnten nicht gelesen werden',
  'letters.empty.title': 'Kein Schritt hat aufgegeben',
  'letters.empty.body':
    'Schlägt ein Schritt endgültig fehl und kein Ersatzweg nimmt den Fehler, bleibt er hier mit allem, was er wusste. So können Sie die Ursache beheben und ihn noch einmal ausführen, ohne Gelungenes neu zu bezahlen.',
  'letters.of': 'Unzustellbar: {name}',
  'letters.known': 'Was bekannt ist',
  'letters.attempts': 'Er gab nach {count} {count|Versuch|Versuchen} auf.',
  'letters.state': 'Gemeinsamer Zustand vor dem Schritt, den Sie ändern dürfen',
  'letters.rerun': 'Ab hier noch einmal ausführen',
  'letters.rerunChanged': 'Mit dem geänderten Zustand noch einmal ausführen',
  'letters.dismiss': 'Verwerfen',
  'letters.closedBy': 'Geschlossen von {by}.',
};
