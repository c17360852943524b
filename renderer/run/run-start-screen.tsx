/** The start form as a screen: the flow of the route, with the editor's unsaved edits. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import { goBack, navigate, useRouteOf } from '../app/router';
import { TopBar } from '../app/top-bar';
import { request, sentenceOf } from '../bridge/bridge';
import { openDocument } from '../editor/tabs';
import { t } from '../i18n/t';
import { Busy } from '../ui/busy';
import { EmptyState } from '../ui/empty-state';
import { StartRun } from './start-form';
import './run.css';

export function RunStartScreen() {
  const route = useRouteOf('run-start');
  const path = route?.path;
  const open = path === undefined ? undefined : openDocument(path);
  const [opened, setOpened] = useState<Flow>();
  const [error, setError] = useState<string>();
  const isOpen = open !== undefined;
  useEffect(() => {
    if (path === undefined || isOpen) return;
    request('flow.open', { path }).then(
      (answer) => setOpened(answer.document),
      (failure: unknown) => setError(sentenceOf(failure).message),
    );
  }, [path, isOpen]);
  const document = open ?? opened;
  return (
    <div className="start-screen">
      <TopBar>
        <h1 className="bar-title">
          {document ? t('run.start.title', { name: document.name }) : t('run.title')}
        </h1>
      </TopBar>
      {error !== undefined ? (
        <EmptyState title={t('run.start.failed')} action={<Button onClick={goBack}>{t('app.back')}</Button>}>
          {error}
        </EmptyState>
      ) : document ? (
        <div className="start-card">
          <h2 className="sr-only">{t('run.start.what')}</h2>
          {document.description ? <p className="meta">{document.description}</p> : null}
          <StartRun
            document={document}
            path={path}
            mode={route?.mode}
            onStarted={(runId) => navigate({ screen: 'run', runId })}
            onClose={goBack}
          />
        </div>
      ) : (
        <Busy />
      )}
    </div>
  );
}
