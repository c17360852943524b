import { screen } from '@testing-library/react';
import { useEffect } from 'react';
import { expect, test, vi } from 'vitest';
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

test('a list that is asked many times to scroll does so once a frame, to the last place asked for', () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (work: FrameRequestCallback) => frames.push(work));
  const told: ((index: number) => void)[] = [];
  function Followed() {
    const { setFrame, scrollTo } = useVirtual({ count: 1000, rowHeight: 20 });
    useEffect(() => {
      told.push(scrollTo);
    }, [scrollTo]);
    return <div ref={setFrame} data-testid="frame" />;
  }
  renderInTheme(<Followed />);
  frames.length = 0;
  for (let index = 0; index < 500; index++) told[0]?.(index);
  expect(frames).toHaveLength(1);
  expect(screen.getByTestId('frame').scrollTop).toBe(0);
  frames[0]?.(0);
  expect(screen.getByTestId('frame').scrollTop).toBeGreaterThan(400 * 20);
  vi.unstubAllGlobals();
});
