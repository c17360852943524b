/** The run's line in the top bar: what runs, how it stands, what it used, and what to export. */
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { ArrowLeft, Download, PenTool } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { parseDuration } from '../../shared/base/duration';
import type { Trace } from '../../shared/events/trace-model';
import { goBack } from '../app/router';
import { TopBar } from '../app/top-bar';
import { act, toast } from '../app/toasts';
import { request } from '../bridge/bridge';
import { formatNumber, t } from '../i18n/t';
import { StateBadge } from '../ui/state-badge';
import { runState } from '../ui/states';
import { CompareMenu } from './compare-menu';
import { Dependencies } from './dependencies';
import { useRun, useCalmTrace, useWorkedMs } from './use-run';
import { costWords, elapsedWords, money, statusWords, tokensWords } from './words';

const EXPORTS = ['bundle', 'events', 'otlp'] as const;

export function RunBar({ onDesigner }: { readonly onDesigner?: (() => void) | undefined }) {
  const runId = useRun((s) => s.runId);
  const name = useRun((s) => s.info?.flowName ?? s.flow?.name ?? '');
  const trace = useCalmTrace();
  const { run } = trace;
  const usedMs = useWorkedMs(trace);
  const exportTo = (target: (typeof EXPORTS)[number]) =>
    act(async () => {
      const saved = await request('run.export', { runId, target });
      if (saved) toast(t('run.exported', { path: saved.path }));
    });
  return (
    <TopBar>
      <Tooltip label={t('app.back')}>
        <ActionIcon aria-label={t('app.back')} onClick={goBack}>
          <ArrowLeft size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <h1 className="bar-title truncate">{name}</h1>
      <StateBadge state={runState(run.status)} word={statusWords(run)} />
      {run.mode === 'rehearsal' ? <span className="chip tint-teal">{t('run.mode.rehearsal')}</span> : null}
      <span className="bar-facts mono">
        <span title={t('run.fact.duration')}>{elapsedWords(usedMs)}</span>
        <span title={t('run.fact.tokens')}>{t('run.tokens', { tokens: tokensWords(run.usage.tokens) })}</span>
        <span title={t('run.fact.cost')}>{costWords(run.usage.cost)}</span>
      </span>
      <span className="grow" />
      <Dependencies trace={trace} />
      <BudgetMeter trace={trace} usedMs={usedMs} />
      {onDesigner ? (
        <Button variant="default" leftSection={<PenTool size={14} aria-hidden />} onClick={onDesigner}>
          {t('run.openDesigner')}
        </Button>
      ) : null}
      <CompareMenu />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Download size={14} aria-hidden />}>
            {t('run.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {EXPORTS.map((target) => (
            <Menu.Item key={target} onClick={() => exportTo(target)}>
              {t(`run.export.${target}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </TopBar>
  );
}

interface Meter {
  readonly label: string;
  readonly share: number;
}

/** How much of each limit is used; the nearest to its end is the one shown. */
export function metersOf(trace: Trace, usedMs: number): readonly Meter[] {
  const { usage } = trace.run;
  const budget = { ...trace.flow?.budget, ...trace.run.overrides?.budget, ...raisedLimits(trace) };
  const meters: Meter[] = [];
  const add = (
    limit: number | undefined,
    used: number,
    words: (value: number) => string,
    metric: 'steps' | 'turns' | 'tokens' | 'handoffs' | 'cost' | 'duration',
  ) => {
    if (limit !== undefined && limit > 0)
      meters.push({
        share: used / limit,
        label: t('run.budget.of', {
          metric: t(`run.budget.${metric}`),
          used: words(used),
          limit: words(limit),
        }),
      });
  };
  const plain = (value: number) => formatNumber(value);
  add(budget.steps, usage.steps, plain, 'steps');
  add(budget.turns, usage.turns, plain, 'turns');
  add(budget.tokens, usage.tokens.in + usage.tokens.out, plain, 'tokens');
  add(budget.handoffs, usage.handoffs, plain, 'handoffs');
  add(
    budget.duration === undefined ? undefined : parseDuration(budget.duration),
    usedMs,
    elapsedWords,
    'duration',
  );
  if (usage.cost.known || usage.cost.amount > 0)
    add(
      budget.cost?.amount,
      usage.cost.amount,
      (value) => money(value, budget.cost?.currency ?? usage.cost.currency),
      'cost',
    );
  return meters.toSorted((a, b) => b.share - a.share);
}

function raisedLimits(trace: Trace): NonNullable<NonNullable<Trace['flow']>['budget']> {
  const raised = trace.incidents.filter((incident) => incident.type === 'budget.raised').at(-1)?.data as
    | { limits?: object }
    | undefined; // its event says so
  return raised?.limits ?? {};
}

function BudgetMeter({ trace, usedMs }: { readonly trace: Trace; readonly usedMs: number }) {
  const meters = metersOf(trace, usedMs);
  const [first] = meters;
  if (!first) return null;
  const percent = Math.min(100, Math.round(first.share * 100));
  return (
    <Tooltip label={meters.map((meter) => meter.label).join(' · ')} multiline maw={420}>
      <div
        className={`budget-meter tint-${first.share >= 1 ? 'red' : first.share >= 0.8 ? 'amber' : 'slate'}`}
        role="meter"
        aria-label={t('run.budget')}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={meters.map((meter) => meter.label).join(', ')}
      >
        <span className="meta num">
          {t('run.budget')} {percent} %
        </span>
        <span className="budget-track">
          <span style={{ width: `${percent}%` }} />
        </span>
      </div>
    </Tooltip>
  );
}

const QUIET_MS = 1_500;

/** Says changes of the run to those who hear the page, in sentences and not too often. */
export function Announcer() {
  useCalmTrace();
  const trace = useRun((s) => s.trace);
  const at = useRun((s) => s.at);
  const [said, setSaid] = useState('');
  const waiting = [...trace.openTasks.keys()].map((id) => trace.tasks.get(id)?.title ?? id);
  const sentence =
    at !== undefined
      ? ''
      : waiting.length > 0
        ? t('run.say.waiting', { titles: waiting.join(', ') })
        : trace.run.startedAt === 0
          ? ''
          : t('run.say.status', { status: t(`run.status.${trace.run.status}`) });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(sentence), QUIET_MS);
    return () => clearTimeout(timer.current);
  }, [sentence]);
  return (
    <div className="sr-only" role="status" aria-live="polite">
      {said}
    </div>
  );
}
