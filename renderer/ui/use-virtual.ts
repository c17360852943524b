/**
 * Rows of a long list, only those in view. The library's own hook hands out functions that must not be remembered; this
 * one keeps the virtualizer in the component's state and draws again when it says so.
 */
import { elementScroll, observeElementOffset, type VirtualItem, Virtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useReducer, useState } from 'react';

interface Options {
  readonly count: number;
  readonly rowHeight: number;
  readonly keyOf?: (index: number) => string | number;
}

export interface Virtual {
  /** Goes on the element that scrolls. */
  readonly setFrame: (element: HTMLDivElement | null) => void;
  readonly items: readonly VirtualItem[];
  readonly height: number;
  readonly scrollTo: (index: number, align?: 'auto' | 'end') => void;
}

const OVERSCAN = 10;
/** Until the element is measured, and where nothing is (tests). */
const FIRST_RECT = { width: 600, height: 480 };

/** The size of the frame, border and scroll bar included: a row too many is drawn rather than one too few. */
function observeSize(
  instance: Virtualizer<HTMLDivElement, Element>,
  tell: (rect: { width: number; height: number }) => void,
): () => void {
  const frame = instance.scrollElement;
  if (!frame) return () => undefined;
  const measure = () => tell({ width: frame.offsetWidth, height: frame.offsetHeight });
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(frame);
  return () => observer.disconnect();
}

class Rows {
  frame: HTMLDivElement | null = null;
  private rowHeight = 0;
  private wanted: { readonly index: number; readonly align: 'auto' | 'end' } | undefined;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;

  constructor(options: Options) {
    this.virtualizer = new Virtualizer(this.optionsOf(options, () => undefined));
  }

  update(options: Options, redraw: () => void): void {
    this.virtualizer.setOptions(this.optionsOf(options, redraw));
  }

  readonly setFrame = (element: HTMLDivElement | null): void => {
    this.frame = element;
  };

  /** Once a frame: a place set among changes makes the browser lay out the page in between, each time. */
  readonly scrollTo = (index: number, align: 'auto' | 'end' = 'end'): void => {
    const isAsked = this.wanted !== undefined;
    this.wanted = { index, align };
    if (!isAsked) requestAnimationFrame(() => this.scrollNow());
  };

  private scrollNow(): void {
    const { wanted, frame, rowHeight } = this;
    this.wanted = undefined;
    if (!frame || !wanted) return;
    const from = this.virtualizer.scrollOffset ?? 0;
    const height = this.virtualizer.scrollRect?.height ?? FIRST_RECT.height;
    const top = wanted.index * rowHeight;
    const isSeen = top >= from && top + rowHeight <= from + height;
    if (wanted.align === 'auto' && isSeen) return;
    const isAbove = wanted.align === 'auto' && top < from;
    frame.scrollTop = Math.max(0, isAbove ? top : top + rowHeight - height);
  }

  private optionsOf({ count, rowHeight, keyOf }: Options, redraw: () => void) {
    this.rowHeight = rowHeight;
    return {
      count,
      estimateSize: () => rowHeight,
      getScrollElement: () => this.frame,
      scrollToFn: elementScroll,
      observeElementRect: observeSize,
      observeElementOffset,
      overscan: OVERSCAN,
      initialRect: FIRST_RECT,
      onChange: redraw,
      ...(keyOf ? { getItemKey: keyOf } : {}),
    };
  }
}

export function useVirtual(options: Options): Virtual {
  const [rows] = useState(() => new Rows(options));
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  rows.update(options, redraw);
  useLayoutEffect(() => rows.virtualizer._didMount(), [rows]);
  useLayoutEffect(() => rows.virtualizer._willUpdate());
  return {
    setFrame: rows.setFrame,
    items: rows.virtualizer.getVirtualItems(),
    height: rows.virtualizer.getTotalSize(),
    scrollTo: rows.scrollTo,
  };
}
