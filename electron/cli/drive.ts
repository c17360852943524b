/** Drives one run until it ends, stands still or is interrupted, and says how that went. */
import type { RunEvent, RunInfo } from '../../shared/events/event';
import { applyToTrace, createTrace, type Trace } from '../../shared/events/trace';
import { eventLine, resultLine } from '../../shared/events/trace-json';
import type { Json } from '../../shared/base/json';
import type { Executors } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { RuntimeApi, RuntimeClock } from '../runtime/api';
import { readMail } from '../runtime/service/mailbox';
import type { RunStore } from '../store/run-store';
import type { CommandContext, Host } from './command';
import { createEngine } from './compose';
import { EXIT, exitCodeOfStatus } from './exit-code';
import { EventMask } from './event-mask';
import { LiveView } from './live-view';
import { oneLine, type Output, plain } from './output';
import { withDatabase } from './runs';
import type { Secrets } from './secrets';
import { costWords, joined, plural, statusWords, timeWords, tokenWords } from './words';

const MAIL_MS = 500;

export interface Drive {
  readonly store: RunStore;
  readonly executors: Executors;
  readonly secrets: Secrets;
  readonly wait: boolean;
  readonly clock?: RuntimeClock;
  /** Starts or takes up the run. */
  begin(runtime: RuntimeApi): { readonly runId: string };
  /** Called once the run is driven: a decision or a resume that came with the command. */
  onDriven?(runtime: RuntimeApi): void;
  end?(): Promise<void>;
}

/** What is shown of a run while it goes on. */
class Watcher {
  private readonly traces = new Map<
    string,
    { readonly trace: Trace; readonly mask: EventMask; readonly view: LiveView }
  >();
  /** The run the command is about: others of the same database are driven too, but not shown. */
  runId: string | undefined;
  private readonly early: RunEvent[] = [];

  constructor(
    private readonly out: Output,
    private readonly store: RunStore,
    private readonly secrets: ReadonlySet<string>,
  ) {}

  onEvents(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (this.runId === undefined) this.early.push(event);
      else if (event.runId === this.runId) this.show(event);
    }
  }

  follow(runId: string): void {
    this.runId = runId;
    for (const event of this.early.splice(0)) if (event.runId === runId) this.show(event);
  }

  of(runId: string): { readonly trace: Trace; readonly mask: EventMask; readonly view: LiveView } {
    let found = this.traces.get(runId);
    if (!found) {
      const flow: Flow = this.store.flow(runId);
      found = {
        trace: createTrace(flow),
        mask: new EventMask(flow, this.secrets),
        view: new LiveView(this.out, flow),
      };
      this.traces.set(runId, found);
    }
    return found;
  }

  private show(event: RunEvent): void {
    const { trace, mask, view } = this.of(event.runId);
    // A run that is taken up has a past: it is part of the trace and was printed before.
    if (event.seq > trace.lastSeq + 1) this.catchUp(trace, mask, event.seq - 1);
    const shown = mask.event(event);
    applyToTrace(trace, shown);
    if (this.out.isJson) this.out.jsonLine(eventLine(shown));
    else view.onEvent(trace, shown);
  }

  private catchUp(trace: Trace, mask: EventMask, toSeq: number): void {
    const missing = this.store.events(
      trace.run.runId === '' ? (this.runId ?? '') : trace.run.runId,
      trace.lastSeq,
      toSeq - trace.lastSeq,
    );
    for (const event of missing) applyToTrace(trace, mask.event(event));
  }

  /** The whole trace, also when nothing happened while it was watched. */
  finish(runId: string): { readonly trace: Trace; readonly mask: EventMask } {
    const { trace, mask } = this.of(runId);
    for (const event of this.store.events(runId, trace.lastSeq)) applyToTrace(trace, mask.event(event));
    return { trace, mask };
  }
}

export async function drive({ out, host, args }: CommandContext, parts: Drive): Promise<number> {
  const watcher = new Watcher(out, parts.store, parts.secrets.used);
  let fault: unknown;
  const runtime = await createEngine({
    store: parts.store,
    executors: parts.executors,
    secret: (name) => parts.secrets.get(name),
    onEvents: (events) => watcher.onEvents(events),
    onFault: (error) => {
      fault = error;
    },
    onCrash: () => host.crash(),
    ...(parts.clock ? { clock: parts.clock } : {}),
  });
  const stopMail = watchMail(parts.store, runtime, out);
  // Listened to before anything is started: a run that exists is always left in good order.
  const { interrupted, stop } = interruption(host);
  try {
    const { runId } = parts.begin(runtime);
    watcher.follow(runId);
    parts.onDriven?.(runtime);
    const run = await Promise.race([runtime.settled(runId, { throughWaits: parts.wait }), interrupted]);
    if (run === undefined) {
      out.note(`Interrupted. Nothing is lost: baton resume ${runId}${withDatabase(args)}`);
      return EXIT.interrupted;
    }
    if (fault !== undefined) throw fault;
    report({ out, db: withDatabase(args) }, run, watcher, parts.store);
    return exitCodeOfStatus(run.status);
  } finally {
    stop();
    stopMail();
    await runtime.close();
    await parts.end?.();
  }
}

/** Resolves with undefined when the person at the keyboard ends the command. */
function interruption(host: Host): { readonly interrupted: Promise<undefined>; stop(): void } {
  let stop = (): void => undefined;
  const interrupted = new Promise<undefined>((resolve) => {
    stop = host.onInterrupt(() => resolve(undefined));
  });
  return { interrupted, stop: () => stop() };
}

/** Decisions other processes leave while this one owns the database. */
function watchMail(store: RunStore, runtime: RuntimeApi, out: Output): () => void {
  const read = (): void => readMail(store, runtime, (trouble) => out.note(plain(trouble)));
  const timer = setInterval(read, MAIL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function report(
  { out, db }: { readonly out: Output; readonly db: string },
  run: RunInfo,
  watcher: Watcher,
  store: RunStore,
): void {
  const { trace, mask } = watcher.finish(run.runId);
  const tasks = store.tasks(run.runId).map((task) => mask.value(task));
  if (out.isJson) {
    // The output is what the caller asked for: it is not masked, or a flow could not return what it was made for.
    const line = resultLine(run, trace, tasks);
    const output = outputOf(store, run);
    out.jsonLine(output === undefined ? line : { ...line, output });
    return;
  }
  const { usage } = run;
  const facts = joined([
    timeWords(run.startedAt, run.endedAt),
    plural(usage.steps, 'step'),
    tokenWords(usage),
    costWords(usage),
  ]);
  out.note(
    `${statusWords(out, run.status)}${run.reason === undefined ? '' : ` (${run.reason})`}  ${out.paint('dim', facts)}  run ${run.runId}`,
  );
  if (run.error) out.note(`${run.error.kind} ${run.error.code}: ${plain(mask.text(run.error.message))}`);
  for (const letter of trace.deadLetters.values()) out.note(`  dead letter: ${letter.step} (${letter.kind})`);
  for (const step of trace.run.notUndone) out.note(`  not undone: ${step}`);
  for (const task of tasks) {
    const choices = task.choices.map((choice) => choice.port).join('|');
    out.note(
      `  waits for a person: ${oneLine(task.title)}\n    baton decide ${run.runId} '${oneLine(task.task)}' --choice ${choices === '' ? '…' : choices}${db}`,
    );
  }
  const output = outputOf(store, run);
  if (output !== undefined) out.line(JSON.stringify(output, null, 2));
}

function outputOf(store: RunStore, run: RunInfo): Json | undefined {
  if (run.endedAt === undefined) return undefined;
  const [last] = store.events(run.runId, run.lastSeq - 1).filter((event) => event.type.startsWith('run.'));
  const end = last ?? store.events(run.runId).findLast((event) => event.type.startsWith('run.'));
  return end !== undefined && 'output' in end.data ? end.data.output : undefined;
}
