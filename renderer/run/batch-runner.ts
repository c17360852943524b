/**
 * One table of inputs on its way through the runtime.
 *
 * B1. At most a few rows run at once; a row that waits for a person gives its place to the next.
 * B2. It belongs to the window, not to a screen: leaving the screen stops nothing.
 * B3. Rows that were started are runs like all others; stopping only keeps the rest from starting.
 */
import { create } from 'zustand';
import type { Json } from '../../shared/base/json';
import type { RunInfo } from '../../shared/events/event';
import type { RequestInput } from '../../shared/ipc/contract';
import type { Requirements } from '../../shared/spec/problem';
import { onPush, request, sentenceOf } from '../bridge/bridge';
import type { BatchRow } from './batch';
import { isEnded } from './run-store';

export type StartOptions = Omit<RequestInput<'run.start'>, 'input'>;

export interface BatchItem {
  readonly line: number;
  readonly input: Json;
  /** Missing until the row was started. */
  readonly run?: RunInfo;
  readonly output?: Json;
  /** Why the row could not be started. */
  readonly error?: string;
}

export interface BatchState {
  readonly options: StartOptions;
  readonly items: readonly BatchItem[];
  readonly startedAt: number;
  readonly phase: 'starting' | 'stopped' | 'all-started';
}

const AT_ONCE = 8;

export const useBatch = create<{ readonly batch: BatchState | undefined }>()(() => ({ batch: undefined }));

/** Rows under way that hold a place. */
function busyRows(items: readonly BatchItem[]): number {
  return items.filter(({ run }) => run && (run.status === 'running' || run.status === 'compensating')).length;
}

const current = () => useBatch.getState().batch;

function setItem(batch: BatchState, line: number, part: Partial<BatchItem>): void {
  const now = current();
  // Another table was started meanwhile: this row no longer belongs to what is shown.
  if (!now || now.startedAt !== batch.startedAt) return;
  const items = now.items.map((item) => (item.line === line ? { ...item, ...part } : item));
  useBatch.setState({ batch: { ...now, items } });
}

/** Row of each started run; known before the first answer about it, so that no news is missed. */
const lineOfRun = new Map<string, number>();
let isStarting = false;
let stopListening: (() => void) | undefined;

/** Starts the table; what the flow wants to touch comes back when it was not agreed to yet, and nothing has started then. */
export async function startBatch(
  options: StartOptions,
  rows: readonly BatchRow[],
  startedAt: number,
): Promise<Requirements | undefined> {
  const [first] = rows;
  if (!first) return undefined;
  const answer = await request('run.start', { ...options, input: first.input });
  if (!answer.started) return answer.wants;
  // Agreed to once; every row is the same flow.
  const { grant: _grant, ...rest } = options;
  const items = rows.map(({ line, input }) => ({ line, input }));
  const batch: BatchState = { options: rest, items, startedAt, phase: 'starting' };
  useBatch.setState({ batch });
  lineOfRun.clear();
  stopListening ??= onPush('runs.changed', (changes) => {
    for (const { runId } of changes) {
      const line = lineOfRun.get(runId);
      if (line !== undefined) void refresh(line, runId);
    }
  });
  await follow(first.line, answer.runId);
  void pump();
  return undefined;
}

/** Starts rows while there are places. */
async function pump(): Promise<void> {
  if (isStarting) return;
  isStarting = true;
  try {
    for (let next = nextItem(); next; next = nextItem()) await startRow(next.batch, next.item);
  } finally {
    isStarting = false;
  }
}

function nextItem(): { readonly batch: BatchState; readonly item: BatchItem } | undefined {
  const batch = current();
  if (!batch || batch.phase !== 'starting') return undefined;
  const item = batch.items.find((one) => !one.run && one.error === undefined);
  if (!item) {
    useBatch.setState({ batch: { ...batch, phase: 'all-started' } });
    return undefined;
  }
  return busyRows(batch.items) < AT_ONCE ? { batch, item } : undefined;
}

async function startRow(batch: BatchState, item: BatchItem): Promise<void> {
  try {
    const answer = await request('run.start', { ...batch.options, input: item.input });
    if (answer.started) await follow(item.line, answer.runId);
    else stopBatch(); // the permission was taken back between two rows
  } catch (failure) {
    setItem(batch, item.line, { error: sentenceOf(failure).message });
  }
}

function follow(line: number, runId: string): Promise<void> {
  lineOfRun.set(runId, line);
  return refresh(line, runId);
}

/** What is known of a row's run now; its result once it has ended. */
async function refresh(line: number, runId: string): Promise<void> {
  const batch = current();
  if (!batch) return;
  try {
    const { run } = await request('run.get', { runId });
    const output = run.status === 'completed' ? await outputOf(run) : undefined;
    const known = current()?.items.find((item) => item.line === line)?.run;
    // Answers may overtake each other; an older one says nothing new.
    if (known && known.runId === runId && known.lastSeq > run.lastSeq) return;
    setItem(batch, line, { run, ...(output === undefined ? {} : { output }) });
  } catch (failure) {
    setItem(batch, line, { error: sentenceOf(failure).message });
  }
  if (current()?.phase === 'starting') void pump();
}

async function outputOf(run: RunInfo): Promise<Json | undefined> {
  const { events } = await request('run.events', {
    runId: run.runId,
    afterSeq: Math.max(0, run.lastSeq - 1),
  });
  const last = events.find((event) => event.type === 'run.completed');
  return last?.type === 'run.completed' ? last.data.output : undefined;
}

/** No further row is started; those under way go on. */
export function stopBatch(): void {
  const batch = current();
  if (batch?.phase === 'starting') useBatch.setState({ batch: { ...batch, phase: 'stopped' } });
}

export function continueBatch(): void {
  const batch = current();
  if (batch?.phase !== 'stopped') return;
  useBatch.setState({ batch: { ...batch, phase: 'starting' } });
  void pump();
}

export function forgetBatch(): void {
  stopListening?.();
  stopListening = undefined;
  useBatch.setState({ batch: undefined });
}

export interface BatchSummary {
  readonly total: number;
  readonly started: number;
  readonly ended: number;
  readonly completed: number;
  readonly failed: number;
  readonly waiting: number;
  readonly refused: number;
  readonly tokens: number;
  readonly cost: { readonly amount: number; readonly currency: string; readonly known: boolean };
  /** Time at work of the runs that ended: half were faster, and nineteen of twenty. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

export function summaryOf(items: readonly BatchItem[]): BatchSummary {
  const runs = items.flatMap((item) => item.run ?? []);
  const ended = runs.filter((run) => isEnded(run.status));
  const times = ended.map((run) => run.usage.durationMs).toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.max(0, Math.ceil(times.length * share) - 1)];
  return {
    total: items.length,
    started: runs.length,
    ended: ended.length,
    completed: runs.filter((run) => run.status === 'completed').length,
    failed: runs.filter((run) => run.status === 'failed' || run.status === 'cancelled').length,
    waiting: runs.filter((run) => run.status === 'waiting' || run.status === 'paused').length,
    refused: items.filter((item) => item.error !== undefined).length,
    tokens: runs.reduce((sum, { usage }) => sum + usage.tokens.in + usage.tokens.out, 0),
    cost: {
      amount: runs.reduce((sum, { usage }) => sum + usage.cost.amount, 0),
      currency: runs[0]?.usage.cost.currency ?? 'USD',
      known: runs.every(({ usage }) => usage.cost.known),
    },
    p50Ms: at(0.5),
    p95Ms: at(0.95),
  };
}
