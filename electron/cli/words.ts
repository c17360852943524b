/** Words and signs for what people read. A sign never stands alone: its word is beside it. */
import { durationWords } from '../../shared/base/duration-words';
import type { StepStatus, Usage } from '../../shared/events/event';
import type { Colour, Output } from './output';

const SIGNS: Readonly<Record<string, readonly [string, Colour]>> = {
  committed: ['✓', 'green'],
  completed: ['✓', 'green'],
  failed: ['✗', 'red'],
  cancelled: ['⊘', 'dim'],
  skipped: ['»', 'dim'],
  waiting: ['⏳', 'yellow'],
  paused: ['⏸', 'yellow'],
  running: ['▶', 'blue'],
  retrying: ['↻', 'yellow'],
  queued: ['…', 'dim'],
  compensating: ['↩', 'yellow'],
};
const WORDS: Readonly<Record<string, string>> = { committed: 'done' };

/** `✓ done`, coloured. */
export function statusWords(out: Output, status: StepStatus | string): string {
  const [sign, colour] = SIGNS[status] ?? ['·', 'dim'];
  return out.paint(colour, `${sign} ${WORDS[status] ?? status}`);
}

export function timeWords(fromMs: number, toMs: number | undefined): string {
  return toMs === undefined || toMs <= fromMs ? '' : durationWords(toMs - fromMs);
}

export function tokenWords(usage: Pick<Usage, 'tokens'>): string {
  const { in: given, out: made } = usage.tokens;
  return given + made === 0 ? '' : `${given} → ${made} tokens`;
}

export function costWords({ cost }: Pick<Usage, 'cost'>): string {
  if (!cost.known) return 'cost not known';
  return cost.amount === 0 ? '' : `${Number(cost.amount.toFixed(6))} ${cost.currency}`;
}

export function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('  ');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
