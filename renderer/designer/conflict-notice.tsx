import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { act } from '../app/toasts';
import { onPush } from '../bridge/bridge';
import { save } from '../editor/autosave';
import { type EditorStore, isDirty } from '../editor/editor-store';
import { reloadFlow } from '../editor/tabs';
import { t } from '../i18n/t';

/** The file was changed elsewhere, or edits came back after a crash: the person decides what counts. */
export function ConflictNotice({ editor }: { readonly editor: EditorStore }) {
  const conflict = useStore(editor, (s) => s.conflict);
  const recovered = useStore(editor, (s) => s.recovered);
  const { path } = editor.getState();
  useEffect(
    () =>
      onPush('flow.changedOnDisk', (changed) => {
        if (changed.path !== path) return;
        if (isDirty(editor.getState())) editor.setState({ conflict: true });
        else act(() => reloadFlow(path));
      }),
    [editor, path],
  );
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
