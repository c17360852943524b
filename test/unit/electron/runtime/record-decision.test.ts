import { expect, test } from 'vitest';
import { checkDecision, recordDecision } from '../../../../electron/runtime/record-decision';
import { createRuntime } from '../../../../electron/runtime/runtime';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { pure, rowOf } from '../../../fakes/small-flow';
import { SteppedClock } from '../../../simulation/crash-world';

const ask: FlowNode = { kind: 'human', mode: 'approve', title: 'Well?', deadline: 'PT1H' };
const HOUR = 3_600_000;
const approved = { runId: 'run', task: 'h', choice: 'approved', by: 'me', via: 'test' };

function runtimeOn(log: MemoryRunLog, nowMs: number) {
  const never = () => Promise.reject(new Error('nothing is called here'));
  return createRuntime({
    log,
    clock: new SteppedClock(nowMs),
    pure,
    executors: { tool: never, code: never, model: never },
    entropy: { seed: () => 1, runId: () => 'run' },
    secret: async () => undefined,
  });
}

/** A run that was asked at time 1000 and left. */
async function waiting(): Promise<MemoryRunLog> {
  const log = new MemoryRunLog();
  const runtime = runtimeOn(log, 1000);
  const grants = { trust: false, baseFolder: '.', granted: {} };
  runtime.start({ flow: rowOf({ h: ask }), semanticHash: 'sha256:a', input: {}, mode: 'live', grants });
  await runtime.close();
  return log;
}

test('the first of decision and deadline counts: one that comes later is refused and changes nothing', async () => {
  const log = await waiting();
  const before = log.events('run').length;
  const late = expect.objectContaining({ code: 'task/closed' });
  expect(() => recordDecision(log, pure, approved, 1000 + HOUR)).toThrow(late);
  expect(() => checkDecision(log, pure, approved, 1000 + HOUR)).toThrow(late);
  expect(log.events('run')).toHaveLength(before);
  expect(recordDecision(log, pure, approved, 999 + HOUR)).toBe(999 + HOUR);
  expect(() => recordDecision(log, pure, approved, 999 + HOUR)).toThrow(late);
});

test('a deadline that passed while nobody drove the run is recorded as the run is taken up, before any answer', async () => {
  const log = await waiting();
  const runtime = runtimeOn(log, 1000 + HOUR);
  runtime.recover('run', { answers: { h: { choice: 'approved' } } });
  expect(log.run('run')).toMatchObject({ status: 'failed', reason: 'expired' });
  expect(log.events('run').map((event) => event.type)).not.toContain('human.decided');
  expect(runtime.replay('run').verdict).toBe('identical');
  await runtime.close();
});

test('until then an answer given with the taking up counts', async () => {
  const log = await waiting();
  const runtime = runtimeOn(log, 999 + HOUR);
  runtime.recover('run', { answers: { h: { choice: 'approved' } } });
  expect(log.run('run')).toMatchObject({ status: 'completed' });
  await runtime.close();
});
