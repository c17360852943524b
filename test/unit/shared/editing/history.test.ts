import { expect, test } from 'vitest';
import { record, redo, startHistory, travel, undo } from '../../../../shared/editing/history';

const a = { n: 1 };
const b = { n: 2 };
const c = { n: 3 };

test('edits with the same merge key in a row are one step', () => {
  const history = record(record(startHistory(a), 'Move', b, 'drag:1'), 'Move', c, 'drag:1');
  expect(history.past).toHaveLength(1);
  expect(undo(history).present).toBe(a);
});

test('an edit between them keeps them apart', () => {
  const history = record(
    record(record(startHistory(a), 'Move', b, 'drag:1'), 'Other', c),
    'Move',
    { n: 4 },
    'drag:1',
  );
  expect(history.past.map((step) => step.label)).toEqual(['Move', 'Other', 'Move']);
});

test('an edit that changes nothing leaves no step and keeps what can be redone', () => {
  const undone = undo(record(startHistory(a), 'Edit', b));
  expect(record(undone, 'Nothing', undone.present)).toBe(undone);
});

test('undo and redo go through the same documents', () => {
  const history = record(record(startHistory(a), 'One', b), 'Two', c);
  expect(undo(undo(undo(history))).present).toBe(a);
  expect(redo(undo(history)).present).toBe(c);
  expect(redo(history)).toBe(history);
});

test('travelling goes to any step in both directions', () => {
  const history = record(record(startHistory(a), 'One', b), 'Two', c);
  expect(travel(history, -1).present).toBe(a);
  expect(travel(travel(history, -1), 0).present).toBe(b);
  expect(travel(travel(history, -1), 1).present).toBe(c);
});
