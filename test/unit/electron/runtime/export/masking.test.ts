import { expect, test } from 'vitest';
import { EMPTY_USAGE, type RunEvent } from '../../../../../shared/events/event';
import type { Flow } from '../../../../../shared/spec/flow';
import {
  createMasker,
  MASKED,
  maskEvent,
  runMasker,
  sensitiveTexts,
} from '../../../../../electron/runtime/export/masking';
import { History } from '../../../shared/events/history';

const flow = {
  context: {
    card: { schema: true, merge: 'replace', sensitive: true, initial: 'initial-secret' },
    pin: { schema: true, merge: 'replace', sensitive: true },
    note: { schema: true, merge: 'replace' },
  },
} as unknown as Pick<Flow, 'context'>;

test('a text is hidden alone, inside longer texts, in keys, and in the form it has in JSON text', () => {
  const masker = createMasker(['s3cret', 'two\n"lines"']);
  expect(
    masker.json({
      a: 's3cret',
      list: ['x s3cret y', 1, null],
      s3cret: true,
      said: JSON.stringify({ t: 'two\n"lines"' }),
    }),
  ).toEqual({
    a: MASKED,
    list: [`x ${MASKED} y`, 1, null],
    [MASKED]: true,
    said: `{"t":"${MASKED}"}`,
  });
});

test('what holds nothing to hide is the same object', () => {
  const value = { a: ['b', { c: 1 }] };
  expect(createMasker(['s3cret']).json(value)).toBe(value);
  expect(createMasker([]).json(value)).toBe(value);
});

test('a longer text is hidden before a shorter one inside it', () => {
  expect(createMasker(['abcd', 'abcdefgh']).text('abcdefgh abcd')).toBe(`${MASKED} ${MASKED}`);
});

test('short texts are left, and numbers are hidden only where they stand alone', () => {
  expect(createMasker(['no', '7']).text('no 7')).toBe('no 7');
  const masker = createMasker(['4711', '-12.5']);
  expect(masker.json({ n: 4711, other: 47110, text: 'pin 4711, hash 94711ab', cost: -12.5 })).toEqual({
    n: MASKED,
    other: 47110,
    text: `pin ${MASKED}, hash 94711ab`,
    cost: MASKED,
  });
});

test('texts of sensitive fields are found in initial values, writes and values set by people', () => {
  const { events } = new History()
    .begin()
    .start('a', 'code')
    .commit('a', [], {
      writes: [
        { field: 'card', version: 1, value: { number: '4000-1234', parts: ['west', 815] } },
        { field: 'note', version: 1, value: 'open words' },
      ],
    })
    .add('context.set', { field: 'pin', value: 9876, by: 'ann' })
    .add('context.set', { field: 'note', value: 'also open', by: 'ann' });
  expect([...sensitiveTexts(flow, events)].sort()).toEqual([
    '4000-1234',
    '815',
    '9876',
    'initial-secret',
    'west',
  ]);
  expect(sensitiveTexts({}, events).size).toBe(0);
});

test('an event loses marked keys, values of sensitive writes and known texts; which field was written stays', () => {
  const { events } = new History()
    .begin()
    .start('a', 'code')
    .commit('a', [['next', 'b']], {
      output: { number: 'x' },
      writes: [
        { field: 'card', version: 1, value: 'x' },
        { field: 'note', version: 1, value: 'card 4000-1234' },
      ],
    });
  const { masker, fields } = runMasker(flow, events, ['4000-1234']);
  const shown = maskEvent(events[2] as RunEvent, ['output'], fields, masker);
  expect(shown.masked).toBe(true);
  expect(shown.event.data).toMatchObject({
    output: MASKED,
    writes: [
      { field: 'card', version: 1, value: MASKED },
      { field: 'note', version: 1, value: `card ${MASKED}` },
    ],
    routes: [{ port: 'next', to: 'b' }],
  });
});

test('an event with nothing to hide is the same event', () => {
  const [event] = new History().begin().events as [RunEvent];
  const { masker, fields } = runMasker({}, []);
  expect(maskEvent(event, [], fields, masker)).toEqual({ event, masked: false });
});

test('a value a person set is hidden by its field', () => {
  const { events } = new History().begin().add('context.set', { field: 'pin', value: 7, by: 'ann' });
  const { masker, fields } = runMasker(flow, events);
  expect(maskEvent(events[1] as RunEvent, [], fields, masker).event.data).toMatchObject({
    value: MASKED,
    by: 'ann',
  });
});

test('names that happen to be a sensitive text keep the record together', () => {
  const { events } = new History()
    .begin()
    .start('west', 'agent')
    .model('west', 1, { toolCalls: [{ id: 'c', name: 'west', args: { to: 'west' } }] })
    .commit('west', [['next', 'west']], {
      handoff: { name: 'west', payload: 'go west' },
      writes: [{ field: 'card', version: 1, value: 'west' }],
    })
    .add('run.failed', {
      error: { node: 'west', step: 'west', kind: 'error', code: 'x/y', message: 'lost in west' },
      compensation: 'none',
      notUndone: ['west'],
      usage: EMPTY_USAGE,
      path: ['west'],
      stateHash: 's',
    })
    .add('plan.proposed', { steps: [{ use: 'west' }] }, 'west');
  const { masker, fields } = runMasker(flow, events);
  const shown = events.map((event) => maskEvent(event, [], fields, masker).event.data);
  expect(shown[1]).toMatchObject({ node: 'west' });
  expect(shown[2]).toMatchObject({ toolCalls: [{ id: 'c', name: 'west', args: { to: MASKED } }] });
  expect(shown[3]).toMatchObject({
    routes: [{ port: 'next', to: 'west' }],
    handoff: { name: 'west', payload: `go ${MASKED}` },
  });
  expect(shown[4]).toMatchObject({
    error: { node: 'west', step: 'west', message: `lost in ${MASKED}` },
    path: ['west'],
    notUndone: ['west'],
  });
  expect(shown[5]).toEqual({ steps: [{ use: MASKED }] });
});
