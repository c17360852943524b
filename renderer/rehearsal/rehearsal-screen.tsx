/** The rehearsal lab: many runs without a model, with the faults one chooses; what came of them and what was never tried. */
import { Button, Loader, NumberInput, Select } from '@mantine/core';
import { FlaskConical, PenTool } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { FlowFile } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { navigate, useRouteOf } from '../app/router';
import { TopBar } from '../app/top-bar';
import { request, sentenceOf } from '../bridge/bridge';
import { openDocument, useTabs } from '../editor/tabs';
import { SchemaForm } from '../forms/schema-form';
import { t } from '../i18n/t';
import { Part } from '../run/facts';
import { Busy } from '../ui/busy';
import { EmptyState } from '../ui/empty-state';
import { Field } from '../ui/field';
import { type Plan, startPlan, useSimulation } from './use-simulation';
import { WatchOne } from './watch-one';
import { FailureModes } from './failure-modes';
import { FaultList } from './fault-list';
import { Report } from './report';
import '../run/run.css';
import './rehearsal.css';

const MAX_RUNS = 10_000;

export function RehearsalScreen() {
  const route = useRouteOf('rehearsal');
  const active = useTabs((s) => s.active);
  const { files, path, setPath } = useFlowChoice(route?.path ?? active);
  const { flow, error } = useDocument(path);
  return (
    <div className="lab">
      <TopBar>
        <h1 className="bar-title">{t('rehearsal.title')}</h1>
        <Select
          aria-label={t('rehearsal.flow')}
          placeholder={t('rehearsal.flow')}
          w={260}
          searchable
          data={(files ?? []).map((file) => ({ value: file.path, label: file.name }))}
          value={path ?? null}
          onChange={(value) => setPath(value ?? undefined)}
        />
        <span className="grow" />
        {path === undefined ? null : (
          <Button
            variant="default"
            leftSection={<PenTool size={14} aria-hidden />}
            onClick={() => navigate({ screen: 'designer', path })}
          >
            {t('run.openDesigner')}
          </Button>
        )}
      </TopBar>
      {error !== undefined ? (
        <EmptyState title={t('run.start.failed')}>{error}</EmptyState>
      ) : flow && path !== undefined ? (
        <Lab key={path} flow={flow} path={path} />
      ) : files && files.length === 0 ? (
        <EmptyState
          icon={FlaskConical}
          title={t('rehearsal.empty.title')}
          action={<Button onClick={() => navigate({ screen: 'home' })}>{t('runs.empty.action')}</Button>}
        >
          {t('rehearsal.empty.body')}
        </EmptyState>
      ) : (
        <Busy />
      )}
    </div>
  );
}

/** The flow with the editor's unsaved edits, else from its file. */
function useDocument(path: string | undefined): { readonly flow?: Flow; readonly error?: string } {
  const [state, setState] = useState<{
    readonly path?: string;
    readonly flow?: Flow;
    readonly error?: string;
  }>({});
  const open = path === undefined ? undefined : openDocument(path);
  const isOpen = open !== undefined;
  useEffect(() => {
    if (path === undefined || isOpen) return;
    request('flow.open', { path }).then(
      (opened) => setState({ path, flow: opened.document }),
      (failure: unknown) => setState({ path, error: sentenceOf(failure).message }),
    );
  }, [path, isOpen]);
  if (open) return { flow: open };
  return state.path === path ? state : {};
}

/** Files of the library, and the one to begin with. */
function useFlowChoice(wanted: string | undefined) {
  const [files, setFiles] = useState<readonly FlowFile[]>();
  const [path, setPath] = useState<string | undefined>(wanted);
  useEffect(() => {
    request('flow.list', {}).then(
      (answer) => {
        setFiles(answer.files.filter((file) => !file.missing));
        setPath((before) => before ?? answer.files.find((file) => !file.missing)?.path);
      },
      () => setFiles([]),
    );
  }, []);
  return { files, path, setPath };
}

function Lab({ flow, path }: { readonly flow: Flow; readonly path: string }) {
  const [plan, setPlan] = useState<Plan>(() => startPlan(flow));
  const { report, error, isBusy, simulate } = useSimulation(flow);
  return (
    <div className="lab-body">
      <section className="lab-plan" aria-label={t('rehearsal.plan')}>
        <h2 className="sr-only">{t('rehearsal.plan')}</h2>
        <PlanForm flow={flow} plan={plan} change={(part) => setPlan((before) => ({ ...before, ...part }))} />
        <div className="lab-go">
          <Button
            size="sm"
            loading={isBusy}
            leftSection={<FlaskConical size={14} aria-hidden />}
            onClick={() => simulate(plan)}
          >
            {t('rehearsal.simulate', { count: plan.runs })}
          </Button>
          <WatchOne flow={flow} path={path} plan={plan} />
        </div>
        {error === undefined ? null : (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </section>
      <section className="lab-results" aria-label={t('rehearsal.results')}>
        <h2 className="sr-only">{t('rehearsal.results')}</h2>
        <div role="status">
          {isBusy ? (
            <p className="meta row">
              <Loader size={14} /> {t('rehearsal.busy', { count: plan.runs })}
            </p>
          ) : null}
        </div>
        {report ? <Report report={report} flow={flow} path={path} /> : null}
        {!report && !isBusy ? (
          <EmptyState icon={FlaskConical} title={t('rehearsal.start.title')}>
            {t('rehearsal.start.body')}
          </EmptyState>
        ) : null}
        <FailureModes flow={flow} path={path} />
      </section>
    </div>
  );
}

function PlanForm({
  flow,
  plan,
  change,
}: {
  readonly flow: Flow;
  readonly plan: Plan;
  readonly change: (part: Partial<Plan>) => void;
}) {
  return (
    <>
      <div className="lab-numbers">
        <Field label={t('rehearsal.runs')}>
          {(ids) => (
            <NumberInput
              {...ids}
              value={plan.runs}
              min={1}
              max={MAX_RUNS}
              allowDecimal={false}
              thousandSeparator={t('ui.thousands')}
              onChange={(value) => change({ runs: Math.min(MAX_RUNS, Math.max(1, Number(value) || 1)) })}
            />
          )}
        </Field>
        <Field label={t('rehearsal.seed')}>
          {(ids) => (
            <NumberInput
              {...ids}
              value={plan.seed}
              allowDecimal={false}
              onChange={(value) => change({ seed: Number(value) || 0 })}
            />
          )}
        </Field>
      </div>
      <Part title={t('rehearsal.faults')}>
        <FaultList flow={flow} faults={plan.faults} onChange={(faults) => change({ faults })} />
      </Part>
      {flow.input === undefined || flow.input === true ? null : (
        <Part title={t('run.input')}>
          <SchemaForm
            schema={flow.input}
            schemas={flow.schemas ?? {}}
            value={plan.input}
            onChange={(input) => change({ input })}
            label={t('run.input')}
          />
        </Part>
      )}
    </>
  );
}
