/** What one does with a flow as a whole: save, keep versions, run, rehearse, export. */
import type { Command } from '../app/commands';
import { navigate } from '../app/router';
import { act, toast } from '../app/toasts';
import { request } from '../bridge/bridge';
import { save } from '../editor/autosave';
import type { EditorStore } from '../editor/editor-store';
import { closeTab, showOpened } from '../editor/tabs';
import { t } from '../i18n/t';
import { openVersions } from './versions/versions-dialog';

interface Input {
  readonly editor: EditorStore;
}

export function flowCommands(input: Input): readonly Command[] {
  return [...fileCommands(input), ...runCommands(input)];
}

function fileCommands({ editor }: Input): readonly Command[] {
  const group = 'app.group.flow' as const;
  const { path } = editor.getState();
  const document = () => editor.getState().history.present;
  return [
    {
      id: 'file.save',
      title: t('designer.save'),
      group,
      shortcut: 'Mod+S',
      whileTyping: true,
      run: () => act(() => save(editor)),
    },
    {
      id: 'file.saveAs',
      title: t('designer.saveAs'),
      group,
      shortcut: 'Mod+Shift+S',
      whileTyping: true,
      run: () =>
        act(async () => {
          const opened = await request('flow.saveAs', {
            document: document(),
            suggestedName: document().name,
          });
          if (opened) showOpened(opened);
        }),
    },
    {
      id: 'file.versions',
      title: t('versions.open'),
      group,
      shortcut: 'Mod+Alt+H',
      whileTyping: true,
      run: openVersions,
    },
    {
      id: 'file.close',
      title: t('designer.close'),
      group,
      shortcut: 'Mod+W',
      whileTyping: true,
      run: () => act(() => closeTab(path)),
    },
  ];
}

function runCommands({ editor }: Input): readonly Command[] {
  const { path } = editor.getState();
  return [
    {
      id: 'run.start',
      title: t('designer.run'),
      group: 'app.group.run',
      shortcut: 'F5 Mod+Enter',
      whileTyping: true,
      run: () => navigate({ screen: 'run-start', path }),
    },
    {
      id: 'run.rehearse',
      title: t('designer.rehearse'),
      group: 'app.group.run',
      shortcut: 'Shift+F5 Mod+Shift+Enter',
      whileTyping: true,
      run: () => navigate({ screen: 'rehearsal', path }),
    },
  ];
}

export function exportCommands({ editor }: Input): readonly Command[] {
  const targets = ['json', 'bundle', 'markdown', 'mermaid'] as const;
  const group = 'app.group.flow' as const;
  const document = () => editor.getState().history.present;
  const write = (target: (typeof targets)[number]) => () =>
    act(async () => {
      const written = await request('flow.export', { document: document(), target });
      if (written) toast(t('designer.exported', { path: written.path }));
    });
  return [
    {
      id: 'file.export',
      title: t('designer.export'),
      group,
      shortcut: 'Mod+E',
      whileTyping: true,
      run: write('bundle'),
    },
    ...targets.map(
      (target): Command => ({
        id: `file.export.${target}`,
        title: t('designer.exportAs', { what: t(`designer.export.${target}`) }),
        group,
        run: write(target),
      }),
    ),
  ];
}
