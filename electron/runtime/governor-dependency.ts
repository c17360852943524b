/** What is known about one dependency: places in use, tokens, breakers, retries of the last minute, who waits. */
import type { Call } from '../../shared/ports/calls';
import type { BreakerRow } from '../../shared/ports/run-log';
import {
  type BreakerListener,
  type BreakerSettings,
  type BreakerState,
  CircuitBreaker,
} from './governor-breaker';
import { type RateSettings, TokenBucket } from './governor-bucket';
import { MinuteCounter } from './governor-window';

/** A call the governor knows: waiting, or in flight. */
export interface Entry {
  readonly call: Call;
  readonly key: string;
  readonly dependency: Dependency;
  readonly breaker: CircuitBreaker;
  readonly bucket: TokenBucket | undefined;
  isQueued: boolean;
  generation: number;
}

export type Obstacle =
  | { readonly state: 'queued'; readonly reason: 'concurrency' | 'rate'; readonly until?: number }
  | { readonly state: 'refused'; readonly reason: 'circuit_open' | 'retry_budget'; readonly until?: number };

const RETRY_SHARE = 0.2;
const RETRY_FLOOR = 10;
const STANDARD: BreakerSettings = { failures: 5, windowMs: 60_000, cooldownMs: 30_000, halfOpen: 1 };

export class Dependency {
  inFlight = 0;
  queued = 0;
  /** Something changed since the waiting calls were last looked at. */
  isUnsettled = false;
  /** When the first call that waits for a token may go. */
  wakeAt = Number.POSITIVE_INFINITY;
  /** No waiting call may go while as many as this are in flight. */
  widest = 0;
  /** Who waits, by run; the order of the runs is whose turn it is. */
  readonly waiting = new Map<string, Set<Entry>>();
  readonly breakers: CircuitBreaker[] = [];
  private readonly buckets: TokenBucket[] = [];
  private readonly firsts = new MinuteCounter();
  private readonly retries = new MinuteCounter();

  constructor(readonly name: string) {}

  breakerFor(
    settings: BreakerSettings,
    listener: BreakerListener,
    stored: (subject: string) => BreakerRow | undefined,
  ): CircuitBreaker {
    for (const breaker of this.breakers) if (breaker.isFor(settings)) return breaker;
    const subject = breakerSubject(this.name, settings);
    const breaker = new CircuitBreaker(subject, settings, listener, stored(subject));
    this.breakers.push(breaker);
    return breaker;
  }

  bucketFor(settings: RateSettings | undefined, nowMs: number): TokenBucket | undefined {
    if (!settings) return undefined;
    for (const bucket of this.buckets) if (bucket.isFor(settings)) return bucket;
    const bucket = new TokenBucket(settings, nowMs);
    this.buckets.push(bucket);
    return bucket;
  }

  /** What keeps a call from going now; undefined when nothing does. */
  obstacle(entry: Entry, concurrency: number, nowMs: number): Obstacle | undefined {
    const { call, breaker, bucket } = entry;
    if (!breaker.lets(nowMs)) return this.shut(entry);
    if (call.isRetry && !this.hasRetryLeft(nowMs)) return { state: 'refused', reason: 'retry_budget' };
    if (this.inFlight >= concurrency) return { state: 'queued', reason: 'concurrency' };
    const readyAt = bucket ? bucket.readyAt(nowMs) : nowMs;
    return readyAt > nowMs ? { state: 'queued', reason: 'rate', until: readyAt } : undefined;
  }

  /** The call goes: it takes a place, a token of every limit on this dependency, and counts. */
  enter(entry: Entry, nowMs: number): void {
    entry.isQueued = false;
    entry.generation = entry.breaker.enter();
    this.inFlight += 1;
    (entry.call.isRetry ? this.retries : this.firsts).add(nowMs);
    for (const bucket of this.buckets) bucket.take(nowMs);
  }

  enqueue(entry: Entry, concurrency: number): void {
    this.widest = this.queued === 0 ? concurrency : Math.max(this.widest, concurrency);
    const { runId } = entry.call;
    const line = this.waiting.get(runId);
    if (line) line.add(entry);
    else this.waiting.set(runId, new Set([entry]));
    entry.isQueued = true;
    this.queued += 1;
  }

  dequeue(entry: Entry): void {
    const line = this.waiting.get(entry.call.runId);
    if (!line?.delete(entry)) return;
    if (line.size === 0) this.waiting.delete(entry.call.runId);
    this.queued -= 1;
    this.isUnsettled = true;
  }

  /** The most troubled of its breakers. */
  state(): BreakerState {
    if (this.breakers.some((breaker) => breaker.state === 'open')) return 'open';
    return this.breakers.some((breaker) => breaker.state === 'half-open') ? 'half-open' : 'closed';
  }

  isIdle(nowMs: number): boolean {
    return (
      this.inFlight === 0 &&
      this.queued === 0 &&
      this.firsts.total(nowMs) + this.retries.total(nowMs) === 0 &&
      this.breakers.every((breaker) => breaker.isIdle(nowMs)) &&
      this.buckets.every((bucket) => bucket.isFull(nowMs))
    );
  }

  private shut({ breaker, isQueued }: Entry): Obstacle {
    // who already waits may as well wait for the probe to come back
    if (isQueued && breaker.state === 'half-open') return { state: 'queued', reason: 'concurrency' };
    const { until } = breaker;
    return { state: 'refused', reason: 'circuit_open', ...(until === undefined ? {} : { until }) };
  }

  private hasRetryLeft(nowMs: number): boolean {
    return this.retries.total(nowMs) < this.firsts.total(nowMs) * RETRY_SHARE + RETRY_FLOOR;
  }
}

/** The name of a breaker: the dependency, and its settings where they are not the usual ones. */
export function breakerSubject(dependency: string, settings: BreakerSettings): string {
  const { failures, windowMs, cooldownMs, halfOpen } = settings;
  const isStandard =
    failures === STANDARD.failures &&
    windowMs === STANDARD.windowMs &&
    cooldownMs === STANDARD.cooldownMs &&
    halfOpen === STANDARD.halfOpen;
  return isStandard ? dependency : `${dependency}#${failures}/${windowMs}/${cooldownMs}/${halfOpen}`;
}

/** The dependency a breaker belongs to; undefined for the breaker of an agent's results. */
export function dependencyOfSubject(subject: string): string | undefined {
  if (subject.startsWith('agent:')) return undefined;
  return subject.replace(/#\d+\/\d+\/\d+\/\d+$/, '');
}
