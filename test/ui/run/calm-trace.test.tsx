import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunSession } from '../../../renderer/run/run-session';
import { RunContext, useCalmTrace } from '../../../renderer/run/use-run';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const session = new RunSession('r');
  let draws = 0;
  renderHook(
    () => {
      draws += 1;
      return useCalmTrace();
    },
    {
      wrapper: ({ children }: { children: ReactNode }) => <RunContext value={session}>{children}</RunContext>,
    },
  );
  const grow = () => act(() => session.store.setState({ revision: session.store.getState().revision + 1 }));
  return { grow, draws: () => draws };
}

test('the first change after a quiet moment is drawn at once', () => {
  const { grow, draws } = watch();
  const before = draws();
  grow();
  expect(draws()).toBe(before + 1);
});

test('a run that grows with every picture is drawn once more when a moment has passed, with the last of it', () => {
  const { grow, draws } = watch();
  grow();
  const before = draws();
  for (let i = 0; i < 12; i++) grow();
  expect(draws()).toBe(before);
  act(() => vi.advanceTimersByTime(1_000));
  expect(draws()).toBe(before + 1);
});
