/** What the window hears of runs: gathered for a moment, with the state of each run read once per flush, after the commit. */
import type { LiveDelta, RunEvent } from '../../../shared/events/event';
import { PushBatch } from '../../../shared/ipc/push-batch';
import type { FromService, ServicePush } from '../../../shared/ipc/service';
import type { RunLog } from '../../../shared/ports/run-log';

const FLUSH_MS = 16;

export interface PushOutOptions {
  readonly log: Pick<RunLog, 'run' | 'tasks'>;
  send(message: FromService): void;
  later(flush: () => void, delayMs: number): void;
}

export class PushOut {
  private readonly options: PushOutOptions;
  private readonly batch = new PushBatch();
  private readonly changed = new Set<string>();
  private areTasksChanged = false;
  private isScheduled = false;

  constructor(options: PushOutOptions) {
    this.options = options;
  }

  onEvents(events: readonly RunEvent[]): void {
    for (const [runId, own] of byRun(events)) {
      this.changed.add(runId);
      this.batch.add({ name: 'run.events', payload: { runId, events: own } });
    }
    for (const event of events) {
      if (event.type.startsWith('human.') || event.type.startsWith('run.')) this.areTasksChanged = true;
      if (event.type === 'human.asked') this.announce(event);
    }
    this.schedule();
  }

  onDelta(delta: LiveDelta): void {
    this.batch.add({ name: 'run.deltas', payload: [delta] });
    this.schedule();
  }

  push(push: ServicePush): void {
    this.batch.add(push);
    this.schedule();
  }

  /** Runs were removed, or others may have changed: the list has to be asked for again. */
  onRunsRemoved(): void {
    this.areTasksChanged = true;
    this.schedule();
  }

  private announce(event: RunEvent<'human.asked'>): void {
    const run = this.options.log.run(event.runId);
    // Rehearsals ask nobody.
    if (!run || run.mode !== 'live') return;
    const { task, title } = event.data;
    this.options.send({ type: 'newTask', task: { task, title, runId: event.runId }, flowName: run.flowName });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.options.later(() => {
      this.isScheduled = false;
      this.flush();
    }, FLUSH_MS);
  }

  private flush(): void {
    // Forgotten first: a database that cannot be read is not asked the same again with every flush.
    const [changed, areTasksChanged] = [[...this.changed], this.areTasksChanged];
    this.changed.clear();
    this.areTasksChanged = false;
    const hints = changed.flatMap((runId) => {
      const run = this.options.log.run(runId);
      return run ? [{ runId, lastSeq: run.lastSeq, status: run.status }] : [];
    });
    if (hints.length > 0) this.batch.add({ name: 'runs.changed', payload: hints });
    if (areTasksChanged)
      this.batch.add({ name: 'tasks.changed', payload: { open: this.options.log.tasks().length } });
    const pushes = this.batch.drain();
    if (pushes.length > 0) this.options.send({ type: 'pushes', pushes });
  }
}

function byRun(events: readonly RunEvent[]): Map<string, RunEvent[]> {
  const groups = new Map<string, RunEvent[]>();
  for (const event of events) {
    const group = groups.get(event.runId);
    if (group) group.push(event);
    else groups.set(event.runId, [event]);
  }
  return groups;
}
