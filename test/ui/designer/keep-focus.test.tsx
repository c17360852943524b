import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { useFocusOnOpen, useInspectorFocus } from '../../../renderer/designer/keep-focus';

function Form({ content }: { readonly content: string }) {
  const keys = useInspectorFocus(content);
  return (
    <>
      <div className="canvas-edit" tabIndex={-1} data-testid="drawing" />
      <aside {...keys}>
        <div id="inspector" key={content}>
          <input aria-label="Name" />
          <button type="button" aria-expanded="true">
            List
          </button>
        </div>
      </aside>
    </>
  );
}

function Screen() {
  useFocusOnOpen('flow');
  return <div className="canvas-edit" tabIndex={-1} data-testid="drawing" />;
}

describe('the keys', () => {
  test('go back from a form to the drawing with Escape', async () => {
    render(<Form content="a" />);
    screen.getByLabelText('Name').focus();
    fireEvent.keyDown(screen.getByLabelText('Name'), { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('drawing')));
  });

  test('stay where a list is open: Escape closes that first', async () => {
    render(<Form content="a" />);
    const list = screen.getByText('List');
    list.focus();
    fireEvent.keyDown(list, { key: 'Escape' });
    await new Promise<void>((resolve) => {
      requestAnimationFrame(() => resolve());
    });
    expect(document.activeElement).toBe(list);
  });

  test('stay in a form that is drawn anew under the hands', () => {
    const { rerender } = render(<Form content="a" />);
    screen.getByLabelText('Name').focus();
    rerender(<Form content="b" />);
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
  });

  test('go to a flow that opens when nothing else has them', async () => {
    render(<Screen />);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('drawing')));
  });
});
