/** What the host learns from events before they are committed: which of their values are sensitive. */
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';

/** Top-level `data` keys by seq that hold values of sensitive fields; undefined when there are none. */
export function sensitiveKeys(flow: Flow, events: readonly RunEvent[]): Record<number, string[]> | undefined {
  const fields = new Set(
    Object.entries(flow.context ?? {}).flatMap(([name, field]) => (field.sensitive ? [name] : [])),
  );
  if (fields.size === 0) return undefined;
  const found: Record<number, string[]> = {};
  for (const event of events) {
    if (event.type === 'step.committed' && event.data.writes.some((write) => fields.has(write.field)))
      found[event.seq] = ['output', 'writes'];
    if (event.type === 'context.set' && fields.has(event.data.field)) found[event.seq] = ['value'];
  }
  return Object.keys(found).length > 0 ? found : undefined;
}
