import { expect, test } from 'vitest';
import type { RunEvent } from '../../../../shared/events/event';
import { PushBatch } from '../../../../shared/ipc/push-batch';

const event = (runId: string, seq: number): RunEvent => ({
  runId,
  seq,
  type: 'timer.fired',
  at: 1,
  data: { timer: 't' },
});
const events = (runId: string, from: number, count: number): RunEvent[] =>
  Array.from({ length: count }, (_, i) => event(runId, from + i));

test('hints of one run become the last one and stand before its events', () => {
  const batch = new PushBatch();
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 1, 2) } });
  batch.add({ name: 'runs.changed', payload: [{ runId: 'a', lastSeq: 1, status: 'running' }] });
  batch.add({ name: 'runs.changed', payload: [{ runId: 'a', lastSeq: 3, status: 'completed' }] });
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 3, 1) } });
  expect(batch.drain()).toEqual([
    { name: 'runs.changed', payload: [{ runId: 'a', lastSeq: 3, status: 'completed' }] },
    { name: 'run.events', payload: { runId: 'a', events: events('a', 1, 3) } },
  ]);
});

test('too many events: what is kept has no gap, and the hint is still there', () => {
  const batch = new PushBatch();
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 1, 1500) } });
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 1501, 1000) } });
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 2501, 1) } });
  batch.add({ name: 'runs.changed', payload: [{ runId: 'a', lastSeq: 2501, status: 'running' }] });
  const [hint, kept] = batch.drain();
  const seqs = kept?.name === 'run.events' ? kept.payload.events.map((e) => e.seq) : [];
  expect({ hint: hint?.name, first: seqs[0], last: seqs.at(-1), count: seqs.length }).toEqual({
    hint: 'runs.changed',
    first: 1,
    last: 1500,
    count: 1500,
  });
});

test('text of one attempt is joined, and bounded', () => {
  const batch = new PushBatch();
  const delta = { runId: 'a', step: 's', attempt: 1 };
  batch.add({
    name: 'run.deltas',
    payload: [
      { ...delta, text: 'Hel' },
      { ...delta, text: 'lo' },
      { ...delta, step: 't', text: '!' },
    ],
  });
  batch.add({ name: 'run.deltas', payload: [{ ...delta, text: 'x'.repeat(300_000) }] });
  expect(batch.drain()).toEqual([
    {
      name: 'run.deltas',
      payload: [
        { ...delta, text: 'Hello' },
        { ...delta, step: 't', text: '!' },
      ],
    },
  ]);
});

test('a drained batch is empty and takes events of a dropped run again', () => {
  const batch = new PushBatch();
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 1, 3000) } });
  batch.drain();
  const wasEmpty = batch.isEmpty;
  batch.add({ name: 'run.events', payload: { runId: 'a', events: events('a', 3001, 1) } });
  expect({ wasEmpty, count: batch.drain().length }).toEqual({ wasEmpty: true, count: 1 });
});

test('a hundred other pushes are kept, the oldest give way', () => {
  const batch = new PushBatch();
  for (let i = 0; i < 150; i++) batch.add({ name: 'flow.openPath', payload: { path: `/${i}` } });
  const pushes = batch.drain();
  expect({ count: pushes.length, first: pushes[0] }).toEqual({
    count: 100,
    first: { name: 'flow.openPath', payload: { path: '/50' } },
  });
});
