/**
 * Moves a row of a list: dragged by its handle, or with the arrow keys while the handle has the focus. The rows stand in
 * an element marked with `sortList`, each row with `sortRow`.
 */
import { ActionIcon } from '@mantine/core';
import { GripVertical } from 'lucide-react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { t } from '../i18n/t';

export const sortList = { 'data-sort-list': true } as const;
export const sortRow = { 'data-sort-row': true } as const;

/** The list with one entry at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  if (from === to || list[from] === undefined || to < 0 || to >= list.length) return list;
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, list[from]);
}

interface Props {
  readonly index: number;
  readonly count: number;
  /** What is moved, for those who hear the page. */
  readonly what: string;
  readonly onMove: (to: number) => void;
}

export function DragHandle({ index, count, what, onMove }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0 || to >= count || to === index) return;
    const list = event.currentTarget.closest('[data-sort-list]');
    onMove(to);
    // The row is drawn at its new place first; the handle there takes the focus along.
    requestAnimationFrame(() => rowsOf(list)[to]?.querySelector<HTMLElement>('[data-sort-handle]')?.focus());
  };
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button === 0) startDrag(event.currentTarget, event.pointerId, index, onMove);
  };
  if (count < 2) return null;
  return (
    <ActionIcon
      size={20}
      className="drag-handle"
      data-sort-handle
      aria-label={t('ui.sort.handle', { what, number: index + 1, count })}
      title={t('ui.sort.help')}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
    >
      <GripVertical size={13} aria-hidden />
    </ActionIcon>
  );
}

/** Rows of this list only, not those of lists inside its rows. */
function rowsOf(list: Element | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-sort-row]') ?? [])].filter(
    (row) => row.parentElement?.closest('[data-sort-list]') === list,
  );
}

/** Follows the pointer and marks where the row would go; letting go moves it, Escape leaves it. */
function startDrag(handle: HTMLElement, pointerId: number, from: number, onMove: (to: number) => void): void {
  const rows = rowsOf(handle.closest('[data-sort-list]'));
  let to = from;
  handle.setPointerCapture(pointerId);
  rows[from]?.setAttribute('data-dragged', '');
  const mark = () =>
    rows.forEach((row, i) => {
      row.toggleAttribute('data-drop-before', i === to && to < from);
      row.toggleAttribute('data-drop-after', i === to && to > from);
    });
  const onPointerMove = (event: globalThis.PointerEvent) => {
    // As many rows stand before it as have their middle above the pointer.
    to = rows.filter((row, i) => {
      const { top, height } = row.getBoundingClientRect();
      return i !== from && top + height / 2 < event.clientY;
    }).length;
    mark();
  };
  const stop = (isDone: boolean) => {
    handle.removeEventListener('pointermove', onPointerMove);
    handle.removeEventListener('pointerup', onUp);
    handle.removeEventListener('pointercancel', onCancel);
    handle.ownerDocument.removeEventListener('keydown', onKey, true);
    rows[from]?.removeAttribute('data-dragged');
    const target = to;
    to = from;
    mark();
    if (isDone && target !== from) onMove(target);
  };
  const onUp = () => stop(true);
  const onCancel = () => stop(false);
  const onKey = (event: globalThis.KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    stop(false);
  };
  handle.addEventListener('pointermove', onPointerMove);
  handle.addEventListener('pointerup', onUp);
  handle.addEventListener('pointercancel', onCancel);
  handle.ownerDocument.addEventListener('keydown', onKey, true);
}
