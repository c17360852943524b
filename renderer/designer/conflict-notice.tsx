import { Button } from '@mantine/core';
import { useStore } from 'zustand';
import { act } from '../app/toasts';
import { save } from '../editor/autosave';
import type { EditorStore } from '../editor/editor-store';
import { reloadFlow } from '../editor/tabs';
import { t } from '../i18n/t';

/** The file was changed elsewhere, or edits came back after a crash: the person decides what counts. */
export function ConflictNotice({ editor }: { readonly editor: EditorStore }) {
  const conflict = useStore(editor, (s) => s.conflict);
  const recovered = useStore(editor, (s) => s.recovered);
  const { path } = editor.getState();
  if (conflict) {
    return (
      <div className="notice tint-amber" role="alert">
        <span className="grow">{t('designer.conflict')}</span>
        <Button size="compact-xs" variant="default" onClick={() => act(() => reloadFlow(path))}>
          {t('designer.conflict.reload')}
        </Button>
        <Button size="compact-xs" onClick={() => act(() => save(editor, true))}>
          {t('designer.conflict.overwrite')}
        </Button>
      </div>
    );
  }
  if (!recovered) return null;
  return (
    <div className="notice tint-blue" role="status">
      <span className="grow">{t('designer.recovered')}</span>
      <Button size="compact-xs" variant="default" onClick={() => act(() => reloadFlow(path))}>
        {t('designer.recovered.discard')}
      </Button>
      <Button size="compact-xs" onClick={() => act(() => save(editor))}>
        {t('designer.recovered.keep')}
      </Button>
    </div>
  );
}
