import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Takes over what is being typed when its field goes away under the cursor, as when a key shows another screen: a field
 * that is removed is not told that it lost the focus. The result is the field's `ref`.
 */
export function useCommitOnLeave(commit: () => void): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const latest = useRef(commit);
  useLayoutEffect(() => {
    latest.current = commit;
  });
  // A layout effect ends while the field still is in the document and has the focus.
  useLayoutEffect(
    () => () => {
      if (field.current !== null && field.current === document.activeElement) latest.current();
    },
    [],
  );
  return field;
}
