/** Short ways to write the events of a run in tests. */
import type { DataOf, EventType, RunEvent, Usage } from '../../shared/events/event';
import { EMPTY_USAGE } from '../../shared/events/event';
import type { RunAppend } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';

export const START_AT = 1_763_720_000_000;
export const SEMANTIC_HASH = `sha256:${'ab'.repeat(32)}`;

export function testFlow(id = 'support', name = 'Support'): Flow {
  return { format: 'baton.flow/1', id, name, version: '1.2.0', nodes: {}, edges: [] };
}

/** Writes a run's events one after the other: sequence numbers and times come by themselves. */
export class RunScript {
  seq = 0;
  at: number;

  constructor(
    readonly runId: string,
    at = START_AT,
  ) {
    this.at = at;
  }

  event<T extends EventType>(type: T, data: DataOf<T>, step?: string, attempt?: number): RunEvent {
    this.seq += 1;
    this.at += 10;
    // The parameters tie `data` to `type`; TypeScript cannot see that the union has this member.
    return {
      runId: this.runId,
      seq: this.seq,
      type,
      at: this.at,
      ...(step === undefined ? {} : { step }),
      ...(attempt === undefined ? {} : { attempt }),
      data,
    } as unknown as RunEvent;
  }

  started(extra: Partial<DataOf<'run.started'>> = {}): RunEvent {
    return this.event('run.started', {
      flowId: 'support',
      flowVersion: '1.2.0',
      semanticHash: SEMANTIC_HASH,
      engineVersion: '1',
      mode: 'live',
      input: { text: 'hello' },
      seed: 7,
      ...extra,
    });
  }

  /** The first commit of the run. */
  first(extra: Partial<DataOf<'run.started'>> = {}, flow: Flow = testFlow()): RunAppend {
    return {
      runId: this.runId,
      created: { flow, semanticHash: SEMANTIC_HASH },
      events: [this.started(extra)],
    };
  }

  stepStarted(step: string, kind = 'tool'): RunEvent {
    return this.event('step.started', { node: step, kind, viewHash: SEMANTIC_HASH, reads: {} }, step);
  }

  committed(step: string, data: Partial<DataOf<'step.committed'>> = {}): RunEvent {
    return this.event(
      'step.committed',
      { output: null, routes: [], writes: [], usage: EMPTY_USAGE, ...data },
      step,
    );
  }

  stepFailed(step: string, data: Partial<DataOf<'step.failed'>> = {}): RunEvent {
    return this.event(
      'step.failed',
      {
        kind: 'timeout',
        code: 'tool/late',
        message: 'It took too long.',
        attempts: 1,
        effects: [],
        routed: 'onFailure',
        usage: EMPTY_USAGE,
        ...data,
      },
      step,
    );
  }

  asked(task: string, step: string | undefined, data: Partial<DataOf<'human.asked'>> = {}): RunEvent {
    const choices = [{ port: 'approved', label: 'Approve' }];
    return this.event(
      'human.asked',
      { task, type: 'checkpoint', title: `Look at ${task}`, evidence: [], choices, ...data },
      step,
    );
  }

  decided(task: string, step: string | undefined, data: Partial<DataOf<'human.decided'>> = {}): RunEvent {
    return this.event('human.decided', { task, choice: 'approved', by: 'ada', via: 'app', ...data }, step);
  }

  completed(usage: Usage = EMPTY_USAGE): RunEvent {
    return this.event('run.completed', {
      output: { done: true },
      end: 'end',
      usage,
      path: [],
      stateHash: 'state',
    });
  }

  /** A commit of these events. */
  append(...events: readonly RunEvent[]): RunAppend {
    return { runId: this.runId, events };
  }
}
