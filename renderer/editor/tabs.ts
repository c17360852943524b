/** The flows that are open. Each has an editor of its own; closing a tab keeps its journal, so nothing is lost. */
import { create } from 'zustand';
import type { OpenedFlow } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { request } from '../bridge/bridge';
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
  const editor = createEditorStore(opened);
  const tab: Tab = { path: opened.path, editor, stop: followDocument(editor) };
  useTabs.setState((s) => ({ tabs: [...s.tabs, tab], active: opened.path }));
  return editor;
}

export async function openFlow(path: string): Promise<EditorStore> {
  const open = editorOf(path);
  if (open) {
    useTabs.setState({ active: path });
    return open;
  }
  return showOpened(await request('flow.open', { path }));
}

/** Reads the file again and drops the edits made here. */
export async function reloadFlow(path: string): Promise<void> {
  await request('flow.discardJournal', { path });
  const opened = await request('flow.open', { path });
  dropTab(path);
  showOpened(opened);
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
