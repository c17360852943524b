/**
 * The breaker on an agent's results: consecutive ones under the gate open it, so that an agent that invents things stops
 * before it spoils more. Half-open, one step at a time may try: it makes several calls and only its checked result
 * decides, so its place is kept between them, at most for one cooldown.
 */
import type { BreakerRow } from '../../shared/ports/run-log';
import type { BreakerListener, BreakerState } from './governor-breaker';

export interface QualitySettings {
  readonly failures: number;
  readonly cooldownMs: number;
}

export class QualityBreaker {
  state: BreakerState = 'closed';
  until: number | undefined;
  private failures: number[] = [];
  private holder: string | undefined;
  private holderCalls = 0;
  private heldUntil = 0;

  constructor(
    readonly subject: string,
    private readonly listener: BreakerListener,
    row?: BreakerRow,
  ) {
    if (!row) return;
    this.state = row.state;
    this.until = row.until;
    this.failures = [...row.failures];
  }

  lets(step: string, nowMs: number): boolean {
    if (this.state === 'closed') return true;
    if (this.state === 'open') return nowMs >= (this.until ?? 0);
    if (this.holder === undefined || this.holder === step) return true;
    return this.holderCalls === 0 && nowMs >= this.heldUntil;
  }

  enter(step: string, settings: QualitySettings, nowMs: number): void {
    if (this.state === 'closed') return;
    if (this.state === 'open') this.turn('half-open');
    if (this.holder !== step) this.holderCalls = 0;
    this.holder = step;
    this.holderCalls += 1;
    this.heldUntil = nowMs + settings.cooldownMs;
  }

  /** A call of the step is over; one that failed or was dropped gives the place to whoever comes next. */
  leave(step: string, keeps: boolean): void {
    if (this.holder !== step) return;
    this.holderCalls = Math.max(0, this.holderCalls - 1);
    if (!keeps && this.holderCalls === 0) this.holder = undefined;
  }

  judge(passed: boolean, settings: QualitySettings, nowMs: number): void {
    if (this.state === 'open') return; // a result from before it opened
    if (passed) {
      if (this.state === 'half-open') this.turn('closed');
      else if (this.failures.length > 0) this.listener.touched(this);
      this.failures = [];
      return;
    }
    this.failures.push(nowMs);
    if (this.failures.length > settings.failures) this.failures.shift();
    if (this.state === 'half-open' || this.failures.length >= settings.failures)
      this.turn('open', nowMs + settings.cooldownMs);
    else this.listener.touched(this);
  }

  isIdle(): boolean {
    return this.state === 'closed' && this.failures.length === 0;
  }

  toRow(): BreakerRow {
    const { subject, state, until, failures } = this;
    return { subject, state, ...(until === undefined ? {} : { until }), failures: [...failures] };
  }

  private turn(to: BreakerState, until?: number): void {
    const from = this.state;
    this.state = to;
    this.until = until;
    this.holder = undefined;
    this.holderCalls = 0;
    this.listener.touched(this);
    this.listener.changed({ subject: this.subject, from, to, ...(until === undefined ? {} : { until }) });
  }
}
