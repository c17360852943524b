import { expect, test } from 'vitest';
import { treeRows } from '../../../renderer/run/bars';
import { triesOf, wholeOverlay } from '../../../renderer/run/overlay-of';
import { forkPointOf } from '../../../renderer/run/run-room';
import { roughWords, rowName, statusWords, tickWords } from '../../../renderer/run/words';
import { EMPTY_USAGE } from '../../../shared/events/event';
import { traceOf } from '../../../shared/events/trace';
import type { TraceAttempt } from '../../../shared/events/trace-model';
import { HISTORY_HASH, HistoryWriter, triageFlow } from '../../fakes/history-writer';
import { completedHistory, failedHistory, waitingHistory } from '../../fakes/triage-history';

const START = 1_763_720_000_000;

/** Two items of a map at once: the second starts and ends first. */
function mapped() {
  const writer = new HistoryWriter('r', START).start({ ticket: 'x', orderTotal: 1 }).step('rows', 'map');
  for (const item of [1, 0])
    writer.step(`rows[${item}]/begin`, 'start').commit(`rows[${item}]/begin`, null, []);
  for (const item of [1, 0]) writer.step(`rows[${item}]/one`, 'agent');
  writer.commit('rows[1]/one', 1, []).add(
    'step.failed',
    {
      kind: 'error',
      code: 'code/failed',
      message: 'No',
      routed: 'container',
      effects: [],
      attempts: 1,
      usage: EMPTY_USAGE,
    },
    'rows[0]/one',
  );
  return traceOf(writer.events, triageFlow);
}

test('items that ran at once are read one after the other, without where their bodies begin and end', () => {
  expect(treeRows(mapped()).map(({ step, depth }) => `${depth} ${step.key}`)).toEqual([
    '0 start',
    '0 rows',
    '1 rows[0]/one',
    '1 rows[1]/one',
  ]);
});

test('the card of a map says how many items there were and how many failed', () => {
  expect(wholeOverlay(mapped(), {}, START).nodes['rows']?.detail).toBe('2 items · 1 failed');
});

test('a row says the item apart from the name, so that a long name cannot hide it', () => {
  const step = mapped().steps.get('rows[1]/one');
  expect(step && rowName(triageFlow, step)).toEqual({ name: 'one', item: 1 });
});

test('rounds of a team that all went well are one try, a failed attempt and its repetition are two', () => {
  const attempt = (outcome: TraceAttempt['outcome']): TraceAttempt => ({
    attempt: 1,
    startedAt: START,
    outcome,
    calls: [],
  });
  expect(triesOf({ attempts: [attempt('completed'), attempt('completed')] })).toBe(1);
  expect(triesOf({ attempts: [attempt('failed'), attempt('completed')] })).toBe(2);
  expect(triesOf({ attempts: [attempt('failed'), attempt('failed')] })).toBe(2);
});

test('a fork of a failed run is proposed just before the failure, of a finished one before its last step', () => {
  const point = (events: ReturnType<typeof failedHistory>, at?: number) =>
    forkPointOf(traceOf(events, triageFlow), at);
  expect(point(failedHistory('r', START))).toBe('pay');
  expect(point(completedHistory('r', START))).toBe('pay');
  expect(point(completedHistory('r', START), 5)).toBe(5);
  const waiting = waitingHistory('r', START);
  expect(point(waiting)).toBe(waiting.length);
});

test.each([
  [4, 16, '4 ms'],
  [3.2, 16, '3.2 ms'],
  [439.4, 1_100, '439 ms'],
  [3_594, 1_100, '3.59 s'],
  [12_340, 30_000, '12.3 s'],
  [125_400, 300_000, '2:05'],
])('%d ms on a scale of %d ms is marked %s', (ms, spanMs, words) => {
  expect(tickWords(ms, spanMs)).toBe(words);
});

test('where there is little room a length of time is its largest unit', () => {
  expect([900, 51_000, 86_000, 90_000_000].map(roughWords)).toEqual(['900 ms', '51 s', '1 min', '1 d']);
});

test('a pause says why', () => {
  expect(statusWords({ status: 'paused', reason: 'breakpoint' })).toBe('Paused at a breakpoint');
  expect(statusWords({ status: 'paused' })).toBe('Paused');
  expect(statusWords({ status: 'failed', reason: 'breakpoint' })).toBe('Failed');
});

test('the card of a step that was taken back says so, and does not count that as a visit', () => {
  const writer = new HistoryWriter('r', START).start({ ticket: 'x', orderTotal: 1 });
  writer.step('pay', 'tool').commit('pay', null, []);
  const card = () => wholeOverlay(traceOf(writer.events, triageFlow), {}, START).nodes['pay'];
  writer.add('step.started', { node: 'pay', kind: 'tool', viewHash: HISTORY_HASH, reads: {} }, 'pay~undo');
  expect(card()).toEqual({ state: 'compensating' });
  writer.commit('pay~undo', null, []);
  expect(card()).toEqual({ state: 'undone' });
});

test('the card of a step that could not be taken back is failed and says what did', () => {
  const writer = new HistoryWriter('r', START).start({ ticket: 'x', orderTotal: 1 });
  writer.step('pay', 'tool').commit('pay', null, []);
  writer
    .add('step.started', { node: 'pay', kind: 'tool', viewHash: HISTORY_HASH, reads: {} }, 'pay~undo')
    .add(
      'step.failed',
      {
        kind: 'error',
        code: 'tool/failed',
        message: 'No',
        routed: 'onFailure',
        effects: [],
        attempts: 1,
        usage: EMPTY_USAGE,
      },
      'pay~undo',
    );
  const card = wholeOverlay(traceOf(writer.events, triageFlow), {}, START).nodes['pay'];
  expect(card).toMatchObject({ state: 'failed', word: 'Not undone' });
});
