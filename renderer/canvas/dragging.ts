/** Places of a drag in progress. React Flow tells all its parts when a function it was given changes, so these never do. */
import type { NodeChange } from '@xyflow/react';
import { useState } from 'react';
import type { CanvasActions } from './canvas-actions';
import type { CardNode, Point } from './project';

type Places = Readonly<Record<string, Point>>;

interface Dragging {
  /** Undefined while nothing is dragged. */
  readonly dragged: Places | undefined;
  readonly onNodesChange: (changes: NodeChange<CardNode>[]) => void;
  readonly onDragStop: () => void;
}

export function useDragging(actions: CanvasActions): Dragging {
  const [dragged, setDragged] = useState<Places>();
  const [handlers] = useState(() => {
    let places: Places | undefined;
    const set = (next: Places | undefined) => {
      places = next;
      setDragged(next);
    };
    return {
      onNodesChange: (changes: NodeChange<CardNode>[]) => {
        const moved = actions.takeNodeChanges(changes);
        if (isNews(places, moved)) set({ ...places, ...moved });
      },
      onDragStop: () => {
        actions.move(places ?? {});
        set(undefined);
      },
    };
  });
  return { dragged, ...handlers };
}

/** The hand moves by pixels, cards by steps of the grid. */
function isNews(places: Places | undefined, moved: Places): boolean {
  return Object.entries(moved).some(([id, { x, y }]) => {
    const before = places?.[id];
    return !before || before.x !== x || before.y !== y;
  });
}
