import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { FindPanel } from '../../../renderer/designer/find-panel';
import { ROOT } from '../../../shared/editing/graphs';
import type { FoundText } from '../../../shared/editing/find';
import type { Flow } from '../../../shared/spec/flow';
import { smallFlow } from '../../fakes/small-flows';
import { renderInTheme } from '../render';

beforeEach(() => localStorage.clear());

const went: FoundText[] = [];
const docs: Flow[] = [];

function Panel() {
  const [flow, setFlow] = useState(smallFlow);
  return (
    <FindPanel
      flow={flow}
      graph={ROOT}
      edit={(_label, change) => {
        const next = change(flow);
        docs.push(next);
        setFlow(next);
      }}
      onGo={(found) => went.push(found)}
    />
  );
}

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

test('replacing all changes every text once', () => {
  renderInTheme(<Panel />);
  type('Find in this flow', 'steps.write');
  type('Replace with', 'steps.draft');
  fireEvent.click(screen.getByRole('button', { name: 'Replace all (3)' }));
  expect(docs.at(-1)?.nodes['check']).toMatchObject({ title: 'Good? {{ steps.draft.text }}' });
  expect(screen.getByRole('status').textContent).toBe('0 places');
});

test('a reference is shown and gone to, but not replaced', () => {
  renderInTheme(<Panel />);
  type('Find in this flow', 'writer');
  expect(screen.getByText(/rename it where it is defined/)).toBeTruthy();
  fireEvent.click(screen.getByText('writer'));
  expect(went.at(-1)?.place).toEqual({ type: 'node', id: 'write' });
});
