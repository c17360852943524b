/** Documents written by hand or by a program have no places: they are tidied when they are opened. */
import { allGraphs } from '../../shared/editing/graphs';
import { type PlacePoint, type PlaceSize, place } from '../../shared/editing/layout';
import { tidyPlaces } from '../canvas/tidy';
import type { EditorStore } from '../editor/editor-store';

/** Rail, palette, inspector and a margin; top bar, tabs and panel. */
const BESIDE = 690;
const ABOVE_AND_BELOW = 200;

/** The place the drawing has between palette and inspector; it is asked before there is a drawing to measure. */
function canvasFrame(): PlaceSize {
  return {
    width: Math.max(640, window.innerWidth - BESIDE),
    height: Math.max(480, window.innerHeight - ABOVE_AND_BELOW),
  };
}

/** Not an edit: what is saved does not count as changed, and there is nothing to undo. */
export async function arrangeIfUnplaced(editor: EditorStore): Promise<void> {
  const before = editor.getState().history.present;
  const known = before.layout?.nodes ?? {};
  const points: Record<string, PlacePoint> = {};
  for (const { ref, graph } of allGraphs(before)) {
    const ids = Object.keys(graph.nodes);
    if (ids.filter((id) => Object.hasOwn(known, id)).length * 2 > ids.length) continue;
    // What the layout engine cannot arrange, a chain of thousands for one, keeps the plain columns it is drawn in.
    Object.assign(points, await tidyPlaces(before, ref, canvasFrame()).catch(() => ({})));
  }
  const state = editor.getState();
  const isUntouched = state.history.present === before && state.history.past.length === 0;
  if (Object.keys(points).length === 0 || !isUntouched) return;
  const present = place(before, points);
  editor.setState({
    history: { ...state.history, present },
    checkedDocument: present,
    ...(state.savedDocument === before ? { savedDocument: present } : {}),
  });
}
