import type { failures } from '../en/failures';

export const failuresDe: Record<keyof typeof failures, string> = {
  'failure.error': 'Fehler',
  'failure.timeout': 'Dauerte zu lange',
  'failure.rate_limited': 'Obergrenze je Zeit erreicht',
  'failure.unavailable': 'Nicht verfügbar',
  'failure.invalid_output': 'Antwort passte nicht',
  'failure.low_confidence': 'Nicht sicher genug',
  'failure.denied': 'Nicht erlaubt',
  'failure.stale_context': 'Zustand zu alt',
  'failure.conflict': 'Widersprechende Änderungen',
  'failure.budget': 'Budget verbraucht',
  'failure.loop_limit': 'Grenze der Durchgänge erreicht',
  'failure.circuit_open': 'Schutzschalter offen',
  'failure.rejected': 'Von einem Menschen abgelehnt',
  'failure.expired': 'Frist abgelaufen',
  'failure.cancelled': 'Abgebrochen',
  'failure.uncertain': 'Ausgang unbekannt',
};
