import { expect, test } from 'vitest';
import type { RuntimeApi, RuntimeClock } from '../../../../electron/runtime/api';
import { createPure } from '../../../../electron/runtime/pure/create-pure';
import { createRuntime } from '../../../../electron/runtime/runtime';
import { stoppedIn } from '../../../../electron/runtime/stopped-expressions';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import type { DataOf, RunEvent } from '../../../../shared/events/event';
import { Flow } from '../../../../shared/spec/flow';

const pure = createPure();
const AT = 1_700_000_000_000;
const SLOW = '$sum([1, 2])';
const STOPPED = [pure.sha256(SLOW), pure.sha256('something else')];

const clock: RuntimeClock = {
  now: () => AT,
  at: () => () => undefined,
  soon: (task) => void setImmediate(task),
};

/** A person is asked, then the expression is evaluated. */
const flow = Flow.parse({
  format: 'baton.flow/1',
  id: 'flow',
  name: 'Flow',
  version: '1.0.0',
  nodes: {
    start: { kind: 'start' },
    ask: { kind: 'human', mode: 'approve', title: 'Go on?' },
    sum: { kind: 'transform', output: { total: { $: SLOW } } },
    end: { kind: 'end' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'ask' },
    { from: 'ask', port: 'approved', to: 'sum' },
    { from: 'sum', port: 'next', to: 'end' },
  ],
});

function runtimeOn(log: MemoryRunLog, stoppedExpressions?: readonly string[]): RuntimeApi {
  const nothing = () => Promise.reject(new Error('nothing is called here'));
  return createRuntime({
    log,
    pure,
    clock,
    ...(stoppedExpressions ? { stoppedExpressions } : {}),
    executors: { tool: nothing, model: nothing, code: nothing },
    entropy: { seed: () => 1, runId: () => 'fork' },
    secret: async () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
}

function start(runtime: RuntimeApi): void {
  const grants = { trust: true, baseFolder: '.', granted: {} };
  runtime.start({ flow, semanticHash: 'hash', input: {}, mode: 'live', runId: 'run', grants });
}

async function decide(runtime: RuntimeApi, log: MemoryRunLog, runId = 'run'): Promise<string | undefined> {
  const [task] = log.tasks(runId);
  runtime.decide({ runId, task: task?.task ?? '', choice: 'approved', by: 'ada', via: 'test' });
  const { error } = await runtime.settled(runId, { throughWaits: true });
  return error?.code;
}

function lastOf<T extends RunEvent['type']>(
  log: MemoryRunLog,
  type: T,
  runId = 'run',
): DataOf<T> | undefined {
  const events = [...log.events(runId)].filter((event) => event.type === type);
  return events.at(-1)?.data as DataOf<T> | undefined;
}

test('an expression that had to be stopped is refused from the next start on, and everywhere its record is read', async () => {
  const log = new MemoryRunLog({ clock: () => AT });
  const before = runtimeOn(log);
  start(before);
  await before.settled('run');
  await before.close();

  const after = runtimeOn(log, STOPPED);
  expect(after.recover()).toEqual(['run']);
  expect(await decide(after, log)).toBe('expr/limit');
  expect(lastOf(log, 'run.recovered')).toMatchObject({
    interrupted: [],
    stoppedExpressions: [pure.sha256(SLOW)],
  });
  const elsewhere = runtimeOn(log).replay('run');
  expect(elsewhere).toMatchObject({ verdict: 'identical' });
});

test('a run that starts afterwards says so in its first event, and nothing is said twice', async () => {
  const log = new MemoryRunLog({ clock: () => AT });
  const runtime = runtimeOn(log, STOPPED);
  start(runtime);
  await runtime.settled('run');
  expect(lastOf(log, 'run.started')?.overrides?.stoppedExpressions).toEqual([pure.sha256(SLOW)]);
  await runtime.close();
  const again = runtimeOn(log, STOPPED);
  again.recover();
  await again.settled('run');
  expect(lastOf(log, 'run.recovered')).toBeUndefined();
});

test('a fork from before it was stopped does not evaluate it either', async () => {
  const log = new MemoryRunLog({ clock: () => AT });
  const before = runtimeOn(log);
  start(before);
  await before.settled('run');
  expect(await decide(before, log)).toBeUndefined();
  await before.close();

  const after = runtimeOn(log, STOPPED);
  after.fork({ runId: 'run', at: 2, by: 'ada' });
  await after.settled('fork');
  expect(await decide(after, log, 'fork')).toBe('expr/limit');
});

test('a flow without such an expression records nothing', async () => {
  const log = new MemoryRunLog({ clock: () => AT });
  const runtime = runtimeOn(log, [pure.sha256('something else')]);
  start(runtime);
  await runtime.settled('run');
  expect(lastOf(log, 'run.started')?.overrides).not.toHaveProperty('stoppedExpressions');
});

test('an expression is found in a template too', () => {
  const { ask } = flow.nodes;
  const asking = { ...flow, nodes: { ask: { ...ask, title: `It is {{ ${SLOW} }}` } } } as Flow;
  expect(stoppedIn(asking, STOPPED, pure.sha256)).toEqual([pure.sha256(SLOW)]);
  expect(stoppedIn(asking, [], pure.sha256)).toBeUndefined();
});
