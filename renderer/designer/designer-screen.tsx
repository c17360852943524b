import { Button } from '@mantine/core';
import { PenTool } from 'lucide-react';
import { useEffect } from 'react';
import { navigate, useRouteOf } from '../app/router';
import { act } from '../app/toasts';
import { TopBar } from '../app/top-bar';
import { openFlow, useTabs } from '../editor/tabs';
import { t } from '../i18n/t';
import { EmptyState } from '../ui/empty-state';
import { DesignerWorkspace } from './designer-workspace';
import './designer.css';
import '../inspector/inspector.css';

/** The flow that is being edited; with none open it says where to find one. */
export function DesignerScreen() {
  const route = useRouteOf('designer');
  const tab = useTabs((s) => s.tabs.find((candidate) => candidate.path === s.active));
  const path = route?.path;
  const node = route?.node;
  useEffect(() => {
    if (path !== undefined) act(() => openFlow(path));
  }, [path]);
  if (!tab) return <NothingOpen />;
  return <DesignerWorkspace key={tab.path} editor={tab.editor} goTo={tab.path === path ? node : undefined} />;
}

function NothingOpen() {
  return (
    <>
      <TopBar>
        <h1 className="bar-title">{t('designer.title')}</h1>
      </TopBar>
      <EmptyState
        icon={PenTool}
        title={t('designer.nothingOpen')}
        action={<Button onClick={() => navigate({ screen: 'home' })}>{t('designer.goHome')}</Button>}
      >
        {t('designer.nothingOpenHelp')}
      </EmptyState>
    </>
  );
}
