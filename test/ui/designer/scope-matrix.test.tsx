import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { designerHighlights } from '../../../renderer/canvas/highlight';
import { ScopeMatrix } from '../../../renderer/designer/scope-matrix';
import { fieldHighlights } from '../../../renderer/designer/variable-highlight';
import { ROOT } from '../../../shared/editing/graphs';
import { addNode, setField } from '../../../shared/editing/nodes';
import type { Flow } from '../../../shared/spec/flow';
import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';

function draw(flow: Flow) {
  let current = flow;
  renderInTheme(
    <ScopeMatrix
      flow={flow}
      graph={ROOT}
      edit={(_label, change) => {
        current = change(current);
      }}
      onGoNode={() => undefined}
      onGoField={() => undefined}
    />,
  );
  return () => current;
}

test('every cell says who may do what, and a press takes it away', () => {
  const doc = draw(smallFlow);
  const cell = screen.getByRole('button', { name: 'Write may read mood' });
  expect(cell.getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(cell);
  expect(doc().nodes['write']?.reads).toBeUndefined();
});

test('a new write takes the field of the same name from the result', () => {
  const flow: Flow = {
    ...setField(smallFlow, 'write', ['writes'], undefined),
    context: { text: { schema: { type: 'string' }, merge: 'replace' } },
  };
  const doc = draw(flow);
  fireEvent.click(screen.getByRole('button', { name: 'Write writes text' }));
  expect(doc().nodes['write']?.writes).toEqual({ text: 'output.text' });
});

test('pointing at a field marks its writers and readers on the canvas', () => {
  draw(smallFlow);
  fireEvent.mouseEnter(screen.getByRole('button', { name: 'mood' }));
  expect(designerHighlights.getState().nodes).toEqual({ write: 'both' });
  fireEvent.mouseLeave(screen.getByRole('button', { name: 'mood' }));
  expect(designerHighlights.getState().nodes).toEqual({});
});

test('a reader inside a container marks the container', () => {
  const loop = addNode(smallFlow, ROOT, 'loop');
  const inner = addNode(loop.doc, { type: 'inside', node: loop.id }, 'transform');
  const flow = setField(inner.doc, inner.id, ['reads'], ['mood']);
  expect(fieldHighlights(flow, ROOT, 'mood')).toEqual({ write: 'both', [loop.id]: 'reads' });
});
