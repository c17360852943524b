import { expect, test } from 'vitest';
import { addNote, changeNote, notesOf, removeNote } from '../../../../shared/editing/notes';
import { diffFlows } from '../../../../shared/spec/diff';
import { Flow } from '../../../../shared/spec/flow';
import { smallFlow } from '../../../fakes/small-flows';

test('a note is part of the looks, not of what the flow does', () => {
  const { doc, id } = addNote(smallFlow, { x: 41, y: 7 });
  expect(notesOf(doc)).toEqual([{ id, text: '', x: 40, y: 8, width: 220, height: 96 }]);
  expect(diffFlows(smallFlow, doc).equal).toBe(true);
  expect(Flow.safeParse(doc).success).toBe(true);
});

test('two notes have two ids', () => {
  const one = addNote(smallFlow, { x: 0, y: 0 });
  const two = addNote(one.doc, { x: 0, y: 0 });
  expect(two.id).not.toBe(one.id);
});

test('nothing changes when there is nothing to change', () => {
  const { doc, id } = addNote(smallFlow, { x: 0, y: 0 });
  expect(changeNote(doc, id, { text: '' })).toBe(doc);
  expect(changeNote(doc, 'gone', { text: 'x' })).toBe(doc);
  expect(removeNote(doc, 'gone')).toBe(doc);
});

test('the last note takes its list along', () => {
  const { doc, id } = addNote(smallFlow, { x: 0, y: 0 });
  expect(removeNote(doc, id).layout).toEqual(smallFlow.layout ?? {});
});
