import type { inbox } from '../en/inbox';

export const inboxDe: Record<keyof typeof inbox, string> = {
  'inbox.title': 'Eingang',
  'inbox.waiting': '{count} {count|wartet|warten}',
  'inbox.failed': 'Die Entscheidungen konnten nicht gelesen werden',
  'inbox.empty.title': 'Nichts wartet auf Sie',
  'inbox.empty.body':
    'Erreicht ein Lauf einen menschlichen Kontrollpunkt, oder braucht er eine Entscheidung über sein Budget oder einen ungewissen Aufruf, steht er hier mit den Belegen und den vorgeschlagenen Werten.',
  'inbox.empty.action': 'Läufe ansehen',
  'inbox.key.next': 'nächste',
  'inbox.key.previous': 'vorige',
  'inbox.key.approve': 'genehmigen',
  'inbox.key.reject': 'ablehnen',
  'inbox.key.choice': 'Wahl {n}',
  'inbox.openRun': 'Lauf öffnen',
  'inbox.agreement': '{share} von {count} unverändert genehmigt',
  'inbox.agreement.help':
    'Wie oft hier ohne Änderung genehmigt wurde. Ist es immer so, genügt vielleicht eine Stichprobe.',
  'inbox.type.checkpoint': 'Kontrollpunkt',
  'inbox.type.approval': 'Werkzeugaufruf',
  'inbox.type.uncertain': 'Ungewisser Aufruf',
  'inbox.type.budget': 'Budget',
  'inbox.type.plan': 'Plan',
  'inbox.explain.approval':
    'Ein Agent möchte ein Werkzeug aufrufen, das Ihre Zustimmung braucht. Sie dürfen die Argumente ändern; der Agent erfährt, was wirklich gesendet wurde.',
  'inbox.explain.uncertain':
    'Ein Aufruf, der nicht zweimal geschehen darf, wurde gesendet, und es kam keine klare Antwort. Sehen Sie im anderen System nach, ob er geschehen ist, und sagen Sie es hier.',
  'inbox.explain.budget':
    'Der Lauf hat eine Grenze erreicht und steht still. Heben Sie die Grenze an, oder beenden Sie den Lauf: was getan ist, bleibt aufgezeichnet.',
  'inbox.explain.plan': 'Ein Planer hat diesen Plan gemacht. Noch ist nichts davon getan.',
  'inbox.wholeRun': 'der ganze Lauf',
  'inbox.for': 'für {who}',
  'inbox.left': 'noch {time}',
  'inbox.passed': 'Die Frist ist abgelaufen',
  'inbox.then': 'danach wird von selbst entschieden: {choice}',
  'inbox.thenTo': 'danach geht es von selbst zu „{name}“ weiter',
  'inbox.thenPort': 'danach geht der Lauf über „{port}“ weiter',
  'inbox.evidence': 'Belege',
  'inbox.proposed': 'Vorgeschlagen',
  'inbox.values': 'Werte',
  'inbox.proposedValues': 'Vorgeschlagene Werte, die Sie ändern dürfen',
  'inbox.yourEdit': 'Ihre Änderung',
  'inbox.comment': 'Kommentar',
  'inbox.comment.placeholder': 'Warum, für das Protokoll (nicht nötig)',
  'inbox.uncertain.result': 'Ergebnis des Aufrufs, falls er geschehen ist',
  'inbox.uncertain.help': 'Als JSON. Es wird geprüft und als Ergebnis des Aufrufs verwendet.',
  'inbox.decided': '{choice}: {title}',
};
