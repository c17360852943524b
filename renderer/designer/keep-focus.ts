/** Where the keys go: into the form of what is selected, back to the drawing, and never nowhere. */
import { type FocusEvent, type KeyboardEvent, useEffect, useRef } from 'react';

export function focusInspector(): void {
  requestAnimationFrame(() => firstField()?.focus());
}

function focusCanvas(): void {
  document.querySelector<HTMLElement>('.canvas-edit')?.focus({ preventScroll: true });
}

function firstField(): HTMLElement | null {
  // What stands in the head is about the form, not of it.
  return document.querySelector<HTMLElement>(
    '#inspector :is(input, textarea, .cm-content):not(.inspector-head *)',
  );
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** What had the focus on the screen before is gone: a flow that opens takes the keys. */
export function useFocusOnOpen(opened: unknown): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (isNowhere()) focusCanvas();
    });
    return () => cancelAnimationFrame(frame);
  }, [opened]);
}

/**
 * Keys of the inspector. Escape goes back to the drawing; a form that is drawn anew under the hands, as after a new name
 * that changes the id, has the focus again.
 */
export function useInspectorFocus(content: string) {
  const last = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (last.current?.isConnected === false && isNowhere()) firstField()?.focus();
  }, [content]);
  return {
    onFocus: (event: FocusEvent<HTMLElement>) => {
      last.current = event.target;
    },
    onBlur: (event: FocusEvent<HTMLElement>) => {
      const left = event.target;
      // A field that is still there was left by the person; one that is gone was taken from under their hands.
      requestAnimationFrame(() => {
        if (last.current === left && left.isConnected) last.current = null;
      });
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const target = event.target as HTMLElement; // keys are pressed in elements
      const isBusy = event.defaultPrevented || target.getAttribute('aria-expanded') === 'true';
      // A dialog of the form is its child only to React.
      if (event.key !== 'Escape' || isBusy || !event.currentTarget.contains(target)) return;
      last.current = null;
      // A field that takes its old text back on Escape has done so by then.
      requestAnimationFrame(focusCanvas);
    },
  };
}
