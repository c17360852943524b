import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useDraft } from '../../../renderer/ui/use-draft';

test('what was typed is forgotten once it is taken over, also when the old value comes back', () => {
  const hook = renderHook(({ value }) => useDraft(value), { initialProps: { value: 'old' } });
  act(() => hook.result.current[1]('new'));
  expect(hook.result.current[0]).toBe('new');
  hook.rerender({ value: 'new' });
  expect(hook.result.current[0]).toBe('new');
  hook.rerender({ value: 'old' });
  expect(hook.result.current[0]).toBe('old');
});
