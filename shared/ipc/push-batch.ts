/**
 * Pushes that wait for the next flush. Bounded: whoever lags loses events and text, never the hint that there are some,
 * and asks `run.events` for what is missing.
 */
import type { LiveDelta, RunEvent } from '../events/event';
import type { PushName, Pushes } from './contract';
import type { ServicePush } from './service';

const MAX_EVENTS = 2_000;
const MAX_DELTA_CHARS = 200_000;
const MAX_OTHERS = 100;

type Hint = Pushes['runs.changed'][number];

export class PushBatch {
  private readonly hints = new Map<string, Hint>();
  private readonly events = new Map<string, RunEvent[]>();
  private readonly dropped = new Set<string>();
  private eventCount = 0;
  private deltas: LiveDelta[] = [];
  private deltaChars = 0;
  private latest = new Map<PushName, ServicePush>();
  private others: ServicePush[] = [];

  get isEmpty(): boolean {
    return (
      this.hints.size + this.events.size + this.deltas.length + this.latest.size + this.others.length === 0
    );
  }

  add(push: ServicePush): void {
    switch (push.name) {
      case 'runs.changed':
        for (const hint of push.payload) this.hints.set(hint.runId, hint);
        return;
      case 'run.events':
        this.addEvents(push.payload.runId, push.payload.events);
        return;
      case 'run.deltas':
        for (const delta of push.payload) this.addDelta(delta);
        return;
      case 'tasks.changed':
      case 'settings.changed':
        this.latest.set(push.name, push);
        return;
      default:
        this.others.push(push);
        if (this.others.length > MAX_OTHERS) this.others.shift();
    }
  }

  /** Takes everything out, in an order in which hints come before the events they announce. */
  drain(): ServicePush[] {
    const pushes: ServicePush[] = [...this.others, ...this.latest.values()];
    if (this.hints.size > 0) pushes.push({ name: 'runs.changed', payload: [...this.hints.values()] });
    for (const [runId, events] of this.events)
      pushes.push({ name: 'run.events', payload: { runId, events } });
    if (this.deltas.length > 0) pushes.push({ name: 'run.deltas', payload: this.deltas });
    this.clear();
    return pushes;
  }

  private addEvents(runId: string, events: readonly RunEvent[]): void {
    // A gap inside a batch would look like the whole truth: after one drop, nothing more of this run until the next batch.
    if (events.length === 0 || this.dropped.has(runId)) return;
    if (this.eventCount + events.length > MAX_EVENTS) {
      this.dropped.add(runId);
      return;
    }
    const held = this.events.get(runId);
    if (held) held.push(...events);
    else this.events.set(runId, [...events]);
    this.eventCount += events.length;
  }

  private addDelta(delta: LiveDelta): void {
    if (this.deltaChars + delta.text.length > MAX_DELTA_CHARS) return;
    this.deltaChars += delta.text.length;
    const last = this.deltas.at(-1);
    if (last && last.runId === delta.runId && last.step === delta.step && last.attempt === delta.attempt) {
      this.deltas[this.deltas.length - 1] = {
        ...last,
        text: last.text + delta.text,
      };
    } else {
      this.deltas.push(delta);
    }
  }

  private clear(): void {
    this.hints.clear();
    this.events.clear();
    this.dropped.clear();
    this.eventCount = 0;
    this.deltas = [];
    this.deltaChars = 0;
    this.latest = new Map();
    this.others = [];
  }
}
