/** Words for numbers, failures and names that all run screens use. */
import { durationWords } from '../../shared/base/duration-words';
import type { RunStatus, Usage } from '../../shared/events/event';
import { lastSegment, parentOf } from '../../shared/events/step-key';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import { nodeAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { currentLanguage, formatNumber, t } from '../i18n/t';

const REASONS = ['concurrency', 'rate', 'reservation', 'circuit_open', 'retry_budget', 'quality'] as const;

/** Why the governor let a call wait, or refused it. */
export function reasonWords(reason: string): string {
  const known = REASONS.find((name) => name === reason);
  return known ? t(`run.governor.reason.${known}`) : reason;
}

const PAUSES = ['user', 'budget', 'breakpoint', 'step'] as const;

/** How a run stands; a pause with its reason. */
export function statusWords({
  status,
  reason,
}: {
  readonly status: RunStatus;
  readonly reason?: string | undefined;
}): string {
  const pause = status === 'paused' ? PAUSES.find((one) => one === reason) : undefined;
  return t(pause ? `run.paused.${pause}` : `run.status.${status}`);
}

/** What a person calls the node; its id when the flow no longer has it. */
export function nodeName(flow: Flow | undefined, id: string): string {
  const node = flow ? nodeAt(flow, id) : undefined;
  return node ? nameOf(id, node) : id;
}

/** "Review, 2nd time", with the item or pass it belongs to. */
export function stepName(
  flow: Flow | undefined,
  step: Pick<TraceStep, 'key' | 'node' | 'visit' | 'undo'>,
): string {
  const { name, item } = rowName(flow, step);
  return item === undefined ? name : t('run.step.item', { name, index: item });
}

/** The same in two parts, so that a row too short for the name still says which item it is. */
export function rowName(
  flow: Flow | undefined,
  step: Pick<TraceStep, 'key' | 'node' | 'visit' | 'undo'>,
): { readonly name: string; readonly item?: number } {
  const plain = nodeName(flow, step.node);
  const undo = step.undo ? t('run.step.undo', { name: plain }) : plain;
  const name = step.visit > 1 ? t('run.step.visit', { name: undo, visit: step.visit }) : undo;
  const index = parentOf(step.key)?.index;
  return index === undefined ? { name } : { name, item: index };
}

export function stepNameOfKey(trace: Trace, key: string): string {
  const step = trace.steps.get(key);
  const { node, visit, undo } = lastSegment(key);
  return stepName(trace.flow, step ?? { key, node, visit, undo });
}

/** Making a formatter costs a hundred times what using it costs; a scrubbed run needs many each frame. */
const formatters = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function formatter<T extends Intl.NumberFormat | Intl.DateTimeFormat>(
  name: string,
  make: (language: string) => T,
): T {
  const key = `${currentLanguage()} ${name}`;
  const known = formatters.get(key) as T | undefined; // a name stands for one kind of formatter
  if (known) return known;
  const made = make(currentLanguage());
  formatters.set(key, made);
  return made;
}

export function money(amount: number, currency: string): string {
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2;
  try {
    return formatter(
      `${currency}${digits}`,
      (language) =>
        new Intl.NumberFormat(language, {
          style: 'currency',
          currency,
          currencyDisplay: 'narrowSymbol',
          minimumFractionDigits: 2,
          maximumFractionDigits: digits,
        }),
    ).format(amount);
  } catch {
    return `${formatNumber(amount)} ${currency}`; // a currency the system does not know
  }
}

/** Never shows an unknown price as nothing. */
export function costWords(cost: Usage['cost']): string {
  if (cost.known) return money(cost.amount, cost.currency);
  return cost.amount > 0
    ? t('run.cost.atLeast', { amount: money(cost.amount, cost.currency) })
    : t('run.cost.unknown');
}

export function tokensWords(tokens: Usage['tokens']): string {
  return formatNumber(tokens.in + tokens.out, {
    notation: tokens.in + tokens.out >= 100_000 ? 'compact' : 'standard',
  });
}

export function elapsedWords(ms: number): string {
  return durationWords(Math.max(0, ms < 10_000 ? ms : Math.round(ms / 1000) * 1000));
}

/** Only the largest unit, where there is no room for more. */
export function roughWords(ms: number): string {
  const unit = [86_400_000, 3_600_000, 60_000, 1_000].find((size) => ms >= size) ?? 1;
  return durationWords(Math.floor(Math.max(0, ms) / unit) * unit);
}

/** "0:12.340" since the run started, the same width all down a list. */
export function offsetWords(ms: number): string {
  const total = Math.max(0, ms);
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = ((total % 60_000) / 1000).toFixed(hours > 0 ? 0 : 3).padStart(hours > 0 ? 2 : 6, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** A mark of a scale that is `spanMs` long: as many digits as tell it from the next mark. */
export function tickWords(ms: number, spanMs: number): string {
  if (spanMs >= 60_000 || ms >= 60_000)
    return offsetWords(Math.round(ms / 1000) * 1000).replace(/\.000$/, '');
  if (ms < 2_000 && spanMs < 5_000)
    return `${formatNumber(ms, { maximumFractionDigits: spanMs < 20 ? 1 : 0 })} ms`;
  const digits = spanMs < 5_000 ? 2 : 1;
  return `${formatNumber(ms / 1000, { minimumFractionDigits: digits, maximumFractionDigits: digits })} s`;
}

export function clockTime(at: number): string {
  const clock = formatter(
    'clock',
    (language) =>
      new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  );
  return clock.format(at);
}

export function sizeWords(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1000)));
  return new Intl.NumberFormat(currentLanguage(), {
    style: 'unit',
    unit: units[power] ?? 'byte',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}
