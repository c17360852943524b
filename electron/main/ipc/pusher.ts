/**
 * Pushes to the window, gathered for one frame or two.
 *
 * P1. At most two batches are on their way that the window has not taken: a window that lags gets hints, not a flood.
 * P2. Before the page has loaded nothing is sent; what waits is kept (bounded) and goes out when it has.
 */
import type { PushName, Pushes } from '../../../shared/ipc/contract';
import { PushBatch } from '../../../shared/ipc/push-batch';
import type { ServicePush } from '../../../shared/ipc/service';

const MAX_IN_FLIGHT = 2;

export interface PusherOptions {
  send(pushes: readonly ServicePush[], batch: number): void;
  /** Calls back once after the time of about two frames. */
  later(flush: () => void): void;
}

export class Pusher {
  private readonly options: PusherOptions;
  private readonly batch = new PushBatch();
  private sent = 0;
  private taken = 0;
  private isOpen = false;
  private isScheduled = false;

  constructor(options: PusherOptions) {
    this.options = options;
  }

  push<N extends PushName>(name: N, payload: Pushes[N]): void {
    this.pushAll([{ name, payload } as ServicePush]);
  }

  pushAll(pushes: readonly ServicePush[]): void {
    for (const push of pushes) this.batch.add(push);
    this.schedule();
  }

  /** The window took a batch; 0 means that a page has just loaded and listens. */
  onAck(batch: number): void {
    if (batch === 0) {
      this.isOpen = true;
      this.taken = this.sent;
    } else {
      this.taken = Math.max(this.taken, Math.min(batch, this.sent));
    }
    this.schedule();
  }

  /** The page is gone (closed, crashed, loading again). */
  onPageGone(): void {
    this.isOpen = false;
  }

  private schedule(): void {
    if (this.isScheduled || !this.canSend()) return;
    this.isScheduled = true;
    this.options.later(() => {
      this.isScheduled = false;
      this.flush();
    });
  }

  private canSend(): boolean {
    return this.isOpen && !this.batch.isEmpty && this.sent - this.taken < MAX_IN_FLIGHT;
  }

  private flush(): void {
    if (!this.canSend()) return;
    this.sent += 1;
    this.options.send(this.batch.drain(), this.sent);
  }
}
