import { useEffect, useState } from 'react';
import { currentLanguage, t } from '../i18n/t';

const DAY_MS = 86_400_000;
const steps: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** "4 minutes ago", "in 2 hours"; a date beyond one day. */
export function relativeTime(at: number, nowMs: number): string {
  const distance = at - nowMs;
  if (Math.abs(distance) >= DAY_MS) {
    return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  }
  if (Math.abs(distance) < 5_000) return t('ui.time.now');
  const [size, unit] = steps.find(([size]) => Math.abs(distance) >= size) ?? [1_000, 'second'];
  return new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' }).format(
    Math.trunc(distance / size),
    unit,
  );
}

export function absoluteTime(at: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** A point in time, relative under a day and absolute on hover; keeps itself up to date. */
export function RelativeTime({ at }: { readonly at: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(
      () => setNowMs(Date.now()),
      Math.abs(Date.now() - at) < 120_000 ? 5_000 : 60_000,
    );
    return () => clearInterval(timer);
  }, [at]);
  return (
    <time dateTime={new Date(at).toISOString()} title={absoluteTime(at)} className="num">
      {relativeTime(at, nowMs)}
    </time>
  );
}
