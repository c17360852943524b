/** Nodes on the system's clipboard, as text; and a copy in the window for when the system refuses. */
import { type Clip, copyNodes, duplicateNodes, parseClip, pasteNodes } from '../../shared/editing/clipboard';
import { graphAt, ROOT } from '../../shared/editing/graphs';
import type { PlacePoint } from '../../shared/editing/layout';
import { removeNodes } from '../../shared/editing/nodes';
import type { Flow } from '../../shared/spec/flow';
import type { CanvasHandle } from '../canvas/canvas-types';
import { isTyping } from '../app/shortcuts';
import { toast } from '../app/toasts';
import type { EditorStore } from '../editor/editor-store';
import { t } from '../i18n/t';

let lastCopied: string | undefined;

function selectedText(editor: EditorStore): string | undefined {
  const { history, graph, selection } = editor.getState();
  const clip = copyNodes(history.present, graph, selection.nodes);
  return clip ? JSON.stringify(clip) : undefined;
}

function paste(editor: EditorStore, canvas: CanvasHandle | null, text: string): void {
  const clip = parseClip(text);
  if (!clip.ok) return toast(clip.error);
  pasteClip(editor, clip.value, middleOf(canvas));
}

/** In the middle of what is visible. */
function middleOf(canvas: CanvasHandle | null): PlacePoint {
  const centre = canvas?.centre() ?? { x: 0, y: 0 };
  return { x: centre.x - 116, y: centre.y - 32 };
}

function pasteClip(editor: EditorStore, clip: Clip, at: PlacePoint): readonly string[] {
  const { edit, select, graph } = editor.getState();
  let ids: readonly string[] = [];
  edit(t('designer.edit.paste', { count: Object.keys(clip.nodes.nodes).length }), (doc) => {
    const pasted = pasteNodes(doc, graph, clip, at);
    ids = pasted.ids;
    return pasted.doc;
  });
  select({ nodes: ids });
  return ids;
}

const GAP = 64;

/** Many steps at once would lie over the drawing: they go below all of it. */
function below(editor: EditorStore, canvas: CanvasHandle | null): PlacePoint {
  const { history, graph } = editor.getState();
  const boxes = canvas?.boxes(Object.keys(graphAt(history.present, graph)?.nodes ?? {})) ?? [];
  if (boxes.length === 0) return middleOf(canvas);
  return {
    x: Math.min(...boxes.map(({ x }) => x)),
    y: Math.max(...boxes.map(({ y, height }) => y + height)) + GAP,
  };
}

/** A template as a piece of another flow: its steps without its start and its ends, and the parts they use. */
export function insertPiece(editor: EditorStore, canvas: CanvasHandle | null, template: Flow): void {
  const ids = Object.entries(template.nodes)
    .filter(([, node]) => node.kind !== 'start' && node.kind !== 'end')
    .map(([id]) => id);
  const clip = copyNodes(template, ROOT, ids);
  if (!clip) return;
  const [first] = pasteClip(editor, clip, below(editor, canvas));
  // Once it is drawn.
  if (first !== undefined) requestAnimationFrame(() => requestAnimationFrame(() => canvas?.show(first)));
}

export function copySelection(editor: EditorStore): void {
  const text = selectedText(editor);
  if (text === undefined) return;
  lastCopied = text;
  // The window's own copy serves when the system refuses.
  navigator.clipboard.writeText(text).catch(() => undefined);
  toast(t('ui.copied'));
}

export function cutSelection(editor: EditorStore): void {
  const { selection, edit } = editor.getState();
  copySelection(editor);
  edit(t('designer.edit.cut', { count: selection.nodes.length }), (doc) => removeNodes(doc, selection.nodes));
}

export function pasteLast(editor: EditorStore, canvas: CanvasHandle | null): void {
  if (lastCopied === undefined) toast(t('designer.paste.empty'));
  else paste(editor, canvas, lastCopied);
}

export function duplicateSelection(editor: EditorStore): void {
  const { edit, select, graph, selection } = editor.getState();
  let ids: readonly string[] = [];
  edit(t('designer.edit.duplicate', { count: selection.nodes.length }), (doc) => {
    const copied = duplicateNodes(doc, graph, selection.nodes);
    ids = copied.ids;
    return copied.doc;
  });
  if (ids.length > 0) select({ nodes: ids });
}

/** The browser's own copy, cut and paste, wherever no text is being edited. */
export function listenForClipboard(
  editor: () => EditorStore | undefined,
  canvas: () => CanvasHandle | null,
): () => void {
  const onCopy = (event: ClipboardEvent) => {
    const current = editor();
    const isText = isTyping(event.target) || (document.getSelection()?.toString() ?? '') !== '';
    const text = current && !isText ? selectedText(current) : undefined;
    if (!current || text === undefined) return;
    event.clipboardData?.setData('text/plain', text);
    lastCopied = text;
    event.preventDefault();
    if (event.type !== 'cut') return;
    const { selection, edit } = current.getState();
    edit(t('designer.edit.cut', { count: selection.nodes.length }), (doc) =>
      removeNodes(doc, selection.nodes),
    );
  };
  const onPaste = (event: ClipboardEvent) => {
    const current = editor();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!current || isTyping(event.target) || text === '') return;
    event.preventDefault();
    paste(current, canvas(), text);
  };
  document.addEventListener('copy', onCopy);
  document.addEventListener('cut', onCopy);
  document.addEventListener('paste', onPaste);
  return () => {
    document.removeEventListener('copy', onCopy);
    document.removeEventListener('cut', onCopy);
    document.removeEventListener('paste', onPaste);
  };
}
