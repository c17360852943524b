/**
 * ISO 8601 UTC with milliseconds of epoch milliseconds: how files and JSON output write a point in time. By arithmetic on
 * the proleptic Gregorian calendar, because this folder has no clock to ask.
 */
export function isoTime(atMs: number): string {
  const days = Math.floor(atMs / 86_400_000);
  const inDay = atMs - days * 86_400_000;
  const { year, month, day } = civilDate(days);
  const time = [
    Math.floor(inDay / 3_600_000),
    Math.floor(inDay / 60_000) % 60,
    Math.floor(inDay / 1000) % 60,
  ];
  const sign = year < 0 ? '-' : '+';
  const yearText = year >= 0 && year <= 9999 ? pad(year, 4) : `${sign}${pad(Math.abs(year), 6)}`;
  return `${yearText}-${pad(month, 2)}-${pad(day, 2)}T${time.map((part) => pad(part, 2)).join(':')}.${pad(Math.floor(inDay) % 1000, 3)}Z`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

const DAYS_IN_ERA = 146_097; // 400 years
const DAYS_TO_1970 = 719_468; // from 1 March of year 0, where leap days come last

/** Year, month and day of a number of days since 1 January 1970. */
function civilDate(days: number): { year: number; month: number; day: number } {
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const inEra = shifted - era * DAYS_IN_ERA;
  const yearInEra = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
  const inYear = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const day = inYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: yearInEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
