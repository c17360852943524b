/** Documents written by hand or by a program have no places: they are tidied when they are opened. */
import { allGraphs } from '../../shared/editing/graphs';
import { type PlacePoint, place } from '../../shared/editing/layout';
import { tidyPlaces } from '../canvas/tidy';
import type { EditorStore } from '../editor/editor-store';

/** Not an edit: what is saved does not count as changed, and there is nothing to undo. */
export async function arrangeIfUnplaced(editor: EditorStore): Promise<void> {
  const before = editor.getState().history.present;
  const known = before.layout?.nodes ?? {};
  const points: Record<string, PlacePoint> = {};
  for (const { ref, graph } of allGraphs(before)) {
    const ids = Object.keys(graph.nodes);
    if (ids.filter((id) => Object.hasOwn(known, id)).length * 2 > ids.length) continue;
    // What the layout engine cannot arrange, a chain of thousands for one, keeps the plain columns it is drawn in.
    Object.assign(points, await tidyPlaces(before, ref).catch(() => ({})));
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
