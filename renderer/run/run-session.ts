/**
 * Keeps one open run up to date.
 *
 * L1. Pushes are hints: an event is applied only right after the one before it; after a gap the record is asked for.
 * L2. However many events arrive, the screen is told at most once a frame, and a frame applies a bounded number.
 * L3. Streaming text is shown until the event that holds the whole of it arrives.
 */
import type { LiveDelta, RunEvent } from '../../shared/events/event';
import { applyToTrace, createTrace } from '../../shared/events/trace';
import type { Trace } from '../../shared/events/trace-model';
import { onPush, request, sentenceOf } from '../bridge/bridge';
import { createNodeStates, type NodeStates } from '../canvas/overlay';
import { updateOverlay, wholeOverlay } from './overlay-of';
import { createRunViewStore, isEnded, type LiveText, type RunViewStore } from './run-store';

const PAGE = 2_000;
const PER_FRAME = 2_000;
const MAX_TEXT = 200_000;
const HIDDEN_MS = 250;
const RELOAD_MS = 2_000;

/** Calls back before the next picture; a hidden window has no pictures and is served now and then. */
export type Scheduler = (work: () => void) => void;

const nextFrame: Scheduler = (work) => {
  if (document.hidden) setTimeout(work, HIDDEN_MS);
  else requestAnimationFrame(work);
};

const ENDS_TEXT: ReadonlySet<string> = new Set([
  'model.completed',
  'attempt.failed',
  'attempt.completed',
  'step.committed',
  'step.failed',
  'step.cancelled',
]);

export class RunSession {
  readonly store: RunViewStore;
  readonly overlay: NodeStates = createNodeStates();
  private readonly schedule: Scheduler;
  private readonly events: RunEvent[] = [];
  private queue: (RunEvent | LiveDelta)[] = [];
  /** Trace the scrubber stands on; goes forward cheaply, backwards by folding again. */
  private past: Trace | undefined;
  private wantedAt: number | undefined;
  private isScheduled = false;
  private isAsking = false;
  private isStopped = false;
  private stops: readonly (() => void)[] = [];
  /** Counts loads, so that one which was given up changes nothing. */
  private loads = 0;

  constructor(runId: string, schedule: Scheduler = nextFrame) {
    this.schedule = schedule;
    this.store = createRunViewStore(runId);
  }

  /** Listening starts before reading, so that nothing falls between the two. */
  start(): void {
    const { runId } = this.store.getState();
    this.isStopped = false;
    this.stops = [
      onPush('run.events', (push) => {
        if (push.runId === runId) this.enqueue(push.events);
      }),
      onPush('run.deltas', (deltas) => this.enqueue(deltas.filter((delta) => delta.runId === runId))),
      onPush('runs.changed', (changes) => {
        const mine = changes.find((change) => change.runId === runId);
        if (mine && mine.lastSeq > this.lastKnown()) setTimeout(() => this.catchUp(mine.lastSeq), HIDDEN_MS);
      }),
    ];
    void this.load();
  }

  stop(): void {
    this.isStopped = true;
    for (const stop of this.stops) stop();
    this.stops = [];
  }

  async load(): Promise<void> {
    const load = ++this.loads;
    const isCurrent = () => load === this.loads && !this.isStopped;
    this.store.setState({ phase: 'loading', error: undefined });
    try {
      const { runId } = this.store.getState();
      const { run, flow, headHash } = await request('run.get', { runId });
      if (!isCurrent()) return;
      const trace = createTrace(flow);
      this.events.length = 0;
      this.store.setState({
        info: run,
        flow,
        headHash,
        trace,
        shown: trace,
        progress: { loaded: 0, total: run.lastSeq },
      });
      for (let more = true; more && isCurrent(); ) more = await this.readPage();
      if (!isCurrent()) return;
      this.overlay.setState(wholeOverlay(trace, this.store.getState().texts, Date.now()), true);
      this.store.setState({
        phase: 'ready',
        events: this.events,
        revision: this.store.getState().revision + 1,
      });
      this.wake();
    } catch (error) {
      if (isCurrent()) this.store.setState({ phase: 'failed', error: sentenceOf(error).message });
    }
  }

  readonly select = (step: string | undefined): void => {
    if (this.store.getState().selected !== step) this.store.setState({ selected: step });
  };

  setFollow(follow: boolean): void {
    this.store.setState({ follow });
  }

  /** Moves the scrubber; undefined follows the newest again. */
  setAt(seq: number | undefined): void {
    const last = this.events.length;
    this.wantedAt =
      seq === undefined || (seq >= last && isEnded(this.store.getState().trace.run.status))
        ? undefined
        : Math.max(1, Math.min(seq, last));
    this.store.setState({ at: this.wantedAt });
    this.wake();
  }

  /** Redraws what changes with the clock alone: elapsed times on the cards. */
  tick(nowMs: number): void {
    const { at, phase, trace, texts } = this.store.getState();
    if (phase !== 'ready' || at !== undefined || trace.active.size === 0) return;
    const nodes = new Set([...trace.active.keys()].flatMap((key) => trace.steps.get(key)?.node ?? []));
    updateOverlay(this.overlay, trace, { nodes, texts, nowMs, tokens: false });
  }

  private lastKnown(): number {
    const queued = this.queue.findLast((item): item is RunEvent => 'seq' in item);
    return Math.max(this.events.length, queued?.seq ?? 0);
  }

  private enqueue(items: readonly (RunEvent | LiveDelta)[]): void {
    if (items.length === 0) return;
    // Another flow from here on: the drawing, and what the record means in it, are read anew.
    if (items.some((item) => 'seq' in item && item.type === 'run.migrated')) return void this.load();
    for (const item of items) this.queue.push(item);
    this.wake();
  }

  private wake(): void {
    if (this.isScheduled || this.isStopped || this.store.getState().phase === 'loading') return;
    this.isScheduled = true;
    this.schedule(() => {
      this.isScheduled = false;
      if (!this.isStopped) this.flush();
    });
  }

  private flush(): void {
    const { trace, at, texts } = this.store.getState();
    const before = trace.lastSeq;
    const { nextTexts, nodes, gap } = this.apply(trace, texts);
    const hasNew = trace.lastSeq > before;
    if (this.wantedAt === undefined) {
      this.past = undefined;
      if (at !== undefined || this.store.getState().shown !== trace)
        this.overlay.setState(wholeOverlay(trace, nextTexts, Date.now()), true);
      else if (nodes.size > 0)
        updateOverlay(this.overlay, trace, { nodes, texts: nextTexts, nowMs: Date.now(), tokens: true });
      this.store.setState({ shown: trace, revision: this.store.getState().revision + 1, texts: nextTexts });
    } else if (this.past?.lastSeq !== this.wantedAt) {
      this.past = this.traceAt(this.wantedAt);
      this.overlay.setState(wholeOverlay(this.past, {}, this.past.lastAt), true);
      this.store.setState({
        shown: this.past,
        revision: this.store.getState().revision + 1,
        texts: nextTexts,
      });
    } else if (hasNew) {
      this.store.setState({ revision: this.store.getState().revision + 1, texts: nextTexts });
    }
    if (gap) void this.ask();
    else if (this.queue.length > 0) this.wake();
    if (hasNew && isEnded(trace.run.status)) void this.refreshInfo();
  }

  /** Applies what is queued, at most a frame's share. */
  private apply(trace: Trace, texts: Readonly<Record<string, LiveText>>) {
    const share = this.queue.slice(0, PER_FRAME);
    const nodes = new Set<string>();
    let nextTexts = texts;
    let gap = false;
    let taken = 0;
    for (const item of share) {
      if (!('seq' in item)) nextTexts = withDelta(nextTexts, item);
      else if (item.seq > trace.lastSeq + 1) {
        gap = true;
        break;
      } else if (item.seq === trace.lastSeq + 1) {
        nextTexts = this.take(trace, item, nextTexts);
      }
      taken++;
      const step = item.step === undefined ? undefined : trace.steps.get(item.step);
      if (step) nodes.add(step.node);
    }
    this.queue = this.queue.slice(taken);
    return { nextTexts, nodes, gap };
  }

  private take(
    trace: Trace,
    event: RunEvent,
    texts: Readonly<Record<string, LiveText>>,
  ): Readonly<Record<string, LiveText>> {
    applyToTrace(trace, event);
    this.events.push(event);
    const { step } = event;
    if (step === undefined || texts[step] === undefined || !ENDS_TEXT.has(event.type)) return texts;
    const { [step]: _, ...rest } = texts;
    return rest;
  }

  private traceAt(seq: number): Trace {
    const { flow } = this.store.getState();
    const past = this.past && this.past.lastSeq <= seq ? this.past : createTrace(flow);
    for (let i = past.lastSeq; i < seq; i++) applyToTrace(past, this.events[i] as RunEvent); // seq is within the events
    return past;
  }

  /** One page of the record after what is known; false when there is no more. */
  private async readPage(): Promise<boolean> {
    const { runId, trace } = this.store.getState();
    const { events, lastSeq } = await request('run.events', { runId, afterSeq: trace.lastSeq, limit: PAGE });
    for (const event of events) {
      if (event.seq !== trace.lastSeq + 1) continue; // taken from a push while we waited
      applyToTrace(trace, event);
      this.events.push(event);
    }
    this.store.setState({ progress: { loaded: trace.lastSeq, total: Math.max(lastSeq, trace.lastSeq) } });
    return events.length > 0 && trace.lastSeq < lastSeq;
  }

  private async ask(): Promise<void> {
    if (this.isAsking || this.isStopped) return;
    this.isAsking = true;
    try {
      for (let more = true; more && !this.isStopped; ) more = await this.readPage();
      const { trace, texts } = this.store.getState();
      this.queue = this.queue.filter((item) => !('seq' in item) || item.seq > trace.lastSeq);
      if (this.wantedAt === undefined) this.overlay.setState(wholeOverlay(trace, texts, Date.now()), true);
      this.store.setState({ revision: this.store.getState().revision + 1 });
      this.wake();
    } catch {
      // The main side is away (it starts again after a crash): try once more in a moment, the record is safe there.
      setTimeout(() => void this.ask(), RELOAD_MS);
    } finally {
      this.isAsking = false;
    }
  }

  private catchUp(lastSeq: number): void {
    if (!this.isStopped && this.store.getState().phase === 'ready' && lastSeq > this.lastKnown())
      void this.ask();
  }

  private async refreshInfo(): Promise<void> {
    const { runId } = this.store.getState();
    try {
      const { run, headHash } = await request('run.get', { runId });
      this.store.setState({ info: run, headHash });
    } catch {
      // Only the hash of the finished record is missing then; everything else came with the events.
    }
  }
}

function withDelta(
  texts: Readonly<Record<string, LiveText>>,
  { step, attempt, text }: LiveDelta,
): Readonly<Record<string, LiveText>> {
  const before = texts[step];
  const all = before?.attempt === attempt ? before.text + text : text;
  return { ...texts, [step]: { attempt, text: all.slice(-MAX_TEXT) } };
}
