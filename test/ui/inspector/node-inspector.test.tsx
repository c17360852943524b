import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { NodeInspector } from '../../../renderer/inspector/node-inspector';
import { ROOT, nodeAt } from '../../../shared/editing/graphs';
import { addNode } from '../../../shared/editing/nodes';
import { definitionOf } from '../../../shared/nodes/lookup';
import type { Flow } from '../../../shared/spec/flow';
import { NODE_KINDS } from '../../../shared/spec/nodes';
import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';

function draw(flow: Flow, id: string) {
  let current = flow;
  const shown = { id };
  renderInTheme(
    <NodeInspector
      input={{
        flow,
        problems: [],
        edit: (_label, change) => {
          current = change(current);
        },
      }}
      id={id}
      onRenamed={(next) => {
        shown.id = next;
      }}
    />,
  );
  return { doc: () => current, shown };
}

describe('the inspector', () => {
  test.each(NODE_KINDS)('draws every main field of a new %s', (kind) => {
    const { doc, id } = addNode(smallFlow, ROOT, kind);
    draw(doc, id);
    const definition = definitionOf(kind);
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe(definition?.title);
    const main =
      definition?.inspector.filter((field) => (field.section ?? 'main') === 'main' && !field.showIf) ?? [];
    for (const field of main)
      expect(screen.getAllByText((text) => text.startsWith(field.label)).length).toBeGreaterThan(0);
  });

  test('a new name takes the id along', () => {
    const { doc, id } = addNode(smallFlow, ROOT, 'tool');
    const inspector = draw(doc, id);
    const name = screen.getByLabelText('Name');
    fireEvent.change(name, { target: { value: 'Pay back' } });
    fireEvent.blur(name);
    expect(inspector.shown.id).toBe('pay_back');
    expect(nodeAt(inspector.doc(), 'pay_back')?.name).toBe('Pay back');
  });

  test('a taken id is explained and not taken over', () => {
    const inspector = draw(smallFlow, 'write');
    const field = screen.getByLabelText('Id');
    fireEvent.change(field, { target: { value: 'check' } });
    expect(screen.getByText(/already called “check”/)).toBeTruthy();
    fireEvent.blur(field);
    expect(inspector.doc()).toBe(smallFlow);
  });

  test('the order of recovery is told in words', () => {
    draw(smallFlow, 'write');
    fireEvent.click(screen.getByText('When it fails'));
    const words = screen.getByLabelText('What happens when it fails, in order').textContent;
    expect(words).toContain('sent back once');
    expect(words).toContain('Then the run goes on at “check”.');
  });
});
