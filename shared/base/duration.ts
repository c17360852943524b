/**
 * ISO 8601 durations, as the flow document writes them: weeks, days, hours, minutes, seconds (fractions allowed).
 * Years and months are refused: they have no fixed length.
 */
const PATTERN =
  /^P(?!$)(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?!$)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/** Milliseconds of a duration, or undefined when the text is not one. */
export function parseDuration(text: string): number | undefined {
  const match = text.length <= 64 ? PATTERN.exec(text) : null;
  if (!match) return undefined;
  let totalMs = 0;
  UNITS_MS.forEach((unitMs, i) => {
    const part = match[i + 1];
    if (part !== undefined) totalMs += Number(part) * unitMs;
  });
  return Number.isSafeInteger(Math.round(totalMs)) ? Math.round(totalMs) : undefined;
}

/** The shortest ISO 8601 text of a length of time in milliseconds. */
export function formatDuration(totalMs: number): string {
  if (totalMs <= 0) return 'PT0S';
  const days = Math.floor(totalMs / 86_400_000);
  let rest = totalMs - days * 86_400_000;
  const hours = Math.floor(rest / 3_600_000);
  rest -= hours * 3_600_000;
  const minutes = Math.floor(rest / 60_000);
  const seconds = (rest - minutes * 60_000) / 1000;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}
