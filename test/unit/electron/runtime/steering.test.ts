/** The runtime on a clock of its own: moves to edited flows, queues while paused, who decided. */
import { describe, expect, test } from 'vitest';
import { createRuntime } from '../../../../electron/runtime/runtime';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import type { RuntimeApi, StartOptions } from '../../../../electron/runtime/api';
import type { Call, ValueOutcome } from '../../../../shared/ports/calls';
import type { Flow } from '../../../../shared/spec/flow';
import { SteppedClock } from '../../../simulation/crash-world';
import { flowOf, gives, pure, rowOf } from '../../../fakes/small-flow';

type Overrides = NonNullable<StartOptions['overrides']>;

const GRANTS = { trust: true, baseFolder: '.', granted: {} };
const look = { kind: 'tool', tool: 'look' } as const;
const wait = { kind: 'human', mode: 'approve', title: 'Well?' } as const;

class Stage {
  readonly log: MemoryRunLog;
  readonly clock = new SteppedClock(1000);
  readonly calls: string[] = [];
  readonly #open = new Map<string, (outcome: ValueOutcome) => void>();
  readonly runtime: RuntimeApi;

  constructor(log = new MemoryRunLog()) {
    this.log = log;
    const call = (asked: Call): Promise<ValueOutcome> => {
      this.calls.push(`${asked.runId}/${asked.step}`);
      return new Promise((resolve) => {
        this.#open.set(`${asked.runId}/${asked.step}`, resolve);
      });
    };
    const { clock } = this;
    const executors = { tool: call, code: call, model: () => Promise.reject(new Error('no models here')) };
    const entropy = { seed: () => 1, runId: () => 'run' };
    this.runtime = createRuntime({ log, clock, pure, executors, entropy, secret: async () => undefined });
  }

  /** The same record in the hands of another process. */
  reopened(): Stage {
    return new Stage(this.log);
  }

  async start(flow: Flow, runId = 'run', overrides: Overrides = {}): Promise<void> {
    const start = { flow, semanticHash: 'sha256:a', input: {}, mode: 'live', runId, grants: GRANTS } as const;
    this.runtime.start({ ...start, overrides });
    await this.settle();
  }

  async answer(place: string, outcome: ValueOutcome = gives({ n: 1 })): Promise<void> {
    this.#open.get(place)?.(outcome);
    await this.settle();
  }

  /** Everything that needs no time to pass has happened. */
  async settle(): Promise<void> {
    do await new Promise(setImmediate);
    while (this.clock.pump());
  }

  types(runId = 'run'): string[] {
    return this.log.events(runId).map((event) => event.type);
  }
}

const before = rowOf({ a: look, h: wait });
const after: Flow = {
  ...before,
  nodes: { ...before.nodes, b: look, h: { ...wait, title: 'Well then?' } },
  edges: before.edges.flatMap((edge) =>
    edge.to === 'end'
      ? [
          { ...edge, to: 'b' },
          { from: 'b', port: 'next', to: 'end' },
        ]
      : [edge],
  ),
};

describe('moving a run to an edited flow', () => {
  test('goes on under that flow, says so in the record, and replays', async () => {
    const stage = new Stage();
    await stage.start(before);
    await stage.answer('run/a');
    const edited = { ...after, nodes: { ...after.nodes, h: before.nodes['h'] ?? wait } };
    stage.runtime.migrate({ runId: 'run', flow: edited, semanticHash: 'sha256:b' });
    stage.runtime.decide({ runId: 'run', task: 'h', choice: 'approved', by: 'me', via: 'test' });
    await stage.settle();
    await stage.answer('run/b', gives({ n: 2 }));
    expect(stage.log.run('run')).toMatchObject({ status: 'completed', semanticHash: 'sha256:b' });
    expect(stage.calls).toEqual(['run/a', 'run/b']);
    const migrated = stage.log.events('run').filter((event) => event.type === 'run.migrated');
    expect(migrated.map((event) => event.data)).toEqual([{ from: 'sha256:a', to: 'sha256:b' }]);
    expect(stage.runtime.replay('run').verdict).toBe('identical');
  });

  test.each<[string, Flow]>([
    ['a question that was asked in other words', after],
    ['a step that is gone', rowOf({ h: wait })],
    ['a step of another kind', rowOf({ a: { kind: 'transform', output: 1 }, h: wait })],
    ['a step put before what has been done', rowOf({ x: look, a: look, h: wait })],
  ])('is refused for %s, and changes nothing', async (_what, flow) => {
    const stage = new Stage();
    await stage.start(before);
    await stage.answer('run/a');
    const types = stage.types();
    expect(() => stage.runtime.migrate({ runId: 'run', flow, semanticHash: 'sha256:b' })).toThrow(
      expect.objectContaining({ code: 'run/migration' }),
    );
    expect(stage.types()).toEqual(types);
    expect(stage.log.run('run')?.semanticHash).toBe('sha256:a');
  });

  test('is looked into without being done', async () => {
    const stage = new Stage();
    await stage.start(before);
    await stage.answer('run/a');
    const types = stage.types();
    const fits = { ...after, nodes: { ...after.nodes, h: before.nodes['h'] ?? wait } };
    const ask = (flow: Flow) =>
      stage.runtime.migrate({ runId: 'run', flow, semanticHash: 'sha256:b', checkOnly: true });
    expect(() => ask(fits)).not.toThrow();
    expect(() => ask(after)).toThrow(expect.objectContaining({ code: 'run/migration' }));
    expect(stage.types()).toEqual(types);
    expect(stage.log.run('run')?.semanticHash).toBe('sha256:a');
  });

  test('waits for calls in flight, and for no run that has ended', async () => {
    const stage = new Stage();
    await stage.start(before);
    const move = { runId: 'run', flow: after, semanticHash: 'sha256:b' };
    expect(() => stage.runtime.migrate(move)).toThrow(expect.objectContaining({ code: 'run/busy' }));
    await stage.answer('run/a');
    stage.runtime.decide({ runId: 'run', task: 'h', choice: 'approved', by: 'me', via: 'test' });
    await stage.settle();
    expect(() => stage.runtime.migrate(move)).toThrow(expect.objectContaining({ code: 'run/finished' }));
    expect(() => stage.runtime.migrate({ ...move, runId: 'none' })).toThrow(
      expect.objectContaining({ code: 'run/unknown' }),
    );
  });
});

describe('a call that waits for a place', () => {
  const oneAtATime = { policies: { default: { concurrency: 1 } } };
  const both = flowOf({
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      a: look,
      b: look,
      join: { kind: 'join' },
      end: { kind: 'end' },
    },
    edges: ['start > fork', 'fork.branch > a', 'fork.branch > b', 'a > join', 'b > join', 'join > end'],
    ...oneAtATime,
  });

  test('is not made while its run is paused, and is when it goes on', async () => {
    const stage = new Stage();
    await stage.start(both);
    expect(stage.calls).toEqual(['run/a']);
    stage.runtime.pause('run', 'me');
    await stage.answer('run/a');
    expect(stage.calls).toEqual(['run/a']);
    expect(
      stage.log.events('run').filter(({ type, step }) => type === 'attempt.started' && step === 'b'),
    ).toEqual([]);
    stage.runtime.resume('run', 'me');
    await stage.settle();
    expect(stage.calls).toEqual(['run/a', 'run/b']);
    await stage.answer('run/b');
    expect(stage.log.run('run')?.status).toBe('completed');
    expect(stage.runtime.replay('run').verdict).toBe('identical');
  });

  test('leaves the place to another run while its own is paused', async () => {
    const stage = new Stage();
    await stage.start(both, 'one');
    await stage.start(rowOf({ c: look }, oneAtATime), 'two');
    expect(stage.calls).toEqual(['one/a']);
    stage.runtime.pause('one', 'me');
    await stage.answer('one/a');
    expect(stage.calls).toEqual(['one/a', 'two/c']);
  });
});

describe('breakpoints of a run that is under way', () => {
  const flow = rowOf({ a: look, b: look, c: look });
  const before = (node: string) => ({ node, when: 'before' }) as const;

  test('set while it runs, it stops there; the record says who set them, and replays', async () => {
    const stage = new Stage();
    await stage.start(flow);
    stage.runtime.setBreakpoints('run', [before('c')], 'ada');
    await stage.answer('run/a');
    await stage.answer('run/b', gives({ n: 2 }));
    expect(stage.log.run('run')).toMatchObject({ status: 'paused' });
    expect(stage.calls).toEqual(['run/a', 'run/b']);
    const set = stage.log.events('run').filter((event) => event.type === 'breakpoints.set');
    expect(set.map((event) => event.data)).toEqual([{ breakpoints: [before('c')], by: 'ada' }]);
    stage.runtime.resume('run', 'ada');
    await stage.settle();
    await stage.answer('run/c', gives({ n: 3 }));
    expect(stage.log.run('run')).toMatchObject({ status: 'completed' });
    expect(stage.runtime.replay('run').verdict).toBe('identical');
    expect(stage.runtime.replay('run', flow).verdict).toBe('identical');
  });

  test('cleared while it is paused, it goes on without stopping again', async () => {
    const stage = new Stage();
    await stage.start(flow, 'run', { breakpoints: [before('b'), before('c')] });
    await stage.answer('run/a');
    expect(stage.log.run('run')).toMatchObject({ status: 'paused' });
    stage.runtime.setBreakpoints('run', [], 'ada');
    expect(stage.log.run('run')).toMatchObject({ status: 'paused' });
    stage.runtime.resume('run', 'ada');
    await stage.settle();
    await stage.answer('run/b', gives({ n: 2 }));
    await stage.answer('run/c', gives({ n: 3 }));
    expect(stage.log.run('run')).toMatchObject({ status: 'completed' });
    expect(stage.runtime.replay('run').verdict).toBe('identical');
    expect(stage.runtime.replay('run', flow).verdict).toBe('identical');
  });

  test('one on the node it stands at is still ahead; one it has stopped at is behind', async () => {
    const stage = new Stage();
    await stage.start(flow);
    stage.runtime.pause('run', 'ada');
    await stage.answer('run/a');
    stage.runtime.setBreakpoints('run', [before('b')], 'ada');
    stage.runtime.resume('run', 'ada');
    await stage.settle();
    expect(stage.log.run('run')).toMatchObject({ status: 'paused' });
    expect(stage.calls).toEqual(['run/a']);
    stage.runtime.setBreakpoints('run', [before('b'), before('c')], 'ada');
    stage.runtime.resume('run', 'ada');
    await stage.settle();
    expect(stage.calls).toEqual(['run/a', 'run/b']);
  });

  test('are the same after the program was opened again', async () => {
    const stage = new Stage();
    await stage.start(flow);
    stage.runtime.setBreakpoints('run', [before('b')], 'ada');
    const next = stage.reopened();
    next.runtime.recover();
    await next.settle();
    await next.answer('run/a');
    expect(next.log.run('run')).toMatchObject({ status: 'paused' });
    expect(next.calls).toEqual(['run/a']);
  });

  test('are refused where they name nothing, and for a run that has ended', async () => {
    const stage = new Stage();
    await stage.start(flow);
    const types = stage.types();
    expect(() => stage.runtime.setBreakpoints('run', [before('gone')], 'ada')).toThrow(
      expect.objectContaining({ code: 'input/invalid', message: expect.stringContaining('"gone"') }),
    );
    expect(stage.types()).toEqual(types);
    stage.runtime.cancel('run', false, 'ada');
    await stage.settle();
    expect(() => stage.runtime.setBreakpoints('run', [before('b')], 'ada')).toThrow(
      expect.objectContaining({ code: 'run/finished' }),
    );
    await expect(stage.start(flow, 'other', { breakpoints: [before('gone')] })).rejects.toMatchObject({
      code: 'input/invalid',
    });
  });
});
