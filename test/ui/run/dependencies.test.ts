import { expect, test } from 'vitest';
import { openBreakers } from '../../../renderer/run/dependencies';
import { createTrace } from '../../../shared/events/trace';

const change = (seq: number, subject: string, to: string) => ({
  seq,
  at: seq,
  type: 'breaker.changed',
  data: { subject, from: 'closed', to },
});

test('only the newest word on a breaker counts, and a closed one is left out', () => {
  const trace = createTrace();
  trace.incidents.push(
    change(1, 'model:a', 'open'),
    change(2, 'model:b', 'open'),
    change(3, 'model:a', 'half-open'),
    change(4, 'model:b', 'closed'),
  );
  expect(openBreakers(trace).map(({ subject, to }) => [subject, to])).toEqual([['model:a', 'half-open']]);
});
