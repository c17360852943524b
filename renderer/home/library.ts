/** Making, opening and importing flows: used by home, the designer and the system's menu. */
import { useEffect, useMemo, useState } from 'react';
import { blankFlow } from '../../shared/editing/blank';
import type { FlowFile, OpenedFlow } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { type Command, useCommands } from '../app/commands';
import { navigate, useRouter } from '../app/router';
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
        id: 'file.new',
        title: t('home.new'),
        group: 'app.group.flow',
        shortcut: 'Mod+N',
        whileTyping: true,
        run: () => act(newFlow),
      },
      {
        id: 'file.open',
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
  useCommands(useFlowCommands());
  useEffect(() => onPush('flow.openPath', ({ path }) => act(() => openPath(path))), []);
}

const NO_FLOWS: readonly FlowFile[] = [];

/** Every flow of the library, to open from the palette; asked for again when another screen is shown. */
function useFlowCommands(): readonly Command[] {
  const screen = useRouter((s) => s.route.screen);
  const [files, setFiles] = useState(NO_FLOWS);
  useEffect(() => {
    let current = true;
    request('flow.list', {}).then(
      (answer) => current && screen && setFiles(answer.files),
      () => undefined, // home says so when the library cannot be read
    );
    return () => {
      current = false;
    };
  }, [screen]);
  return useMemo(
    () =>
      files
        .filter((file) => !file.missing)
        .map((file) => ({
          id: `flow:${file.path}`,
          title: t('home.openWhat', { name: file.name }),
          keywords: file.description,
          group: 'app.group.flow' as const,
          run: () => navigate({ screen: 'designer', path: file.path }),
        })),
    [files],
  );
}
