/** Notes on the drawing of the whole flow: looks, never part of what the flow means. */
import type { Flow, Note } from '../spec/flow';
import { freeId } from './ids';
import { type PlacePoint, snap } from './layout';

export const NOTE_SIZE = { width: 220, height: 96 } as const;
export const NOTE_COLORS = ['amber', 'blue', 'green', 'violet', 'slate'] as const;

export function notesOf(doc: Flow): readonly Note[] {
  return doc.layout?.notes ?? [];
}

export function addNote(doc: Flow, at: PlacePoint): { readonly doc: Flow; readonly id: string } {
  const id = freeId('note', new Set(notesOf(doc).map((note) => note.id)));
  const note: Note = { id, text: '', x: snap(at.x), y: snap(at.y), ...NOTE_SIZE };
  return { doc: withNotes(doc, [...notesOf(doc), note]), id };
}

export function changeNote(doc: Flow, id: string, change: Partial<Omit<Note, 'id'>>): Flow {
  const notes = notesOf(doc);
  const index = notes.findIndex((note) => note.id === id);
  const before = notes[index];
  if (!before) return doc;
  const after = { ...before, ...change };
  const keys = Object.keys(change) as (keyof typeof change)[];
  return keys.every((key) => before[key] === after[key]) ? doc : withNotes(doc, notes.with(index, after));
}

export function removeNote(doc: Flow, id: string): Flow {
  const notes = notesOf(doc);
  const rest = notes.filter((note) => note.id !== id);
  return rest.length === notes.length ? doc : withNotes(doc, rest);
}

function withNotes(doc: Flow, notes: readonly Note[]): Flow {
  const { notes: _before, ...layout } = doc.layout ?? {};
  return { ...doc, layout: notes.length > 0 ? { ...layout, notes: [...notes] } : layout };
}
