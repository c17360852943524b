import { afterEach, beforeEach } from 'vitest';
import type { RunStore, StoreFaults } from '../../electron/store/run-store';
import { RunScript, START_AT } from '../fakes/run-events';

export interface RunLogSubject {
  open(options: { clock: () => number; faults?: StoreFaults }): RunStore;
  /** What a new process finds; the store opened before stays as it is, as a stale process would. */
  takeOver(): RunStore;
  dispose(): void;
}

export const long = (length: number, letter = 'x') => letter.repeat(length);

/** A fresh store for each test. */
export class RunLogBench {
  subject!: RunLogSubject;
  store!: RunStore;
  faults: { -readonly [K in keyof StoreFaults]: StoreFaults[K] } = {};
  now = START_AT;

  constructor(makeSubject: () => RunLogSubject) {
    beforeEach(() => {
      this.faults = {};
      this.now = START_AT;
      this.subject = makeSubject();
      this.store = this.subject.open({ clock: () => this.now, faults: this.faults });
    });
    afterEach(() => this.subject.dispose());
  }

  /** A run whose first event is committed. */
  start(runId = 'r1', ...rest: Parameters<RunScript['first']>): RunScript {
    const run = new RunScript(runId);
    this.store.commit([run.first(...rest)]);
    return run;
  }
}
