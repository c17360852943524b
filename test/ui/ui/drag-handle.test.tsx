import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { DragHandle, moved, sortList, sortRow } from '../../../renderer/ui/drag-handle';
import { renderInTheme } from '../render';

function Letters() {
  const [list, setList] = useState<readonly string[]>(['a', 'b', 'c']);
  return (
    <div {...sortList} data-testid="list">
      {list.map((letter, i) => (
        <div key={letter} {...sortRow}>
          <DragHandle
            index={i}
            count={list.length}
            what={letter}
            onMove={(to) => setList(moved(list, i, to))}
          />
          <span>{letter}</span>
        </div>
      ))}
    </div>
  );
}

const order = () => screen.getByTestId('list').textContent;

test('the arrow keys move a row and the focus goes along', async () => {
  renderInTheme(<Letters />);
  fireEvent.keyDown(screen.getByLabelText('Move a: 1 of 3'), { key: 'ArrowDown' });
  expect(order()).toBe('bac');
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Move a: 2 of 3'));
});

test('End moves a row behind all others, and beyond the ends nothing moves', () => {
  renderInTheme(<Letters />);
  fireEvent.keyDown(screen.getByLabelText('Move a: 1 of 3'), { key: 'ArrowUp' });
  expect(order()).toBe('abc');
  fireEvent.keyDown(screen.getByLabelText('Move a: 1 of 3'), { key: 'End' });
  expect(order()).toBe('bca');
});

test('moving keeps every entry', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 3)).toEqual(['a', 'b', 'c']);
});
