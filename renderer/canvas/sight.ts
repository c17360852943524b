/** What part of the drawing is seen, for those who draw it without React; and how near it is, for the cards. */
import { useState } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CanvasActions } from './canvas-actions';
import { type Detail, detailAt } from './detail';
import type { Viewport } from './viewport';

/** The part of the drawing that is seen, in pixels of the frame. */
export interface Sight extends Viewport {
  readonly width: number;
  readonly height: number;
}
export type SightStore = StoreApi<Sight>;

interface UseSight {
  readonly detail: Detail;
  readonly sight: SightStore;
  readonly onMove: (event: unknown, viewport: Viewport) => void;
  readonly setFrame: (frame: HTMLDivElement | null) => () => void;
}

/** The functions never change: React Flow tells all its parts when one does. */
export function useSight(actions: CanvasActions): UseSight {
  const [detail, setDetail] = useState<Detail>('near');
  const [fixed] = useState(() => {
    const sight: SightStore = createStore<Sight>(() => ({ x: 0, y: 0, zoom: 1, width: 0, height: 0 }));
    return {
      sight,
      onMove: (_event: unknown, { x, y, zoom }: Viewport) => {
        sight.setState({ x, y, zoom });
        setDetail(detailAt(zoom));
        actions.zoomed(zoom);
      },
      setFrame: (frame: HTMLDivElement | null) => {
        actions.setFrame(frame);
        const observer = new ResizeObserver(([entry]) => {
          if (entry) sight.setState({ width: entry.contentRect.width, height: entry.contentRect.height });
        });
        if (frame) observer.observe(frame);
        return () => {
          observer.disconnect();
          actions.setFrame(null);
        };
      },
    };
  });
  return { detail, ...fixed };
}
