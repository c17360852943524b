/**
 * The flows that are open. Each has an editor of its own; closing a tab keeps its journal, so nothing is lost.
 *
 * T1. A file that changes on disk is noticed whether its tab is shown or not: one without edits is read again, for one
 *     with edits the person decides.
 */
import { create } from 'zustand';
import type { OpenedFlow } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { act } from '../app/toasts';
import { onPush, request } from '../bridge/bridge';
import { followDocument, save } from './autosave';
import { createEditorStore, type EditorStore, isDirty } from './editor-store';

interface Tab {
  readonly path: string;
  readonly editor: EditorStore;
  readonly stop: () => void;
}
interface TabsState {
  readonly tabs: readonly Tab[];
  readonly active: string | undefined;
}

export const useTabs = create<TabsState>()(() => ({ tabs: [], active: undefined }));

export function editorOf(path: string): EditorStore | undefined {
  return useTabs.getState().tabs.find((tab) => tab.path === path)?.editor;
}

export function activeEditor(): EditorStore | undefined {
  const { active } = useTabs.getState();
  return active === undefined ? undefined : editorOf(active);
}

/** The document as the editor holds it, unsaved edits included, if the flow is open. */
export function openDocument(path: string): Flow | undefined {
  return editorOf(path)?.getState().history.present;
}

/** Shows a flow the main side has just given; one that is open already keeps its edits. */
export function showOpened(opened: OpenedFlow): EditorStore {
  const open = editorOf(opened.path);
  if (open) {
    useTabs.setState({ active: opened.path });
    return open;
  }
  const tab = makeTab(opened);
  useTabs.setState((s) => ({ tabs: [...s.tabs, tab], active: opened.path }));
  return tab.editor;
}

function makeTab(opened: OpenedFlow): Tab {
  const { path } = opened;
  const editor = createEditorStore(opened);
  const stops = [
    followDocument(editor),
    onPush('flow.changedOnDisk', (changed) => {
      if (changed.path !== path) return;
      if (isDirty(editor.getState())) editor.setState({ conflict: true });
      else act(() => reloadFlow(path));
    }),
  ];
  return { path, editor, stop: () => stops.forEach((stop) => stop()) };
}

export async function openFlow(path: string): Promise<EditorStore> {
  const open = editorOf(path);
  if (open) {
    useTabs.setState({ active: path });
    return open;
  }
  return showOpened(await request('flow.open', { path }));
}

/** Reads the file again and drops the edits made here; the tab stays at its place. */
export async function reloadFlow(path: string): Promise<void> {
  await request('flow.discardJournal', { path });
  const opened = await request('flow.open', { path });
  useTabs
    .getState()
    .tabs.find((tab) => tab.path === path)
    ?.stop();
  useTabs.setState(({ tabs, ...rest }) => ({
    ...rest,
    tabs: tabs.map((tab) => (tab.path === path ? makeTab(opened) : tab)),
  }));
}

function dropTab(path: string): void {
  const { tabs, active } = useTabs.getState();
  const index = tabs.findIndex((tab) => tab.path === path);
  tabs[index]?.stop();
  const rest = tabs.filter((tab) => tab.path !== path);
  const neighbour = rest[Math.min(index, rest.length - 1)]?.path;
  useTabs.setState({ tabs: rest, active: active === path ? neighbour : active });
}

/** Closes a tab. Unsaved edits are saved first; if that is refused the tab stays open. */
export async function closeTab(path: string): Promise<boolean> {
  const editor = editorOf(path);
  if (editor && isDirty(editor.getState()) && !(await save(editor))) return false;
  dropTab(path);
  return true;
}

/** Forgets a tab whose file was deleted. */
export function forgetTab(path: string): void {
  dropTab(path);
}
