/** Making, opening and importing flows: used by home, the designer and the system's menu. */
import { useEffect, useMemo } from 'react';
import { blankFlow } from '../../shared/editing/blank';
import type { OpenedFlow } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { type Command, useCommands } from '../app/commands';
import { navigate } from '../app/router';
import { act } from '../app/toasts';
import { onPush, pathOfDroppedFile, request } from '../bridge/bridge';
import { showOpened } from '../editor/tabs';
import { t } from '../i18n/t';

function show(opened: OpenedFlow): void {
  showOpened(opened);
  navigate({ screen: 'designer', path: opened.path });
}

export async function newFlow(): Promise<void> {
  show(
    await request('flow.create', {
      document: blankFlow('new-flow', t('home.newName'), new Date().toISOString()),
    }),
  );
}

/** Makes a flow of one's own from a template's document. */
export async function createFromTemplate(document: Flow): Promise<void> {
  show(await request('flow.create', { document }));
}

export async function openDialog(): Promise<void> {
  const opened = await request('flow.openDialog', {});
  if (opened) show(opened);
}

export async function openPath(path: string): Promise<void> {
  show(await request('flow.open', { path }));
}

/** A file dropped on the window: opened where it lies when it has a path, else imported. */
export async function openDropped(file: File): Promise<void> {
  const path = pathOfDroppedFile(file);
  if (path) return openPath(path);
  show(await request('flow.importText', { text: await file.text(), name: file.name }));
}

/** New and Open, on every screen; and files the system asks the window to open. */
export function useLibraryCommands(): void {
  const commands = useMemo<readonly Command[]>(
    () => [
      {
        id: 'flow.new',
        title: t('home.new'),
        group: 'app.group.flow',
        shortcut: 'Mod+N',
        whileTyping: true,
        run: () => act(newFlow),
      },
      {
        id: 'flow.open',
        title: t('home.open'),
        group: 'app.group.flow',
        shortcut: 'Mod+O',
        whileTyping: true,
        run: () => act(openDialog),
      },
    ],
    [],
  );
  useCommands(commands);
  useEffect(() => onPush('flow.openPath', ({ path }) => act(() => openPath(path))), []);
}
