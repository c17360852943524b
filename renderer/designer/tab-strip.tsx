import { ActionIcon, UnstyledButton } from '@mantine/core';
import { X } from 'lucide-react';
import { useStore } from 'zustand';
import { navigate } from '../app/router';
import { act } from '../app/toasts';
import { type EditorStore, isDirty } from '../editor/editor-store';
import { closeTab, useTabs } from '../editor/tabs';
import { t } from '../i18n/t';

/** The open flows, once there is more than one. */
export function TabStrip() {
  const tabs = useTabs((s) => s.tabs);
  const active = useTabs((s) => s.active);
  if (tabs.length < 2) return null;
  return (
    <div className="tab-strip" role="tablist" aria-label={t('designer.openFlows')}>
      {tabs.map(({ path, editor }) => (
        <TabButton key={path} path={path} editor={editor} active={path === active} />
      ))}
    </div>
  );
}

function TabButton({
  path,
  editor,
  active,
}: {
  readonly path: string;
  readonly editor: EditorStore;
  readonly active: boolean;
}) {
  const name = useStore(editor, (s) => s.history.present.name);
  const dirty = useStore(editor, isDirty);
  return (
    <div role="presentation" className={`tab${active ? ' is-active' : ''}`}>
      <UnstyledButton
        role="tab"
        aria-selected={active}
        className="tab-name truncate"
        onClick={() => navigate({ screen: 'designer', path })}
      >
        {name}
        {dirty ? <span className="dirty" title={t('designer.unsaved')} /> : null}
      </UnstyledButton>
      {/* A list of tabs may hold nothing but tabs: by keyboard a flow is closed with its command. */}
      <ActionIcon
        size={18}
        aria-hidden
        tabIndex={-1}
        title={t('designer.closeWhat', { name })}
        onClick={() => act(() => closeTab(path))}
      >
        <X size={12} aria-hidden />
      </ActionIcon>
    </div>
  );
}
