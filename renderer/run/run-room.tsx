/** A run, live or past: the drawing in the middle, lists left, inspector right, time at the bottom. */
import { Button, Modal, Progress } from '@mantine/core';
import { Hand } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type GraphRef, graphOf, ROOT } from '../../shared/editing/graphs';
import type { Trace } from '../../shared/events/trace-model';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { TopBar } from '../app/top-bar';
import { Breadcrumb } from '../canvas/breadcrumb';
import type { CanvasHandle } from '../canvas/canvas-types';
import { FlowCanvas } from '../canvas/flow-canvas';
import type { Selection } from '../editor/editor-store';
import { t } from '../i18n/t';
import { EmptyState } from '../ui/empty-state';
import { ControlBar } from './controls';
import { ForkDialog, type ForkPoint } from './fork-dialog';
import { speakingStep } from './overlay-of';
import { Announcer, RunBar } from './run-bar';
import { useRoomCommands } from './room-commands';
import { RoomParts } from './room-parts';
import { DrawnBreakpoints } from './run-breakpoints';
import { RunPanel } from './run-panel';
import { isEnded } from './run-store';
import { RunSession } from './run-session';
import { StartRun } from './start-form';
import { StepInspector } from './step-inspector';
import { StepLists } from './step-list';
import { Timeline } from './timeline';
import { useFlowPath } from './use-flow-path';
import { RunContext, useRun, useSession } from './use-run';
import './run.css';
import './narrow.css';

const TICK_MS = 1_000;
const SETTLED_MS = 250;

interface Props {
  readonly runId: string;
  readonly step?: string | undefined;
}

export function RunRoom({ runId, step }: Props) {
  const [session] = useState(() => new RunSession(runId));
  useEffect(() => {
    session.start();
    const timer = setInterval(() => session.tick(Date.now()), TICK_MS);
    return () => {
      clearInterval(timer);
      session.stop();
    };
  }, [session]);
  useEffect(() => session.select(step), [session, step]);
  return (
    <RunContext.Provider value={session}>
      <Room />
    </RunContext.Provider>
  );
}

function Room() {
  const session = useSession();
  const phase = useRun((s) => s.phase);
  const error = useRun((s) => s.error);
  const flow = useRun((s) => s.flow);
  const progress = useRun((s) => s.progress);
  if (phase === 'failed') {
    return (
      <>
        <TopBar>
          <h1 className="bar-title">{t('run.title')}</h1>
        </TopBar>
        <EmptyState
          title={t('run.failed')}
          action={
            <>
              <Button onClick={() => void session.load()}>{t('app.crash.again')}</Button>
              <Button variant="default" onClick={() => navigate({ screen: 'runs' })}>
                {t('run.toRuns')}
              </Button>
            </>
          }
        >
          {error}
        </EmptyState>
      </>
    );
  }
  if (phase === 'loading' || !flow) {
    return (
      <div className="centered" role="status">
        <div className="run-loading">
          <p className="meta num">{t('run.loading', { loaded: progress.loaded, total: progress.total })}</p>
          <Progress
            value={progress.total === 0 ? 0 : (progress.loaded / progress.total) * 100}
            aria-label={t('app.loading')}
          />
        </div>
      </div>
    );
  }
  return <LoadedRoom flow={flow} />;
}

/**
 * Where a fork starts when nobody has said where: at the moment that is looked at. The end of a run leaves nothing to try
 * again, so it is the step that failed, or else the last one.
 */
export function forkPointOf(trace: Trace, at: number | undefined): ForkPoint {
  if (at !== undefined || !isEnded(trace.run.status)) return at ?? trace.lastSeq;
  const isStep = (key: string | undefined) => key !== undefined && trace.steps.has(key);
  const failed = trace.run.error?.step;
  if (failed !== undefined && isStep(failed)) return failed;
  const last = trace.roots.findLast((key) => {
    const step = trace.steps.get(key);
    return step !== undefined && !step.undo && step.kind !== 'start' && step.kind !== 'end';
  });
  return last ?? trace.lastSeq;
}

function LoadedRoom({ flow }: { readonly flow: Flow }) {
  const session = useSession();
  const path = useFlowPath(flow.id);
  const [fork, setFork] = useState<ForkPoint>();
  const [again, setAgain] = useState(false);
  const toDesigner =
    path === undefined
      ? undefined
      : (node?: string) => navigate({ screen: 'designer', path, ...(node === undefined ? {} : { node }) });
  const forkHere = useCallback(() => {
    const { at, trace } = session.store.getState();
    setFork(forkPointOf(trace, at));
  }, [session]);
  const runAgain = useCallback(() => setAgain(true), []);
  useRoomCommands(forkHere, runAgain);
  useEffect(() => {
    // Whoever came here by the keyboard goes on from here, not from the start of the window.
    if (document.activeElement === document.body) document.getElementById('content')?.focus();
  }, []);
  return (
    <div className="run-room">
      <RunBar onDesigner={toDesigner ? () => toDesigner() : undefined} />
      <Announcer />
      <RoomParts
        list={<StepLists />}
        drawing={
          <DrawnBreakpoints flow={flow}>
            <Drawing flow={flow} onFork={forkHere} onAgain={runAgain} />
          </DrawnBreakpoints>
        }
        side={<Side onFork={setFork} onDesigner={toDesigner} />}
        time={<Timeline />}
      />
      {fork === undefined ? null : (
        <ForkDialog at={fork} flow={flow} path={path} onClose={() => setFork(undefined)} />
      )}
      <AgainDialog opened={again} flow={flow} path={path} onClose={() => setAgain(false)} />
    </div>
  );
}

function AgainDialog({
  opened,
  flow,
  path,
  onClose,
}: {
  readonly opened: boolean;
  readonly flow: Flow;
  readonly path: string | undefined;
  readonly onClose: () => void;
}) {
  const input = useRun((s) => s.trace.run.input);
  const mode = useRun((s) => s.trace.run.mode);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('run.again.title', { name: flow.name })}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <StartRun
        document={flow}
        path={path}
        mode={mode === 'rehearsal' ? 'rehearsal' : 'live'}
        initialInput={input}
        onStarted={(runId) => navigate({ screen: 'run', runId })}
        onClose={onClose}
      />
    </Modal>
  );
}

function Drawing({
  flow,
  onFork,
  onAgain,
}: {
  readonly flow: Flow;
  readonly onFork: () => void;
  readonly onAgain: () => void;
}) {
  const session = useSession();
  const node = useRun((s) => (s.selected === undefined ? undefined : s.shown.steps.get(s.selected)?.node));
  const [graph, setGraph] = useState<GraphRef>(ROOT);
  const [edges, setEdges] = useState<readonly string[]>([]);
  const handle = useRef<CanvasHandle>(null);
  const [graphOfNode, setGraphOfNode] = useState(node);
  if (node !== graphOfNode) {
    // A step chosen in a list may stand in another graph than the one that is drawn.
    setGraphOfNode(node);
    if (node !== undefined) setGraph(graphOf(flow, node) ?? graph);
  }
  const selection = useMemo<Selection>(
    () => ({ nodes: node === undefined ? [] : [node], edges }),
    [node, edges],
  );
  const onSelect = ({ nodes = [], edges: nextEdges = [] }: Partial<Selection>) => {
    setEdges(nextEdges);
    const added = nodes.find((id) => id !== node) ?? (nodes.length === 0 ? undefined : node);
    if (added === node) return;
    const { shown } = session.store.getState();
    session.select(added === undefined ? undefined : speakingStep(shown, added)?.key);
  };
  return (
    <div className="run-drawing">
      <Follow handle={handle} chosen={node} />
      <FlowCanvas
        doc={flow}
        graph={graph}
        mode="run"
        selection={selection}
        onSelect={onSelect}
        onShowGraph={setGraph}
        nodeStates={session.overlay}
        handle={handle}
        minimap={false}
      >
        <Breadcrumb doc={flow} graph={graph} onShowGraph={setGraph} />
        <ControlBar onFork={onFork} onAgain={onAgain} />
        <WaitingNote />
      </FlowCanvas>
    </div>
  );
}

/** Keeps what happens, or the step that was chosen, in view. */
function Follow({
  handle,
  chosen,
}: {
  readonly handle: React.RefObject<CanvasHandle | null>;
  readonly chosen: string | undefined;
}) {
  const newest = useRun(({ follow, at, shown: { active, steps } }) =>
    follow && at === undefined ? steps.get([...active.keys()].at(-1) ?? '')?.node : undefined,
  );
  const shown = chosen ?? newest;
  useWholeAtEnd(handle, chosen);
  useEffect(() => {
    if (shown === undefined) return undefined;
    // The drawing first finds its own opening view, or shows another graph.
    const timer = setTimeout(() => handle.current?.show(shown), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [handle, shown]);
  return null;
}

/** What was followed step by step is seen whole once it is over. */
function useWholeAtEnd(handle: React.RefObject<CanvasHandle | null>, chosen: string | undefined): void {
  const ended = useRun((s) => isEnded(s.trace.run.status));
  const following = useRun((s) => s.follow && s.at === undefined) && chosen === undefined;
  const before = useRef(ended);
  useEffect(() => {
    const justEnded = ended && !before.current;
    before.current = ended;
    if (justEnded && following) handle.current?.showFirst();
  }, [handle, ended, following]);
}

/** Tells from anywhere in the room that a person is waited for, and leads there. */
function WaitingNote() {
  const session = useSession();
  const isPast = useRun((s) => s.at !== undefined);
  const selected = useRun((s) => s.selected);
  const count = useRun((s) => s.shown.openTasks.size);
  if (count === 0 || isPast || selected === undefined) return null;
  return (
    <div className="waiting-note tint-amber">
      <Hand size={14} aria-hidden />
      {t('run.waitingNote', { count })}
      <Button size="compact-sm" onClick={() => session.select(undefined)}>
        {t('run.decide')}
      </Button>
    </div>
  );
}

function Side({
  onFork,
  onDesigner,
}: {
  readonly onFork: (step: string) => void;
  readonly onDesigner: ((node?: string) => void) | undefined;
}) {
  const step = useRun((s) => (s.selected === undefined ? undefined : s.shown.steps.get(s.selected)));
  return step ? (
    <StepInspector key={step.key} step={step} onFork={onFork} onDesigner={onDesigner} />
  ) : (
    <RunPanel />
  );
}
