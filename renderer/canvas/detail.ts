/**
 * How much of the drawing is drawn. From far away words and ports cannot be told apart, and a thousand cards of seventeen
 * elements each are what makes moving about slow: then a card is one box and a connection one line.
 */
import { createContext } from 'react';

export type Detail = 'near' | 'far';

/** Zoom below which a card's name is smaller than four pixels. */
const FAR_BELOW = 0.3;

export function detailAt(zoom: number): Detail {
  return zoom < FAR_BELOW ? 'far' : 'near';
}

export const DetailContext = createContext<Detail>('near');
