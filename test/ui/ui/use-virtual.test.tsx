import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useVirtual } from '../../../renderer/ui/use-virtual';
import { renderInTheme } from '../render';

function Rows({ count }: { readonly count: number }) {
  const { setFrame, items, height } = useVirtual({ count, rowHeight: 20 });
  return (
    <div ref={setFrame} style={{ height: 200 }}>
      <ul style={{ height }}>
        {items.map((item) => (
          <li key={item.index}>{item.index}</li>
        ))}
      </ul>
    </div>
  );
}

test('draws the rows that fit the frame and a few more, of however many', () => {
  renderInTheme(<Rows count={10_000} />);
  expect(screen.getAllByRole('listitem')).toHaveLength(20);
  expect(screen.getByRole('list').style.height).toBe('200000px');
});

test('rows that come later are drawn', () => {
  const { rerender } = renderInTheme(<Rows count={0} />);
  expect(screen.queryByRole('listitem')).toBeNull();
  rerender(<Rows count={3} />);
  expect(screen.getAllByRole('listitem')).toHaveLength(3);
});
