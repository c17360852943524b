/** From a trace to what each card and edge of the drawing shows. */
import { durationWords } from '../../shared/base/duration-words';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import { nodeAt } from '../../shared/editing/graphs';
import { retriesOf } from '../../shared/spec/failure-kinds';
import type { EdgeOverlay, NodeOverlay, NodeStates, RunOverlay } from '../canvas/overlay';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { stepState, type VisualState } from '../ui/states';
import type { LiveText } from './run-store';
import { lastGovernorCall } from './dependencies';
import { costWords, reasonWords, tokensWords } from './words';

type Texts = Readonly<Record<string, LiveText>>;

const TAIL = 60;
/** What is under way is shown before what is over, whichever visit it is. */
const URGENCY: readonly TraceStep['status'][] = ['waiting', 'retrying', 'running', 'queued', 'ready'];

export function visualState(trace: Trace, step: TraceStep): VisualState {
  if (step.status === 'failed') return step.failure?.routed === 'fallback' ? 'fallback' : 'failed';
  if (step.status !== 'waiting') return stepState(step.status);
  const open = step.tasks.map((task) => trace.tasks.get(task)).find((task) => task?.status === 'open');
  if (open?.type === 'uncertain') return 'uncertain';
  return open ? 'waiting-person' : 'waiting-time';
}

/** The visit of a node its card speaks of. Looks at what is active and at the newest, never at thousands of past visits. */
export function speakingStep(trace: Trace, node: string): TraceStep | undefined {
  let best: TraceStep | undefined;
  for (const key of trace.active.keys()) {
    const step = trace.steps.get(key);
    if (step?.node !== node) continue;
    if (!best || URGENCY.indexOf(step.status) <= URGENCY.indexOf(best.status)) best = step;
  }
  return best ?? trace.steps.get(trace.stepsOfNode.get(node)?.at(-1) ?? '');
}

export function retryWord(trace: Trace, step: TraceStep): string {
  const attempt = step.attempts.length + (step.status === 'retrying' ? 1 : 0);
  const node = trace.flow ? nodeAt(trace.flow, step.node) : undefined;
  const kind = step.attempts.at(-1)?.kind;
  const retries = trace.flow && node && kind ? retriesOf(trace.flow, node, kind) : 0;
  return t('run.retryOf', { attempt, of: Math.max(attempt, retries + 1) });
}

function nodeOverlay(trace: Trace, node: string, texts: Texts, nowMs: number): NodeOverlay | undefined {
  const step = speakingStep(trace, node);
  if (!step) return undefined;
  const state = cardState(trace, step);
  const visits = visitsOf(trace, node);
  const detail = detailOf(trace, step, texts, nowMs);
  const word = wordOf(trace, step);
  return {
    state,
    ...(word === undefined ? {} : { word }),
    ...(detail === '' ? {} : { detail }),
    ...(visits > 1 ? { visits } : {}),
  };
}

/** A card stands for what its node did: when that was taken back, it is no longer done. */
function cardState(trace: Trace, step: TraceStep): VisualState {
  const state = visualState(trace, step);
  if (!step.undo) return state;
  if (step.status === 'committed') return 'undone';
  return URGENCY.includes(step.status) && state !== 'retrying' ? 'compensating' : state;
}

function wordOf(trace: Trace, step: TraceStep): string | undefined {
  if (step.status === 'retrying') return retryWord(trace, step);
  return step.undo && step.status === 'failed' ? t('run.card.notUndone') : undefined;
}

/** Taking a step back is no visit. */
function visitsOf(trace: Trace, node: string): number {
  const keys = trace.stepsOfNode.get(node) ?? [];
  const last = trace.steps.get(keys.at(-1) ?? '');
  return last?.undo ? keys.filter((key) => !trace.steps.get(key)?.undo).length : keys.length;
}

function detailOf(trace: Trace, step: TraceStep, texts: Texts, nowMs: number): string {
  const text = texts[step.key]?.text;
  if (text !== undefined && step.endedAt === undefined) return text.slice(-TAIL).replace(/\s+/g, ' ').trim();
  if (step.status === 'failed') return step.failure ? kindWords(step.failure.kind) : '';
  if (step.status === 'cancelled' || step.status === 'skipped') return '';
  const held = step.endedAt === undefined ? lastGovernorCall(step) : undefined;
  if (held && step.status === 'queued')
    return t('run.card.queued', { dependency: held.dependency, reason: reasonWords(held.reason) });
  const passedMs = (step.endedAt ?? nowMs) - step.startedAt;
  const passed =
    passedMs < 10
      ? ''
      : durationWords(step.endedAt === undefined ? Math.floor(passedMs / 1000) * 1000 : passedMs);
  const breaker = held?.reason === 'circuit_open' ? t('run.card.breaker') : '';
  return [...itemWords(trace, step), passed, breaker, ...usedWords(step)]
    .filter((word) => word !== '')
    .join(' · ');
}

/** Attempts that had to be made for one answer: the rounds of a team are no retries. */
export function triesOf({ attempts }: Pick<TraceStep, 'attempts'>): number {
  const failed = attempts.filter(({ outcome }) => outcome !== 'completed' && outcome !== 'running').length;
  return failed + (failed < attempts.length ? 1 : 0);
}

/** Above this a card says no more than that it is busy: counting would cost a picture. */
const MAX_COUNTED = 4_000;
const ROUNDS: ReadonlySet<string> = new Set(['loop', 'supervisor', 'chat']);

/** How far a map or a loop is: items and those that failed, or passes. */
function itemWords(trace: Trace, { kind, children }: TraceStep): readonly string[] {
  if (children.length === 0 || children.length > MAX_COUNTED) return [];
  if (ROUNDS.has(kind)) {
    const last = trace.steps.get(children.at(-1) ?? '')?.index ?? 0;
    return last > 0 ? [t(kind === 'loop' ? 'run.card.passes' : 'run.card.rounds', { count: last })] : [];
  }
  if (kind !== 'map') return [];
  const items = new Set<number>();
  const failed = new Set<number>();
  for (const key of children) {
    const child = trace.steps.get(key);
    if (child?.index === undefined) continue;
    items.add(child.index);
    if (child.failure && child.failure.routed !== 'fallback') failed.add(child.index);
  }
  return [
    t('run.card.items', { count: items.size }),
    ...(failed.size > 0 ? [t('run.card.itemsFailed', { count: failed.size })] : []),
  ];
}

/** Tries beyond the first, tokens and money so far. An unknown price is left to the inspector. */
function usedWords(step: TraceStep): readonly string[] {
  const { usage } = step;
  const tries = triesOf(step);
  const tokens = usage.tokens.in + usage.tokens.out;
  return [
    tries > 1 ? t('run.card.tries', { count: tries }) : '',
    tokens > 0 ? t('run.card.tokens', { tokens: tokensWords(usage.tokens) }) : '',
    usage.cost.known && usage.cost.amount > 0 ? costWords(usage.cost) : '',
  ];
}

export function wholeOverlay(trace: Trace, texts: Texts, nowMs: number): RunOverlay {
  const nodes: Record<string, NodeOverlay> = {};
  for (const node of trace.stepsOfNode.keys()) {
    const overlay = nodeOverlay(trace, node, texts, nowMs);
    if (overlay) nodes[node] = overlay;
  }
  const edges: Record<string, EdgeOverlay> = {};
  for (const [key, edge] of trace.edges) edges[key] = { taken: edge.count };
  return { nodes, edges };
}

interface Update {
  readonly nodes: ReadonlySet<string>;
  readonly texts: Texts;
  readonly nowMs: number;
  /** Edges newly taken let a token travel. */
  readonly tokens: boolean;
}

/** Renews the overlays of these nodes and of the edges that leave them; all others stay the same objects. */
export function updateOverlay(
  states: NodeStates,
  trace: Trace,
  { nodes, texts, nowMs, tokens }: Update,
): void {
  const before = states.getState();
  const changedNodes: Record<string, NodeOverlay> = {};
  for (const node of nodes) {
    const next = nodeOverlay(trace, node, texts, nowMs);
    if (next && !sameOverlay(next, before.nodes[node])) changedNodes[node] = next;
  }
  const changedEdges: Record<string, EdgeOverlay> = {};
  for (const [key, edge] of trace.edges) {
    if (!nodes.has(edge.from) || before.edges[key]?.taken === edge.count) continue;
    changedEdges[key] = { taken: edge.count, ...(tokens ? { token: edge.count } : {}) };
  }
  const hasNodes = Object.keys(changedNodes).length > 0;
  const hasEdges = Object.keys(changedEdges).length > 0;
  if (!hasNodes && !hasEdges) return;
  states.setState({
    nodes: hasNodes ? { ...before.nodes, ...changedNodes } : before.nodes,
    edges: hasEdges ? { ...before.edges, ...changedEdges } : before.edges,
  });
}

function sameOverlay(a: NodeOverlay, b: NodeOverlay | undefined): boolean {
  return (
    b !== undefined &&
    a.state === b.state &&
    a.word === b.word &&
    a.detail === b.detail &&
    a.visits === b.visits
  );
}
