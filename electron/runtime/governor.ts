/**
 * The one place that says whether a call may go: places in use, rate, breakers, retry budget, quality; shared by all runs,
 * kept by dependency. It has no clock and does nothing by itself.
 *
 * G1. Order of the questions: quality, breaker, retry budget, place, token.
 * G2. A waiting call is admitted by `takeReady` only, refused by `takeRefused` only; ask both after every turn and at
 *     `nextWakeAt`.
 * G3. Runs take turns; within a run the first come is the first served.
 * G4. Trouble of one dependency is never seen by another.
 * G5. Memory is bounded by what waits, what is in flight and the dependencies of the last minute.
 */
import type { Call } from '../../shared/ports/calls';
import type { BreakerRow } from '../../shared/ports/run-log';
import type { FailureKind } from '../../shared/spec/values';
import type { BreakerChange, BreakerListener, BreakerState, Verdict } from './governor-breaker';
import { Dependency, dependencyOfSubject, type Entry } from './governor-dependency';
import { QualityBreaker, type QualitySettings } from './governor-quality';

export type { BreakerChange } from './governor-breaker';

export type RefusalReason = 'circuit_open' | 'retry_budget' | 'quality';

export type Admission =
  | { readonly state: 'admitted' }
  | { readonly state: 'queued'; readonly reason: 'concurrency' | 'rate'; readonly until?: number }
  | { readonly state: 'refused'; readonly reason: RefusalReason; readonly until?: number };

export interface RefusedCall {
  readonly call: Call;
  readonly reason: RefusalReason;
  readonly until?: number;
}

export interface DependencySnapshot {
  readonly dependency: string;
  readonly inFlight: number;
  readonly queued: number;
  readonly breaker: BreakerState;
}

/** Limits of this machine (Settings); the lower one of these and a call's own holds. */
export interface MachineLimits {
  readonly concurrency?: number;
}

const ADMITTED: Admission = { state: 'admitted' };
const SWEEP_FROM = 512;

/** Results that say nothing about whether the dependency works. */
const UNJUDGED: ReadonlySet<FailureKind> = new Set<FailureKind>([
  ...(['denied', 'stale_context', 'conflict', 'budget', 'loop_limit', 'circuit_open'] as const),
  ...(['rejected', 'expired', 'cancelled'] as const),
]);

export class Governor {
  private readonly dependencies = new Map<string, Dependency>();
  private readonly qualities = new Map<string, QualityBreaker>();
  private readonly entries = new Map<string, Entry>();
  /** Dependencies somebody waits for. */
  private readonly crowded = new Set<Dependency>();
  private readonly stored = new Map<string, BreakerRow>();
  private readonly dirty = new Set<{ toRow(): BreakerRow }>();
  private changes: BreakerChange[] = [];
  private refused: RefusedCall[] = [];
  private sweepAt = SWEEP_FROM;
  private readonly listener: BreakerListener = {
    touched: (breaker) => this.dirty.add(breaker),
    changed: (change) => {
      this.changes.push(change);
      if (change.to === 'open') this.clearLines(change);
    },
  };

  constructor(private readonly machine: MachineLimits = {}) {}

  /** Takes over breakers as they were stored. */
  load(rows: readonly BreakerRow[]): void {
    for (const row of rows) this.stored.set(row.subject, row);
  }

  /** Breakers that changed since this was last asked. */
  dirtyRows(): BreakerRow[] {
    if (this.dirty.size === 0) return [];
    const rows = Array.from(this.dirty, (breaker) => breaker.toRow());
    this.dirty.clear();
    return rows;
  }

  /** Asking again for a call that is known changes nothing. */
  admit(call: Call, nowMs: number): Admission {
    const key = keyOf(call.runId, call.id);
    const known = this.entries.get(key);
    if (known) return known.isQueued ? { state: 'queued', reason: 'concurrency' } : ADMITTED;
    const unfit = this.qualityRefusal(call, nowMs);
    if (unfit) return unfit;
    const entry = this.entryFor(call, key, nowMs);
    const { dependency } = entry;
    const obstacle = dependency.obstacle(entry, this.concurrencyOf(call), nowMs);
    if (obstacle?.state === 'refused') return obstacle;
    if (!obstacle && !this.isOvertaking(entry)) {
      this.enter(entry, nowMs);
      return ADMITTED;
    }
    dependency.enqueue(entry, this.concurrencyOf(call));
    this.entries.set(key, entry);
    this.crowded.add(dependency);
    if (!obstacle) dependency.isUnsettled = true;
    else if (obstacle.until !== undefined) dependency.wakeAt = Math.min(dependency.wakeAt, obstacle.until);
    return obstacle ?? { state: 'queued', reason: 'concurrency' };
  }

  /** Waiting calls that may go now; each counts as admitted. */
  takeReady(nowMs: number): Call[] {
    if (this.crowded.size === 0) return [];
    const ready: Call[] = [];
    for (const dependency of this.crowded) {
      if (dependency.isUnsettled || nowMs >= dependency.wakeAt) this.drain(dependency, nowMs, ready);
      if (dependency.queued === 0) this.crowded.delete(dependency);
    }
    return ready;
  }

  /** Waiting calls that will not go: what they waited for is not to be had. */
  takeRefused(_nowMs: number): RefusedCall[] {
    if (this.refused.length === 0) return [];
    const { refused } = this;
    this.refused = [];
    return refused;
  }

  /** When a call that waits for its rate may go; undefined when none does. */
  nextWakeAt(): number | undefined {
    let at = Number.POSITIVE_INFINITY;
    for (const dependency of this.crowded)
      if (dependency.queued > 0 && dependency.wakeAt < at) at = dependency.wakeAt;
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  /** A call has ended: its place is free, and its end says whether the dependency works. */
  finished(call: Call, kind: FailureKind | 'ok', nowMs: number): void {
    this.leave(keyOf(call.runId, call.id), verdictOf(kind), kind === 'ok', nowMs);
  }

  /** A call nobody wants any more: its place is free, and nothing is concluded. */
  drop(runId: string, callId: string): void {
    this.leave(keyOf(runId, callId), 'none', false, 0);
    if (this.refused.length > 0)
      this.refused = this.refused.filter(({ call }) => call.id !== callId || call.runId !== runId);
  }

  /** A checked result of an agent: above its gate or under it. */
  quality(subject: string, passed: boolean, settings: QualitySettings, nowMs: number): void {
    let breaker = this.qualityOf(subject);
    if (!breaker) {
      if (passed) return;
      breaker = new QualityBreaker(subject, this.listener);
      this.qualities.set(subject, breaker);
    }
    breaker.judge(passed, settings, nowMs);
    if (breaker.isIdle()) this.qualities.delete(subject);
  }

  /** Transitions since this was last asked. */
  takeChanges(): BreakerChange[] {
    if (this.changes.length === 0) return [];
    const { changes } = this;
    this.changes = [];
    return changes;
  }

  snapshot(): DependencySnapshot[] {
    const rows = Array.from(this.dependencies.values(), (each) => ({
      dependency: each.name,
      inFlight: each.inFlight,
      queued: each.queued,
      breaker: each.state(),
    }));
    for (const row of this.stored.values()) {
      const dependency = dependencyOfSubject(row.subject);
      if (dependency === undefined || row.state === 'closed' || this.dependencies.has(dependency)) continue;
      rows.push({ dependency, inFlight: 0, queued: 0, breaker: row.state });
    }
    return rows;
  }

  private entryFor(call: Call, key: string, nowMs: number): Entry {
    let dependency = this.dependencies.get(call.dependency);
    if (!dependency) {
      if (this.dependencies.size >= this.sweepAt) this.sweep(nowMs);
      dependency = new Dependency(call.dependency);
      this.dependencies.set(call.dependency, dependency);
    }
    const breaker = dependency.breakerFor(call.limits.breaker, this.listener, this.unpack);
    const bucket = dependency.bucketFor(call.limits.rateLimit, nowMs);
    return { call, key, dependency, breaker, bucket, isQueued: false, generation: 0 };
  }

  private readonly unpack = (subject: string): BreakerRow | undefined => {
    const row = this.stored.get(subject);
    if (row) this.stored.delete(subject);
    return row;
  };

  private concurrencyOf(call: Call): number {
    return Math.min(call.limits.concurrency, this.machine.concurrency ?? Number.POSITIVE_INFINITY);
  }

  /** A newcomer must not take what others of its run, or others of its kind, wait for. */
  private isOvertaking({ dependency, call }: Entry): boolean {
    if (dependency.queued === 0) return false;
    return (
      dependency.isUnsettled || call.limits.rateLimit !== undefined || dependency.waiting.has(call.runId)
    );
  }

  private enter(entry: Entry, nowMs: number): void {
    const { call } = entry;
    this.entries.set(entry.key, entry);
    entry.dependency.enter(entry, nowMs);
    if (call.type === 'model' && call.quality)
      this.qualityOf(call.quality.subject)?.enter(stepOf(call), call.quality, nowMs);
  }

  private leave(key: string, verdict: Verdict, keepsProbe: boolean, nowMs: number): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    const { call, dependency } = entry;
    this.entries.delete(key);
    if (entry.isQueued) {
      dependency.dequeue(entry);
      return;
    }
    dependency.inFlight -= 1;
    dependency.isUnsettled = dependency.queued > 0;
    entry.breaker.leave(entry.generation, verdict, nowMs);
    if (call.type === 'model' && call.quality)
      this.qualities.get(call.quality.subject)?.leave(stepOf(call), keepsProbe);
  }

  /** Gives free places to the runs in turn; who cannot go yet is passed over but keeps his turn. */
  private drain(dependency: Dependency, nowMs: number, ready: Call[]): void {
    dependency.isUnsettled = false;
    dependency.wakeAt = Number.POSITIVE_INFINITY;
    for (const [runId, line] of dependency.waiting) {
      if (dependency.inFlight >= dependency.widest) break;
      let isStuck = false;
      for (const entry of line) {
        const outcome = this.tryGo(entry, nowMs);
        if (outcome === 'refused') continue; // the next one of this run may be luckier
        isStuck = outcome === 'waits';
        if (!isStuck) ready.push(entry.call);
        break;
      }
      if (isStuck || line.size === 0) continue;
      // to the end of the order, where this same loop meets it again
      dependency.waiting.delete(runId);
      dependency.waiting.set(runId, line);
    }
    // leaving the line marks the dependency as changed; everything there is has just been looked at
    dependency.isUnsettled = false;
  }

  private tryGo(entry: Entry, nowMs: number): 'goes' | 'waits' | 'refused' {
    const { dependency, call } = entry;
    const obstacle =
      this.qualityRefusal(call, nowMs) ?? dependency.obstacle(entry, this.concurrencyOf(call), nowMs);
    if (!obstacle) {
      dependency.dequeue(entry);
      this.enter(entry, nowMs);
      return 'goes';
    }
    if (obstacle.state === 'refused') {
      this.refuse(entry, obstacle.reason, obstacle.until);
      return 'refused';
    }
    if (obstacle.until !== undefined) dependency.wakeAt = Math.min(dependency.wakeAt, obstacle.until);
    return 'waits';
  }

  private refuse(entry: Entry, reason: RefusalReason, until: number | undefined): void {
    entry.dependency.dequeue(entry);
    this.entries.delete(entry.key);
    this.refused.push({ call: entry.call, reason, ...(until === undefined ? {} : { until }) });
  }

  private qualityOf(subject: string): QualityBreaker | undefined {
    const known = this.qualities.get(subject);
    if (known) return known;
    const row = this.stored.size === 0 ? undefined : this.unpack(subject);
    if (!row) return undefined;
    const breaker = new QualityBreaker(subject, this.listener, row);
    this.qualities.set(subject, breaker);
    return breaker;
  }

  private qualityRefusal(call: Call, nowMs: number): Extract<Admission, { state: 'refused' }> | undefined {
    if (call.type !== 'model' || !call.quality) return undefined;
    const breaker = this.qualityOf(call.quality.subject);
    if (!breaker || breaker.lets(stepOf(call), nowMs)) return undefined;
    const { until } = breaker;
    return { state: 'refused', reason: 'quality', ...(until === undefined ? {} : { until }) };
  }

  /** A breaker has opened: who waits behind it is told at once. */
  private clearLines({ subject, until }: BreakerChange): void {
    for (const dependency of this.crowded) {
      const own = dependency.breakers.find((breaker) => breaker.subject === subject);
      for (const line of dependency.waiting.values())
        for (const entry of line) {
          const { call } = entry;
          if (entry.breaker === own) this.refuse(entry, 'circuit_open', until);
          else if (call.type === 'model' && call.quality?.subject === subject)
            this.refuse(entry, 'quality', until);
        }
    }
  }

  private sweep(nowMs: number): void {
    for (const [name, dependency] of this.dependencies)
      if (dependency.isIdle(nowMs)) this.dependencies.delete(name);
    this.sweepAt = Math.max(SWEEP_FROM, this.dependencies.size * 2);
  }
}

/** An outcome that is uncertain is a timeout or a lost connection of a call that must not be repeated. */
function verdictOf(kind: FailureKind | 'ok'): Verdict {
  if (kind === 'timeout' || kind === 'unavailable' || kind === 'uncertain') return 'bad';
  return kind !== 'ok' && UNJUDGED.has(kind) ? 'none' : 'good';
}

function keyOf(runId: string, callId: string): string {
  return `${runId}\n${callId}`;
}

function stepOf(call: Call): string {
  return `${call.runId}\n${call.step}`;
}
