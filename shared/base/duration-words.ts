/** Durations as people write and read them: "30s", "4 h", "2 days"; the document itself holds ISO 8601. */
import { formatDuration, parseDuration } from './duration';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  min: 60_000,
  m: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** ISO 8601 text of what a person wrote, or undefined when it is no duration. A bare number is seconds. */
export function parseDurationWords(text: string): string | undefined {
  const trimmed = text.trim();
  if (parseDuration(trimmed.toUpperCase()) !== undefined) return trimmed.toUpperCase();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return formatDuration(Number(trimmed) * 1000);
  const part = /(\d+(?:[.,]\d+)?)\s*([a-z]+)/gi;
  const rest = trimmed.replace(part, '').replace(/and|[\s,]/g, '');
  if (trimmed === '' || rest !== '') return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of trimmed.matchAll(part)) {
    const name = (unit ?? '').toLowerCase();
    const unitMs = UNIT_MS[name] ?? UNIT_MS[name.replace(/s$/, '')];
    if (unitMs === undefined) return undefined;
    totalMs += Number((amount ?? '').replace(',', '.')) * unitMs;
  }
  return formatDuration(Math.round(totalMs));
}

/** Short words of a length of time: "30 s", "4 h", "1 h 30 min". */
export function durationWords(totalMs: number): string {
  if (totalMs <= 0) return '0 s';
  if (totalMs < 1000) return `${Math.round(totalMs)} ms`;
  let rest = Math.round(totalMs);
  const words: string[] = [];
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const;
  for (const [unitMs, name] of units) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count) words.push(`${count} ${name}`);
  }
  if (rest) words.push(`${Number((rest / 1000).toFixed(rest < 10_000 ? 1 : 0))} s`);
  return words.slice(0, 2).join(' ');
}

/** Words of an ISO 8601 duration; the text itself when it is none. */
export function isoDurationWords(iso: string): string {
  const ms = parseDuration(iso);
  return ms === undefined ? iso : durationWords(ms);
}
