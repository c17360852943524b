/** A token bucket: full at first, refilled evenly; holds as many calls as its window allows. */
import type { CallLimits } from '../../shared/ports/calls';

export type RateSettings = NonNullable<CallLimits['rateLimit']>;

// a refill computed in fractions may fall short of a whole token by a rounding error
const NEARLY = 1e-6;

export class TokenBucket {
  private tokens: number;

  constructor(
    readonly settings: RateSettings,
    private refilledAt: number,
  ) {
    this.tokens = settings.requests;
  }

  isFor(settings: RateSettings): boolean {
    return this.settings.requests === settings.requests && this.settings.perMs === settings.perMs;
  }

  /** When the next call may go: not later than `nowMs` when it may go now. */
  readyAt(nowMs: number): number {
    this.refill(nowMs);
    const missing = 1 - this.tokens;
    if (missing <= NEARLY) return nowMs;
    return this.refilledAt + Math.ceil((missing * this.settings.perMs) / this.settings.requests - NEARLY);
  }

  /** Calls held to other limits use the dependency too; they never leave a debt. */
  take(nowMs: number): void {
    this.refill(nowMs);
    this.tokens = Math.max(0, this.tokens - 1);
  }

  isFull(nowMs: number): boolean {
    this.refill(nowMs);
    return this.tokens >= this.settings.requests;
  }

  private refill(nowMs: number): void {
    if (nowMs <= this.refilledAt) return;
    const { requests, perMs } = this.settings;
    this.tokens = Math.min(requests, this.tokens + ((nowMs - this.refilledAt) * requests) / perMs);
    this.refilledAt = nowMs;
  }
}
