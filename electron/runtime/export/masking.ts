/**
 * Hides secrets and sensitive values wherever they turn up in something that leaves this machine.
 *
 * M1. A sensitive value is hidden by position (what the store marked) and by content: every text that was written to a
 *     sensitive field is hidden wherever it appears again, alone or inside a longer text.
 * M2. Short texts and numbers (under four characters) are hidden by position only: "no" or "7" would black out half a page.
 * M3. A text is also hidden in the form it has inside JSON text, as models write it.
 */
import { isJsonObject, type Json } from '../../../shared/base/json';
import type { RunEvent } from '../../../shared/events/event';
import type { Flow } from '../../../shared/spec/flow';

export const MASKED = '[masked]';
const SHORTEST = 4;
const NUMBER = /^-?[0-9.]+(?:e[+-]?[0-9]+)?$/;

export interface Masker {
  /** The value with everything to be hidden replaced; the same object when there was nothing. */
  json<T>(value: T): T;
  text(text: string): string;
}

/** A masker of these texts. Longer ones go first, so that a text inside another leaves no rest. */
export function createMasker(values: Iterable<string>): Masker {
  const forms = [...values].flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  const hidden = [...new Set(forms)]
    .filter((value) => value.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
    .map((value) => (NUMBER.test(value) ? wholeNumber(value) : value));
  const text = (source: string): string => {
    let result = source;
    for (const value of hidden) result = result.replaceAll(value, MASKED);
    return result;
  };
  return {
    text,
    json: hidden.length === 0 ? (value) => value : <T>(value: T) => mask(value as Json, text) as T,
  };
}

/** A number is hidden only where it stands alone: as a part of a hash or another number it means nothing. */
function wholeNumber(value: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9.])${value.replace(/[.+]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');
}

function mask(value: Json, text: (source: string) => string): Json {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return text(String(value)) === MASKED ? MASKED : value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => mask(item, text));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [text(key), mask(member, text)] as const);
  const same = entries.every(([key, member]) => value[key] === member);
  return same ? value : Object.fromEntries(entries);
}

/** The texts in what was written to the flow's sensitive fields, in these events. */
export function sensitiveTexts(flow: Pick<Flow, 'context'>, events: Iterable<RunEvent>): Set<string> {
  const fields = sensitiveFields(flow);
  const found = new Set<string>();
  if (fields.size === 0) return found;
  for (const [name, field] of Object.entries(flow.context ?? {})) {
    if (fields.has(name) && field.initial !== undefined) collectTexts(field.initial, found);
  }
  for (const event of events) {
    if (event.type === 'context.set' && fields.has(event.data.field)) collectTexts(event.data.value, found);
    if (event.type !== 'step.committed') continue;
    for (const write of event.data.writes) if (fields.has(write.field)) collectTexts(write.value, found);
  }
  return found;
}

export function sensitiveFields(flow: Pick<Flow, 'context'>): ReadonlySet<string> {
  return new Set(
    Object.entries(flow.context ?? {}).flatMap(([name, field]) => (field.sensitive ? [name] : [])),
  );
}

function collectTexts(value: Json, into: Set<string>): void {
  if (typeof value === 'string') into.add(value);
  else if (typeof value === 'number') into.add(String(value));
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) collectTexts(item, into);
  else if (isJsonObject(value)) for (const member of Object.values(value)) collectTexts(member, into);
}

/**
 * Keys of `data` that can hold words of models, tools and people, with the member inside that does where the rest is
 * structure. Names of nodes, ports, fields, tasks and hashes stay: masking them would tear the record apart.
 */
const CONTENT: ReadonlyMap<string, string | true> = new Map<string, string | true>([
  ['toolCalls', 'args'],
  ['handoff', 'payload'],
  ['handoffs', 'payload'],
  ['error', 'message'],
  ['breakpoints', 'if'],
  ...['input', 'output', 'result', 'message', 'args', 'value', 'values'].map((key) => [key, true] as const),
  ...['title', 'body', 'evidence', 'form', 'proposed', 'comment', 'reason'].map(
    (key) => [key, true] as const,
  ),
  ...['overrides', 'effects'].map((key) => [key, true] as const),
]);

/**
 * The event as it may leave: values at marked keys and in writes to sensitive fields are gone, and texts known to be
 * sensitive are hidden in everything else that was said. `masked` says whether anything was.
 */
export function maskEvent(
  event: RunEvent,
  keys: readonly string[],
  fields: ReadonlySet<string>,
  masker: Masker,
): { readonly event: RunEvent; readonly masked: boolean } {
  const before = event.data as unknown as Readonly<Record<string, Json>>;
  const data = Object.fromEntries(
    Object.entries(before).map(([key, value]) => {
      if (key === 'writes' && Array.isArray(value))
        return [key, maskWrites(value as readonly Json[], fields, masker)];
      if (event.type === 'plan.proposed') return [key, masker.json(value)];
      return [key, keys.includes(key) ? MASKED : maskContent(key, value, masker)];
    }),
  );
  if (event.type === 'context.set' && fields.has(event.data.field)) data['value'] = MASKED;
  const masked = Object.entries(data).some(([key, value]) => value !== before[key]);
  // Only values were replaced; readers of an export expect any JSON there.
  return { event: masked ? ({ ...event, data } as unknown as RunEvent) : event, masked };
}

function maskContent(key: string, value: Json, masker: Masker): Json {
  const inside = CONTENT.get(key);
  if (inside === undefined) return value;
  return inside === true ? masker.json(value) : maskMember(value, inside, masker);
}

/** Masks one member of an object, or of each object of a list. */
function maskMember(value: Json, member: string, masker: Masker): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => maskMember(item, member, masker));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isJsonObject(value) || value[member] === undefined) return value;
  const shown = masker.json(value[member]);
  return shown === value[member] ? value : { ...value, [member]: shown };
}

/** Which field was written and when stays visible; only the value goes. */
function maskWrites(writes: readonly Json[], fields: ReadonlySet<string>, masker: Masker): Json {
  const shown = writes.map((write) => {
    if (!isJsonObject(write)) return write;
    const isSensitive = fields.has(String(write['field']));
    return isSensitive ? { ...write, value: MASKED } : maskMember(write, 'value', masker);
  });
  return shown.some((write, i) => write !== writes[i]) ? shown : writes;
}

/** Masks whole records of a run: what the command line prints and what exports hold. */
export function runMasker(
  flow: Pick<Flow, 'context'>,
  events: Iterable<RunEvent>,
  secrets: Iterable<string> = [],
): { readonly fields: ReadonlySet<string>; readonly masker: Masker } {
  const texts = sensitiveTexts(flow, events);
  for (const secret of secrets) texts.add(secret);
  return { fields: sensitiveFields(flow), masker: createMasker(texts) };
}
