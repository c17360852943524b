/**
 * The circuit breaker of one dependency under one setting.
 *
 * B1. Closed: failures within the window are counted; as many as the setting says open it.
 * B2. Open: nothing goes until the cooldown is over.
 * B3. Half-open: at most `halfOpen` probes at a time; the first probe that is judged decides.
 * B4. A result of a call that went out under an earlier state changes nothing.
 */
import type { CallLimits } from '../../shared/ports/calls';
import type { BreakerRow } from '../../shared/ports/run-log';

export type BreakerState = BreakerRow['state'];
export type BreakerSettings = CallLimits['breaker'];

/** What a result says about the dependency; `none`: nothing, it only frees the place. */
export type Verdict = 'good' | 'bad' | 'none';

export interface BreakerChange {
  readonly subject: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly until?: number;
}

/** Hears what has to be stored, and told. */
export interface BreakerListener {
  touched(breaker: { toRow(): BreakerRow }): void;
  changed(change: BreakerChange): void;
}

export class CircuitBreaker {
  state: BreakerState = 'closed';
  until: number | undefined;
  private failures: number[] = [];
  private probes = 0;
  private generation = 0;

  constructor(
    readonly subject: string,
    readonly settings: BreakerSettings,
    private readonly listener: BreakerListener,
    row?: BreakerRow,
  ) {
    if (!row) return;
    this.state = row.state;
    this.until = row.until;
    this.failures = row.failures.slice(-settings.failures);
  }

  isFor(settings: BreakerSettings): boolean {
    const own = this.settings;
    if (own === settings) return true;
    return (
      own.failures === settings.failures &&
      own.windowMs === settings.windowMs &&
      own.cooldownMs === settings.cooldownMs &&
      own.halfOpen === settings.halfOpen
    );
  }

  lets(nowMs: number): boolean {
    if (this.state === 'closed') return true;
    if (this.state === 'open') return nowMs >= (this.until ?? 0);
    return this.probes < this.settings.halfOpen;
  }

  /** A call goes out; what is returned comes back with its result. */
  enter(): number {
    if (this.state === 'closed') return this.generation;
    if (this.state === 'open') this.turn('half-open');
    this.probes += 1;
    return this.generation;
  }

  leave(generation: number, verdict: Verdict, nowMs: number): void {
    if (generation !== this.generation) return;
    if (this.state === 'half-open') {
      this.probes -= 1;
      if (verdict === 'good') this.close();
      else if (verdict === 'bad') this.open(nowMs);
    } else if (this.state === 'closed' && verdict === 'bad') {
      this.count(nowMs);
    }
  }

  isIdle(nowMs: number): boolean {
    const newest = this.failures.at(-1);
    return this.state === 'closed' && (newest === undefined || newest <= nowMs - this.settings.windowMs);
  }

  toRow(): BreakerRow {
    const { subject, state, until, failures } = this;
    return { subject, state, ...(until === undefined ? {} : { until }), failures: [...failures] };
  }

  private count(nowMs: number): void {
    const { failures, windowMs } = this.settings;
    this.failures.push(nowMs);
    while ((this.failures[0] ?? nowMs) <= nowMs - windowMs || this.failures.length > failures)
      this.failures.shift();
    if (this.failures.length >= failures) this.open(nowMs);
    else this.listener.touched(this);
  }

  private open(nowMs: number): void {
    this.turn('open', nowMs + this.settings.cooldownMs);
  }

  private close(): void {
    this.failures = [];
    this.turn('closed');
  }

  private turn(to: BreakerState, until?: number): void {
    const from = this.state;
    this.state = to;
    this.until = until;
    this.probes = 0;
    this.generation += 1;
    this.listener.touched(this);
    this.listener.changed({ subject: this.subject, from, to, ...(until === undefined ? {} : { until }) });
  }
}
