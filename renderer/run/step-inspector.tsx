/** Right of the drawing when a step is selected: everything there is to know about it. */
import { ActionIcon, Button, Tabs, Tooltip } from '@mantine/core';
import { GitFork, PenTool, X } from 'lucide-react';
import { useState } from 'react';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';
import { StateBadge } from '../ui/state-badge';
import { retryWord, visualState } from './overlay-of';
import { AttemptsTab } from './step-attempts';
import { CostTab } from './step-cost';
import { OverviewTab } from './step-overview';
import { OutputTab, WritesTab } from './step-output';
import { PromptTab, ViewTab } from './step-view';
import { useSession, useShownTrace } from './use-run';
import { stepName } from './words';

const TABS = ['overview', 'view', 'prompt', 'attempts', 'output', 'writes', 'cost'] as const;
type TabName = (typeof TABS)[number];

export interface StepTabProps {
  readonly trace: Trace;
  readonly step: TraceStep;
}

interface Props {
  readonly step: TraceStep;
  readonly onFork: (step: string) => void;
  readonly onDesigner?: ((node: string) => void) | undefined;
}

export function StepInspector({ step, onFork, onDesigner }: Props) {
  const session = useSession();
  const trace = useShownTrace();
  const [tab, setTab] = useState<TabName>('overview');
  const state = visualState(trace, step);
  const word = state === 'retrying' ? { word: retryWord(trace, step) } : {};
  return (
    <section className="step-inspector" aria-label={t('run.inspector', { name: stepName(trace.flow, step) })}>
      <header className="inspector-head">
        <KindIcon kind={step.kind} size={24} />
        <div className="grow">
          <h2 className="truncate" title={step.key}>
            {stepName(trace.flow, step)}
          </h2>
          <StateBadge state={state} {...word} />
        </div>
        {onDesigner ? (
          <Tooltip label={t('run.showInDesigner')}>
            <ActionIcon aria-label={t('run.showInDesigner')} onClick={() => onDesigner(step.node)}>
              <PenTool size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : null}
        <Tooltip label={t('run.fork.from')}>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<GitFork size={13} aria-hidden />}
            onClick={() => onFork(step.key)}
          >
            {t('run.fork')}
          </Button>
        </Tooltip>
        <ActionIcon aria-label={t('run.closeStep')} onClick={() => session.select(undefined)}>
          <X size={16} aria-hidden />
        </ActionIcon>
      </header>
      <Tabs
        value={tab}
        onChange={(value) => setTab((value ?? 'overview') as TabName)}
        keepMounted={false}
        className="inspector-tabs"
      >
        <Tabs.List>
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`run.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((name) => (
          <Tabs.Panel key={name} value={name} className="inspector-body" tabIndex={0}>
            <TabBody name={name} trace={trace} step={step} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </section>
  );
}

function TabBody({ name, trace, step }: StepTabProps & { readonly name: TabName }) {
  switch (name) {
    case 'overview':
      return <OverviewTab trace={trace} step={step} />;
    case 'view':
      return <ViewTab trace={trace} step={step} />;
    case 'prompt':
      return <PromptTab trace={trace} step={step} />;
    case 'attempts':
      return <AttemptsTab trace={trace} step={step} />;
    case 'output':
      return <OutputTab trace={trace} step={step} />;
    case 'writes':
      return <WritesTab trace={trace} step={step} />;
    case 'cost':
      return <CostTab trace={trace} step={step} />;
  }
}
