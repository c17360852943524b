/** The run store without a file, for rehearsals, simulations and tests. Keeps the events themselves; hashes on demand. */
import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../../shared/base/jcs';
import type { DeadLetterInfo, RunEvent, RunInfo, TaskInfo } from '../../shared/events/event';
import { chainText } from '../../shared/events/hash-chain';
import type { BreakerRow, MailboxEntry, RunAppend, RunFilter } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';
import { checkSeqs, commitLabel, repinned } from './appends';
import { link } from './encode';
import { locked, unknownRun } from './errors';
import { sha256Hex } from './pieces';
import { foldRun, newProjection, nodeOfStep, type ProjectionChange, type RunProjection } from './projection';
import { decisionRow } from './reader';
import { matchesFilter, taskInfo } from './rows';
import type { ChainEntry, ChainVerdict, DecisionRow, NewMail, RunStore, StoreFaults } from './run-store';

interface MemoryTask {
  readonly seq: number;
  closed?: { readonly seq: number; readonly how: string };
}

interface MemoryRun {
  readonly order: number;
  readonly flow: Flow;
  readonly projection: RunProjection;
  readonly events: RunEvent[];
  readonly sensitive: Map<number, { readonly keys: readonly string[]; readonly nonce: string }>;
  readonly tasks: MemoryTask[];
  readonly deadLetters: DeadLetterInfo[];
}

/** What outlives one owner: shared with the log that takes over. */
interface Shared {
  epoch: number;
  runsMade: number;
  mailMade: number;
  readonly runs: Map<string, MemoryRun>;
  readonly breakers: Map<string, BreakerRow>;
  mail: MailboxEntry[];
}

export interface MemoryRunLogOptions {
  readonly clock?: () => number;
  readonly faults?: StoreFaults;
}

const DAY_MS = 86_400_000;

export class MemoryRunLog implements RunStore {
  readonly epoch: number;
  private readonly shared: Shared;

  constructor(
    private readonly options: MemoryRunLogOptions = {},
    from?: MemoryRunLog,
  ) {
    this.shared = from?.shared ?? {
      epoch: 0,
      runsMade: 0,
      mailMade: 0,
      runs: new Map(),
      breakers: new Map(),
      mail: [],
    };
    this.shared.epoch += 1;
    this.epoch = this.shared.epoch;
  }

  /** What a new process finds: the same record under a new epoch. This one can commit no more. */
  reopen(options: MemoryRunLogOptions = this.options): MemoryRunLog {
    return new MemoryRunLog(options, this);
  }

  commit(appends: readonly RunAppend[], breakers: readonly BreakerRow[] = []): void {
    this.options.faults?.beforeCommit?.(commitLabel(appends));
    if (this.shared.epoch !== this.epoch)
      throw locked('in memory', 'Another owner has taken over these runs; nothing was written.');
    const next = new Map<string, MemoryRun>();
    const late: (() => void)[] = [];
    for (const append of appends) next.set(append.runId, this.appended(append, next.get(append.runId), late));
    // From here on nothing can fail: all of it or, if something above threw, nothing.
    for (const apply of late) apply();
    for (const [runId, run] of next) this.shared.runs.set(runId, run);
    for (const breaker of breakers) this.shared.breakers.set(breaker.subject, breaker);
    this.options.faults?.afterCommit?.();
  }

  private appended(append: RunAppend, sofar: MemoryRun | undefined, late: (() => void)[]): MemoryRun {
    const before = sofar ?? this.shared.runs.get(append.runId);
    const { created, events } = append;
    if (before === undefined && created === undefined) throw unknownRun(append.runId);
    if (before && created && !events.some((event) => event.type === 'run.migrated')) {
      throw new Error(`Run ${append.runId} is already pinned to a flow; only a migration may pin it anew`);
    }
    const flow = created?.flow ?? before?.flow;
    if (flow === undefined) throw unknownRun(append.runId);
    const at =
      before?.projection ?? newProjection(append.runId, flow, created?.semanticHash ?? '', events[0]);
    checkSeqs(append, at.info.lastSeq);
    const folded = foldRun(at, events, (step) => lastFailure(before?.events ?? [], step));
    const run: MemoryRun = {
      order: before?.order ?? this.shared.runsMade + 1 + late.length,
      flow,
      projection: created ? repinned(folded.projection, created) : folded.projection,
      events: before?.events ?? [],
      sensitive: before?.sensitive ?? new Map(),
      tasks: before?.tasks ?? [],
      deadLetters: before?.deadLetters ?? [],
    };
    late.push(() => {
      this.shared.runsMade = Math.max(this.shared.runsMade, run.order);
      for (const event of events) run.events.push(event);
      for (const [seq, keys] of Object.entries(append.sensitive ?? {})) {
        if (keys.length > 0) run.sensitive.set(Number(seq), { keys, nonce: randomBytes(16).toString('hex') });
      }
      for (const change of folded.changes) applyChange(run, change);
    });
    return run;
  }

  events(runId: string, afterSeq = 0, limit?: number): RunEvent[] {
    const events = this.shared.runs.get(runId)?.events ?? [];
    const from = Math.max(0, afterSeq);
    return events.slice(from, limit === undefined || limit < 0 ? undefined : from + limit);
  }

  flow(runId: string): Flow {
    return this.known(runId).flow;
  }

  run(runId: string): RunInfo | undefined {
    return this.shared.runs.get(runId)?.projection.info;
  }

  runs(filter: RunFilter = {}): RunInfo[] {
    const found = [...this.shared.runs.values()]
      .filter((run) => matchesFilter(run.projection.info, filter))
      .sort((a, b) => b.projection.info.startedAt - a.projection.info.startedAt || b.order - a.order);
    const from = filter.offset ?? 0;
    const to = filter.limit === undefined || filter.limit < 0 ? undefined : from + filter.limit;
    return found.slice(from, to).map((run) => run.projection.info);
  }

  countRuns(filter: RunFilter = {}): number {
    const { limit: _limit, offset: _offset, ...all } = filter;
    return this.runs(all).length;
  }

  unfinished(): RunInfo[] {
    return [...this.shared.runs.values()]
      .map((run) => run.projection.info)
      .filter((info) => info.endedAt === undefined);
  }

  tasks(runId?: string): TaskInfo[] {
    return this.chosen(runId)
      .flatMap((run) =>
        run.tasks.flatMap((task) => {
          const asked = run.events[task.seq - 1];
          return task.closed === undefined && asked?.type === 'human.asked' ? [taskInfo(asked)] : [];
        }),
      )
      .sort((a, b) => a.askedAt - b.askedAt);
  }

  deadLetters(runId?: string): DeadLetterInfo[] {
    return this.chosen(runId)
      .flatMap((run) => run.deadLetters.map((letter) => ({ ...letter, flowName: run.flow.name })))
      .sort((a, b) => a.at - b.at);
  }

  breakers(): BreakerRow[] {
    return [...this.shared.breakers.values()].sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  mailbox(): MailboxEntry[] {
    return [...this.shared.mail];
  }

  mailboxDone(ids: readonly number[]): void {
    this.shared.mail = this.shared.mail.filter((mail) => !ids.includes(mail.id));
  }

  postMail(mail: NewMail): void {
    this.shared.mailMade += 1;
    const { runId, kind, data, at } = mail;
    this.shared.mail.push({ id: this.shared.mailMade, runId, kind, data, at });
  }

  chain(runId: string): ChainEntry[] {
    const run = this.known(runId);
    let prevHash: string | undefined;
    return run.events.map((event) => {
      const nonce = run.sensitive.get(event.seq)?.nonce;
      const dataHash = sha256Hex(canonicalJson(event.data) + (nonce ?? ''));
      const hash = sha256Hex(chainText(link(event, dataHash, prevHash)));
      prevHash = hash;
      return { seq: event.seq, dataHash, hash, ...(nonce === undefined ? {} : { nonce }) };
    });
  }

  headHash(runId: string): string | undefined {
    return this.chain(runId).at(-1)?.hash;
  }

  /** Always sound: hashes are made of the events when they are asked for. */
  verifyChain(runId: string): ChainVerdict {
    const chain = this.chain(runId);
    return { ok: true, events: chain.length, head: chain.at(-1)?.hash };
  }

  sensitive(runId: string): Readonly<Record<number, readonly string[]>> {
    return Object.fromEntries([...this.known(runId).sensitive].map(([seq, { keys }]) => [seq, keys]));
  }

  decisions(flowId: string): DecisionRow[] {
    return this.chosen(undefined).flatMap((run) =>
      run.projection.info.flowId !== flowId
        ? []
        : run.tasks.flatMap((task) => {
            const asked = run.events[task.seq - 1];
            const decided = task.closed && run.events[task.closed.seq - 1];
            return asked?.type === 'human.asked' && decided?.type === 'human.decided'
              ? [decisionRow(asked, decided)]
              : [];
          }),
    );
  }

  deleteRuns(runIds: readonly string[]): number {
    return runIds.filter((runId) => this.shared.runs.delete(runId)).length;
  }

  retention(days: number): number {
    const before = (this.options.clock?.() ?? 0) - days * DAY_MS;
    const ended = [...this.shared.runs.values()]
      .map((run) => run.projection.info)
      .filter((info) => (info.endedAt ?? before) < before);
    return this.deleteRuns(ended.map((info) => info.runId));
  }

  close(): void {
    // Nothing to let go of: what was recorded stays for the log that reopens it.
  }

  private known(runId: string): MemoryRun {
    const run = this.shared.runs.get(runId);
    if (run === undefined) throw unknownRun(runId);
    return run;
  }

  private chosen(runId: string | undefined): MemoryRun[] {
    if (runId === undefined) return [...this.shared.runs.values()];
    const run = this.shared.runs.get(runId);
    return run ? [run] : [];
  }
}

function lastFailure(
  events: readonly RunEvent[],
  step: string,
): { code: string; message: string } | undefined {
  const found = events.findLast((event) => event.type === 'step.failed' && event.step === step);
  return found?.type === 'step.failed' ? { code: found.data.code, message: found.data.message } : undefined;
}

function applyChange(run: MemoryRun, change: ProjectionChange): void {
  switch (change.kind) {
    case 'task.asked':
      run.tasks.push({ seq: change.seq });
      return;
    case 'task.closed': {
      const task = run.tasks.find((candidate) => candidate.seq === change.askedSeq);
      if (task) task.closed = { seq: change.seq, how: change.how };
      return;
    }
    case 'dead.added':
      run.deadLetters.push(letterOf(run, change));
      return;
    case 'dead.closed':
      run.deadLetters.forEach((letter, i) => {
        if (letter.closedBy !== undefined || (change.step ?? letter.step) !== letter.step) return;
        run.deadLetters[i] = { ...letter, closedBy: change.by };
      });
      return;
    default:
      throw new Error(`Unhandled change: ${JSON.stringify(change satisfies never)}`);
  }
}

function letterOf(run: MemoryRun, change: Extract<ProjectionChange, { kind: 'dead.added' }>): DeadLetterInfo {
  return {
    runId: run.projection.info.runId,
    flowName: run.flow.name,
    step: change.step,
    node: nodeOfStep(change.step),
    kind: change.failure,
    code: change.code,
    message: change.message,
    at: change.at,
    seq: change.seq,
  };
}
