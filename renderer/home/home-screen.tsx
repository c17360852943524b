import { ActionIcon, Button, Tooltip, UnstyledButton } from '@mantine/core';
import { FileInput, FileText, FolderOpen, Inbox, Plus, Rows3, Trash2, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { DeadLetterInfo, RunInfo } from '../../shared/events/event';
import type { FlowFile, TemplateInfo } from '../../shared/ipc/contract';
import { useInboxCount } from '../app/inbox-count';
import { navigate } from '../app/router';
import { act, toastError } from '../app/toasts';
import { TopBar } from '../app/top-bar';
import { onPush, request } from '../bridge/bridge';
import { forgetTab } from '../editor/tabs';
import { t } from '../i18n/t';
import { ConfirmInline } from '../ui/confirm-inline';
import { EmptyState } from '../ui/empty-state';
import { Panel } from '../ui/panel';
import { RelativeTime } from '../ui/relative-time';
import { StateBadge } from '../ui/state-badge';
import { runState } from '../ui/states';
import { FlowPreview } from './flow-preview';
import { createFromTemplate, newFlow, openDialog } from './library';
import './home.css';

const RECENT = 8;

/** Flows, templates, recent runs, and what needs attention. */
export function HomeScreen() {
  const { files, reload } = useFlows();
  const templates = useTemplates();
  const runs = useRecentRuns();
  const isFirst = files !== undefined && files.length === 0;
  return (
    <>
      <TopBar>
        <h1 className="bar-title">{t('home.title')}</h1>
        <span className="grow" />
        <Button
          variant="default"
          leftSection={<FileInput size={14} aria-hidden />}
          onClick={() => act(openDialog)}
        >
          {t('home.open')}
        </Button>
        <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => act(newFlow)}>
          {t('home.new')}
        </Button>
      </TopBar>
      <div className="home">
        <div className="home-main">
          {isFirst ? null : <FlowList files={files ?? []} reload={reload} />}
          <Templates templates={templates} first={isFirst} />
        </div>
        <div className="home-side">
          <Attention runs={runs} />
          <RecentRuns runs={runs} />
        </div>
      </div>
    </>
  );
}

function useFlows() {
  const [files, setFiles] = useState<readonly FlowFile[]>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    request('flow.list', {}).then((answer) => setFiles(answer.files), toastError);
  }, [turn]);
  return { files, reload: () => setTurn((n) => n + 1) };
}

function useTemplates(): readonly TemplateInfo[] {
  const [templates, setTemplates] = useState<readonly TemplateInfo[]>([]);
  useEffect(() => {
    request('flow.templates', {}).then((answer) => setTemplates(answer.templates), toastError);
  }, []);
  return templates;
}

function useRecentRuns(): readonly RunInfo[] {
  const [runs, setRuns] = useState<readonly RunInfo[]>([]);
  useEffect(() => {
    const load = () =>
      request('run.list', { limit: RECENT }).then((answer) => setRuns(answer.runs), toastError);
    void load();
    return onPush('runs.changed', () => void load());
  }, []);
  return runs;
}

function FlowList({ files, reload }: { readonly files: readonly FlowFile[]; readonly reload: () => void }) {
  return (
    <section aria-label={t('home.flows')}>
      <h2 className="home-heading">{t('home.flows')}</h2>
      <ul className="flow-list">
        {files.map((file) => (
          <li key={file.path} className="flow-row">
            <UnstyledButton
              className="flow-open"
              disabled={file.missing ?? false}
              onClick={() => navigate({ screen: 'designer', path: file.path })}
            >
              <FileText size={16} aria-hidden />
              <span className="grow">
                <strong className="truncate">{file.name}</strong>
                <span className="meta truncate">
                  {file.missing
                    ? t('home.missing', { path: file.path })
                    : file.description || t('home.nodes', { count: file.nodeCount })}
                </span>
              </span>
              {file.unsaved ? <span className="badge tint-amber">{t('home.unsaved')}</span> : null}
              <span className="meta">
                <RelativeTime at={file.modifiedAt} />
              </span>
            </UnstyledButton>
            <ConfirmInline
              question={t('home.deleteQuestion', { name: file.name })}
              confirm={t('ui.delete')}
              onConfirm={() =>
                act(async () => {
                  await request('flow.delete', { path: file.path });
                  forgetTab(file.path);
                  reload();
                })
              }
            >
              {(ask) => (
                <Tooltip label={t('ui.delete')}>
                  <ActionIcon onClick={ask} aria-label={t('home.deleteWhat', { name: file.name })}>
                    <Trash2 size={15} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              )}
            </ConfirmInline>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Templates({
  templates,
  first,
}: {
  readonly templates: readonly TemplateInfo[];
  readonly first: boolean;
}) {
  if (templates.length === 0) return null;
  return (
    <section aria-label={t('home.templates')}>
      {first ? (
        <div className="welcome">
          <h2>{t('home.welcome')}</h2>
          <p>{t('home.welcomeHelp')}</p>
        </div>
      ) : (
        <h2 className="home-heading">{t('home.templates')}</h2>
      )}
      <div className="template-grid">
        {templates.map((template) => (
          <UnstyledButton
            key={template.id}
            className="template"
            onClick={() => act(() => createFromTemplate(template.document))}
          >
            <FlowPreview flow={template.document} />
            <strong>{template.name}</strong>
            <span className="meta">{template.description}</span>
          </UnstyledButton>
        ))}
      </div>
    </section>
  );
}

function Attention({ runs }: { readonly runs: readonly RunInfo[] }) {
  const open = useInboxCount((s) => s.open);
  const [letters, setLetters] = useState<readonly DeadLetterInfo[]>([]);
  useEffect(() => {
    request('deadletter.list', {}).then(
      (answer) => setLetters(answer.deadLetters.filter((letter) => letter.closedBy === undefined)),
      toastError,
    );
  }, []);
  const paused = runs.filter((run) => run.status === 'paused');
  const items = [
    ...(open > 0
      ? [
          {
            key: 'inbox',
            icon: Inbox,
            text: t('home.waiting', { count: open }),
            go: () => navigate({ screen: 'inbox' }),
          },
        ]
      : []),
    ...(letters.length > 0
      ? [
          {
            key: 'dead',
            icon: TriangleAlert,
            text: t('home.deadLetters', { count: letters.length }),
            go: () => navigate({ screen: 'dead-letters' }),
          },
        ]
      : []),
    ...paused.map((run) => ({
      key: run.runId,
      icon: Rows3,
      text: t('home.paused', { name: run.flowName }),
      go: () => navigate({ screen: 'run', runId: run.runId }),
    })),
  ];
  return (
    <Panel title={t('home.attention')}>
      {items.length === 0 ? <p className="meta">{t('home.calm')}</p> : null}
      {items.map(({ key, icon: Icon, text, go }) => (
        <UnstyledButton key={key} className="side-row" onClick={go}>
          <Icon size={15} aria-hidden />
          <span className="grow">{text}</span>
        </UnstyledButton>
      ))}
    </Panel>
  );
}

function RecentRuns({ runs }: { readonly runs: readonly RunInfo[] }) {
  return (
    <Panel
      title={t('home.recent')}
      actions={
        runs.length > 0 ? (
          <Button variant="subtle" size="compact-xs" onClick={() => navigate({ screen: 'runs' })}>
            {t('home.allRuns')}
          </Button>
        ) : null
      }
    >
      {runs.length === 0 ? (
        <EmptyState icon={FolderOpen} title={t('home.noRuns')}>
          {t('home.noRunsHelp')}
        </EmptyState>
      ) : null}
      {runs.map((run) => (
        <UnstyledButton
          key={run.runId}
          className="side-row"
          onClick={() => navigate({ screen: 'run', runId: run.runId })}
        >
          <StateBadge state={runState(run.status)} compact />
          <span className="grow truncate">{run.flowName}</span>
          <span className="meta">
            <RelativeTime at={run.startedAt} />
          </span>
        </UnstyledButton>
      ))}
    </Panel>
  );
}
