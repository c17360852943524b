/**
 * The tour: one real run of a template, from the drawing to the result.
 *
 * U1. It only points and waits: what the person does counts, whichever way they do it.
 * U2. It can be left at any moment and taken again; nothing it made is lost by that.
 * U3. It needs no key and no network: models of the template are built in, or the run is a rehearsal.
 */
import { create } from 'zustand';
import type { RunStatus } from '../../shared/events/event';
import type { Json } from '../../shared/base/json';
import type { Flow } from '../../shared/spec/flow';
import type { TemplateInfo } from '../../shared/ipc/contract';
import { onPush, request } from '../bridge/bridge';
import { activeEditor, showOpened } from '../editor/tabs';
import { navigate } from './router';
import { changeSettings } from './settings-store';
import { act } from './toasts';

export const STAGES = ['drawing', 'watching', 'deciding', 'result'] as const;
export type TourStage = (typeof STAGES)[number];

interface TourState {
  readonly stage: TourStage | undefined;
  readonly isBusy: boolean;
  /** The flow that is shown. */
  readonly path: string | undefined;
  readonly input: unknown;
  readonly runId: string | undefined;
  /** How the run ended. */
  readonly ended: RunStatus | undefined;
}
const OFF: TourState = {
  stage: undefined,
  isBusy: false,
  path: undefined,
  input: {},
  runId: undefined,
  ended: undefined,
};

export const useTour = create<TourState>()(() => OFF);

/** The template that is shown: a short one in which a person decides. */
const FAVOURITE = 'support-triage';

function pick(templates: readonly TemplateInfo[]): TemplateInfo | undefined {
  const asks = (flow: Flow) => Object.values(flow.nodes).some((node) => node.kind === 'human');
  return (
    templates.find((one) => one.document.id === FAVOURITE) ??
    templates.find((one) => asks(one.document)) ??
    templates[0]
  );
}

/** Begins anew: opens the flow of an earlier tour, or makes it from its template. */
export function startTour(): void {
  if (useTour.getState().isBusy) return;
  useTour.setState({ ...OFF, isBusy: true });
  act(async () => {
    try {
      const [{ templates }, { files }] = await Promise.all([
        request('flow.templates', {}),
        request('flow.list', {}),
      ]);
      const template = pick(templates);
      if (!template) return;
      const known = files.find((file) => file.flowId === template.document.id && !file.missing);
      const opened = known
        ? await request('flow.open', { path: known.path })
        : await request('flow.create', { document: template.document });
      showOpened(opened);
      navigate({ screen: 'designer', path: opened.path });
      useTour.setState({ stage: 'drawing', path: opened.path, input: template.sampleInput });
    } finally {
      useTour.setState({ isBusy: false });
    }
  });
}

/** Starts the run and goes along with it. */
export function runTour(): void {
  const { path, input, isBusy } = useTour.getState();
  const document = activeEditor()?.getState().history.present;
  if (isBusy || path === undefined || !document) return;
  useTour.setState({ isBusy: true });
  act(async () => {
    try {
      const start = { document, path, input: (input ?? {}) as Json }; // read from the template's JSON file
      const live = await request('run.start', { ...start, mode: 'live' });
      // The flow wants to touch something that was never allowed: the tour asks nobody for that, a rehearsal touches nothing.
      const answer = live.started ? live : await request('run.start', { ...start, mode: 'rehearsal' });
      if (!answer.started) return;
      useTour.setState({ stage: 'watching', runId: answer.runId });
      navigate({ screen: 'run', runId: answer.runId });
      follow(answer.runId);
    } finally {
      useTour.setState({ isBusy: false });
    }
  });
}

let stopFollowing: (() => void) | undefined;

function follow(runId: string): void {
  stopFollowing?.();
  stopFollowing = onPush('runs.changed', (changes) => {
    const mine = changes.find((change) => change.runId === runId);
    if (mine) see(runId, mine.status as RunStatus); // the main side sends a run's status
  });
  // It may have come to its question before anybody listened.
  act(async () => see(runId, (await request('run.get', { runId })).run.status));
}

function see(runId: string, status: RunStatus): void {
  const { runId: mine, stage } = useTour.getState();
  if (mine !== runId || stage === undefined || stage === 'result') return;
  if (status === 'waiting') useTour.setState({ stage: 'deciding' });
  else if (status === 'running') useTour.setState({ stage: 'watching' });
  else if (status === 'completed' || status === 'failed' || status === 'cancelled') {
    stopFollowing?.();
    useTour.setState({ stage: 'result', ended: status });
  }
}

/** Leaves the tour; it is not offered again by itself. */
export function leaveTour(): void {
  stopFollowing?.();
  stopFollowing = undefined;
  useTour.setState(OFF);
  act(() => changeSettings({ tourDone: true }));
}
