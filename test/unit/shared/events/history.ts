/** Builds hand-written histories: seq and time are counted, everything else is as given. */
import type { DataOf, EventType, RunEvent, Usage } from '../../../../shared/events/event';
import { EMPTY_USAGE } from '../../../../shared/events/event';

export const START = Date.UTC(2030, 0, 2, 3, 4, 5);

export class History {
  readonly events: RunEvent[] = [];
  private now = START;

  constructor(private readonly runId = 'r1') {}

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  add<T extends EventType>(type: T, data: DataOf<T>, step?: string, attempt?: number): this {
    this.events.push({
      runId: this.runId,
      seq: this.events.length + 1,
      type,
      at: this.now,
      ...(step === undefined ? {} : { step }),
      ...(attempt === undefined ? {} : { attempt }),
      data,
    } as unknown as RunEvent); // type and data were checked against each other by the signature
    return this;
  }

  begin(more: Partial<DataOf<'run.started'>> = {}): this {
    return this.add('run.started', {
      flowId: 'flow',
      flowVersion: '1.0.0',
      semanticHash: 'sha256:aa',
      engineVersion: '1',
      mode: 'live',
      input: { ticket: 'T1' },
      seed: 7,
      ...more,
    });
  }

  start(step: string, kind: string, more: Partial<DataOf<'step.started'>> = {}): this {
    const node = more.node ?? (/([A-Za-z0-9_]+)(?:#\d+)?(?:\[\d+\])?(?:~undo)?$/.exec(step)?.[1] as string);
    return this.add('step.started', { node, kind, viewHash: 'v', reads: {}, ...more }, step);
  }

  commit(step: string, routes: [string, string][], more: Partial<DataOf<'step.committed'>> = {}): this {
    const data = {
      output: null,
      routes: routes.map(([port, to]) => ({ port, to })),
      writes: [],
      usage: EMPTY_USAGE,
      ...more,
    };
    return this.add('step.committed', data, step);
  }

  task(task: string, step: string | undefined, more: Partial<DataOf<'human.asked'>> = {}): this {
    const data = {
      task,
      type: 'checkpoint' as const,
      title: 'Agree?',
      evidence: [],
      choices: [{ port: 'approved', label: 'Yes' }],
      ...more,
    };
    return this.add('human.asked', data, step);
  }

  model(step: string, attempt: number, more: Partial<DataOf<'model.completed'>> = {}): this {
    const data = {
      turn: 1,
      purpose: 'turn' as const,
      model: 'reader',
      requestHash: 'q',
      message: 'hello',
      toolCalls: [],
      finish: 'stop',
      usage: { in: 10, out: 5 },
      cost: { amount: 0.25, currency: 'USD' },
      ...more,
    };
    return this.add('model.completed', data, step, attempt);
  }
}

export function usage(more: Partial<Usage>): Usage {
  return { ...EMPTY_USAGE, ...more };
}
