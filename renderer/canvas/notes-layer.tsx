/** Notes on the drawing: dragged, sized, coloured and written in place; by keyboard with arrows, Enter and Delete. */
import { useReactFlow, ViewportPortal } from '@xyflow/react';
import { Palette, X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { changeNote, NOTE_COLORS, NOTE_SIZE, notesOf, removeNote } from '../../shared/editing/notes';
import { snap } from '../../shared/editing/layout';
import type { Flow, Note } from '../../shared/spec/flow';
import { t } from '../i18n/t';
import type { Edit } from './canvas-types';
import { directionOf } from './keyboard';

const MIN = { width: 100, height: 48 };
const NUDGE = 20;

interface Props {
  readonly doc: Flow;
  readonly edit: Edit | undefined;
}

export function NotesLayer({ doc, edit }: Props) {
  const notes = notesOf(doc);
  if (notes.length === 0) return null;
  return (
    <ViewportPortal>
      {notes.map((note) => (
        <NoteCard key={note.id} note={note} edit={edit} />
      ))}
    </ViewportPortal>
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(note: Note): Box {
  const { width = NOTE_SIZE.width, height = NOTE_SIZE.height } = note;
  return { x: note.x, y: note.y, width, height };
}

function NoteCard({ note, edit }: { readonly note: Note; readonly edit: Edit | undefined }) {
  const [gesture, setGesture] = useState<Box>();
  const box = gesture ?? boxOf(note);
  const startGesture = useGesture(note, setGesture, edit);
  const color = NOTE_COLORS.find((known) => known === note.color) ?? 'amber';
  const style = { transform: `translate(${box.x}px, ${box.y}px)`, width: box.width, height: box.height };
  return (
    <div className={`canvas-note nopan nodrag tint-${color}`} style={style} data-note={note.id}>
      {edit ? (
        <NoteHead note={note} edit={edit} onDrag={(event) => startGesture(event, 'move')} color={color} />
      ) : null}
      <textarea
        className="note-text nowheel"
        aria-label={t('canvas.note.text')}
        placeholder={edit ? t('canvas.note.hint') : ''}
        readOnly={!edit}
        value={note.text}
        onChange={(event) => {
          const text = event.currentTarget.value;
          edit?.(t('canvas.note.edit'), (doc) => changeNote(doc, note.id, { text }), `note:${note.id}`);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          event.currentTarget.closest('.canvas-note')?.querySelector<HTMLElement>('.note-head')?.focus();
        }}
      />
      {edit ? (
        <span className="note-size" aria-hidden onPointerDown={(event) => startGesture(event, 'size')} />
      ) : null}
    </div>
  );
}

interface HeadProps {
  readonly note: Note;
  readonly edit: Edit;
  readonly color: (typeof NOTE_COLORS)[number];
  readonly onDrag: (event: PointerEvent<HTMLElement>) => void;
}

/** What a note is moved by; arrows move it, with Shift they size it. */
function NoteHead({ note, edit, color, onDrag }: HeadProps) {
  const remove = () => edit(t('canvas.note.remove'), (doc) => removeNote(doc, note.id));
  const recolor = () => {
    const next = NOTE_COLORS[(NOTE_COLORS.indexOf(color) + 1) % NOTE_COLORS.length] ?? 'amber';
    edit(t('canvas.note.recolor'), (doc) => changeNote(doc, note.id, { color: next }));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const direction = directionOf(event.key);
    if (direction) {
      const change = nudged(boxOf(note), direction, event.shiftKey);
      edit(t('canvas.note.move'), (doc) => changeNote(doc, note.id, change), `note-move:${note.id}`);
    } else if (event.key === 'Delete' || event.key === 'Backspace') remove();
    else if (event.key === 'Enter')
      event.currentTarget.closest('.canvas-note')?.querySelector('textarea')?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="note-bar">
      <button
        type="button"
        className="note-head"
        aria-label={t('canvas.note.label', { text: note.text.slice(0, 60) || t('canvas.note.hint') })}
        title={t('canvas.note.help')}
        onPointerDown={onDrag}
        onKeyDown={onKeyDown}
      />
      <button type="button" className="note-button" aria-label={t('canvas.note.recolor')} onClick={recolor}>
        <Palette size={12} aria-hidden />
      </button>
      <button type="button" className="note-button" aria-label={t('canvas.note.remove')} onClick={remove}>
        <X size={12} aria-hidden />
      </button>
    </div>
  );
}

export function nudged(box: Box, direction: 'left' | 'right' | 'up' | 'down', isSize: boolean): Partial<Box> {
  const dx = { left: -NUDGE, right: NUDGE, up: 0, down: 0 }[direction];
  const dy = { left: 0, right: 0, up: -NUDGE, down: NUDGE }[direction];
  return isSize
    ? { width: Math.max(MIN.width, box.width + dx), height: Math.max(MIN.height, box.height + dy) }
    : { x: box.x + dx, y: box.y + dy };
}

/** Moves or sizes while the pointer is down; letting go is one step that can be undone. */
function useGesture(note: Note, show: (box: Box | undefined) => void, edit: Edit | undefined) {
  const { getZoom } = useReactFlow();
  return (event: PointerEvent<HTMLElement>, what: 'move' | 'size') => {
    if (!edit || event.button !== 0) return;
    event.stopPropagation();
    const handle = event.currentTarget;
    const from = boxOf(note);
    const start = { x: event.clientX, y: event.clientY };
    let box = from;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: globalThis.PointerEvent) => {
      const zoom = getZoom();
      const dx = snap((move.clientX - start.x) / zoom);
      const dy = snap((move.clientY - start.y) / zoom);
      box =
        what === 'move'
          ? { ...from, x: from.x + dx, y: from.y + dy }
          : {
              ...from,
              width: Math.max(MIN.width, from.width + dx),
              height: Math.max(MIN.height, from.height + dy),
            };
      show(box);
    };
    const onUp = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('pointerup', onUp);
      handle.removeEventListener('pointercancel', onUp);
      show(undefined);
      edit(t('canvas.note.move'), (doc) => changeNote(doc, note.id, box));
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onUp);
    handle.addEventListener('pointercancel', onUp);
  };
}
