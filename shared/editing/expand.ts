/** Containers opened in place: looks, remembered with the drawing. */
import type { Flow } from '../spec/flow';
import { graphOf } from './graphs';
import { placesOf } from './layout';

export function isExpanded(doc: Flow, id: string): boolean {
  return doc.layout?.nodes?.[id]?.collapsed === false;
}

export function setExpanded(doc: Flow, id: string, expanded: boolean): Flow {
  const ref = graphOf(doc, id);
  if (!ref || isExpanded(doc, id) === expanded) return doc;
  const place = doc.layout?.nodes?.[id] ?? placesOf(doc, ref).get(id) ?? { x: 0, y: 0 };
  const { collapsed: _before, ...rest } = place as typeof place & { collapsed?: boolean };
  const next = expanded ? { ...rest, collapsed: false } : rest;
  return { ...doc, layout: { ...doc.layout, nodes: { ...doc.layout?.nodes, [id]: next } } };
}
