/** What the host learns from committed events: results above or below a gate, and values that are sensitive. */
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import { parseDuration } from '../../shared/base/duration';
import { nodeById } from './nodes-of';
import type { Session } from './session';

export interface QualityNote {
  readonly subject: string;
  readonly passed: boolean;
  readonly settings: { readonly failures: number; readonly cooldownMs: number };
}

/** Results of agents whose gate has a breaker, in order. */
export function qualityNotes(events: readonly RunEvent[], session: Session | undefined): QualityNote[] {
  if (!session) return [];
  return events.flatMap((event) => {
    const passed = event.type === 'step.committed';
    const missed = event.type === 'attempt.rejected';
    if ((!passed && !missed) || event.step === undefined) return [];
    const last = event.step.slice(event.step.lastIndexOf('/') + 1);
    const found = nodeById(session.flow, last.replace(/[#[~].*$/, ''));
    if (found?.kind !== 'agent') return [];
    const breaker = session.flow.agents?.[found.agent]?.gate?.breaker ?? found.gate?.breaker;
    if (!breaker) return [];
    const settings = { failures: breaker.failures, cooldownMs: parseDuration(breaker.cooldown) ?? 30_000 };
    return [{ subject: `agent:${found.agent}`, passed, settings }];
  });
}

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
