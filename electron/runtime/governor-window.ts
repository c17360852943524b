/** Counts over the last minute in slots of a second: constant memory however many calls there were. */
const SLOTS = 60;
const SLOT_MS = 1000;

export class MinuteCounter {
  private readonly counts = new Uint32Array(SLOTS);
  private newest = 0;
  private sum = 0;

  add(nowMs: number): void {
    this.advance(nowMs);
    const slot = this.newest % SLOTS;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    this.sum += 1;
  }

  total(nowMs: number): number {
    this.advance(nowMs);
    return this.sum;
  }

  private advance(nowMs: number): void {
    const second = Math.floor(nowMs / SLOT_MS);
    // a clock that was set back counts into the newest slot
    if (second <= this.newest) return;
    if (second - this.newest >= SLOTS) {
      this.counts.fill(0);
      this.sum = 0;
    } else {
      for (let each = this.newest + 1; each <= second; each++) {
        this.sum -= this.counts[each % SLOTS] ?? 0;
        this.counts[each % SLOTS] = 0;
      }
    }
    this.newest = second;
  }
}
