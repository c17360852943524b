import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { CanvasActions } from '../../../renderer/canvas/canvas-actions';
import { useDragging } from '../../../renderer/canvas/dragging';
import type { Point } from '../../../renderer/canvas/project';

function drag() {
  const ended: Readonly<Record<string, Point>>[] = [];
  const move = (places: Readonly<Record<string, Point>>) => ended.push(places);
  let moved: Readonly<Record<string, Point>> = {};
  // Only these two are asked for.
  const actions = { takeNodeChanges: () => moved, move } as unknown as CanvasActions;
  let renders = 0;
  const hook = renderHook(() => {
    renders += 1;
    return useDragging(actions);
  });
  const to = (places: Readonly<Record<string, Point>>) =>
    act(() => {
      moved = places;
      hook.result.current.onNodesChange([]);
    });
  return { hook, ended, to, renders: () => renders };
}

test('a hand that moves within a step of the grid draws nothing again', () => {
  const { to, renders } = drag();
  to({ a: { x: 4, y: 0 } });
  const before = renders();
  to({ a: { x: 4, y: 0 } });
  expect(renders()).toBe(before);
});

test('what React Flow is given stays the same function through a drag', () => {
  const { hook, to } = drag();
  const before = hook.result.current;
  to({ a: { x: 4, y: 0 } });
  expect(hook.result.current.dragged).toEqual({ a: { x: 4, y: 0 } });
  expect(hook.result.current.onNodesChange).toBe(before.onNodesChange);
  expect(hook.result.current.onDragStop).toBe(before.onDragStop);
});

test('a drag that ends moves all that was dragged, once', () => {
  const { hook, ended, to } = drag();
  to({ a: { x: 4, y: 0 } });
  to({ b: { x: 8, y: 8 } });
  act(() => hook.result.current.onDragStop());
  expect(ended).toEqual([{ a: { x: 4, y: 0 }, b: { x: 8, y: 8 } }]);
  expect(hook.result.current.dragged).toBeUndefined();
});
