/**
 * The simulator host: the same interpreter and governor on a virtual clock, without I/O and without waiting. One call
 * plays one run to its end (or to a halt) and gives its history.
 */
import { apply } from '../../shared/engine/apply';
import { createPlan, type Plan } from '../../shared/engine/plan';
import { interruptedSteps } from '../../shared/engine/interrupted';
import { decisionFacts, decisionProblem, taskInfo } from '../../shared/engine/people';
import { createState, type RunState, type Task } from '../../shared/engine/state';
import { dueTimers, nextDueAt } from '../../shared/engine/timers';
import type { Json } from '../../shared/base/json';
import type { DataOf, NewEvent, RunEvent, TaskInfo } from '../../shared/events/event';
import type { Call } from '../../shared/ports/calls';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { Answers, Fault } from '../../shared/spec/parts';
import { answeredBy } from './answering';
import { Governor } from './governor';
import { rehearse, rehearsalAnswer } from './rehearsal';
import { type Fact, outcomeFacts, refusalFacts, startFacts, takeTurn } from './turn';
import { ENGINE_VERSION } from './version';

export interface SimulationOptions {
  readonly pure: Pure;
  readonly flow: Flow;
  readonly input: Json;
  readonly seed: number;
  readonly runId?: string;
  readonly faults?: readonly Fault[];
  readonly answers?: Answers;
  readonly plan?: Plan;
  /** A run that has not ended after so many events is stopped: the flow's own bounds were set higher. */
  readonly maxEvents?: number;
  /** Called with the events of each turn; returning false stops the simulation there, as a crash would. */
  readonly onTurn?: (events: readonly RunEvent[]) => boolean;
  /** Goes on from this history instead of starting. */
  readonly history?: readonly RunEvent[];
  /** What else comes from outside after a turn: a pause, a resumption, a cancellation. */
  readonly facts?: (events: readonly RunEvent[], state: RunState) => readonly NewEvent[];
  readonly overrides?: DataOf<'run.started'>['overrides'];
  /** Answers a call instead of the rehearsal. */
  readonly perform?: typeof rehearse;
  /** Answers a task instead of the rehearsal; undefined leaves it open. */
  readonly decide?: (
    task: TaskInfo,
    state: RunState,
  ) => { readonly choice: string; readonly values?: Json } | undefined;
}

export interface SimulatedRun {
  readonly state: RunState;
  readonly events: readonly RunEvent[];
  readonly endedAt: number;
  readonly startedAt: number;
  readonly stopped: boolean;
}

const VIRTUAL_START = 1_700_000_000_000;
const MAX_EVENTS = 200_000;

interface Landing {
  readonly at: number;
  readonly order: number;
  readonly call: Call;
  readonly facts: readonly NewEvent[];
  readonly kind: Parameters<Governor['finished']>[1];
}

/** Plays one run on virtual time. */
export function simulateRun(options: SimulationOptions): SimulatedRun {
  return new SimulatedHost(options).play();
}

class SimulatedHost {
  readonly #governor = new Governor();
  readonly #state: RunState;
  readonly #events: RunEvent[] = [];
  readonly #landings: Landing[] = [];
  readonly #facts: Fact[] = [];
  #nowMs = VIRTUAL_START;
  #order = 0;
  #stopped = false;

  constructor(private readonly options: SimulationOptions) {
    const plan = options.plan ?? createPlan(options.flow, options.pure);
    this.#state = createState(plan, options.runId ?? `sim-${options.seed}`);
  }

  play(): SimulatedRun {
    this.#begin();
    const maxEvents = this.options.maxEvents ?? MAX_EVENTS;
    let more = true;
    while (!this.#stopped && (more || this.#facts.length > 0 || this.#advance())) {
      more = this.#turn();
      if (this.#events.length > maxEvents) this.#stopped = true;
    }
    return {
      state: this.#state,
      events: this.#events,
      startedAt: VIRTUAL_START,
      endedAt: this.#nowMs,
      stopped: this.#stopped,
    };
  }

  /** Takes a history up as the runtime does after a crash. */
  #resume(history: readonly RunEvent[]): void {
    for (const event of history) apply(this.#state, event);
    this.#nowMs = Math.max(this.#nowMs, this.#state.at);
    const interrupted = interruptedSteps(this.#state);
    if (interrupted.length > 0)
      this.#facts.push({ event: { type: 'run.recovered', data: { epoch: 0, interrupted } } });
    for (const id of this.#state.openTasks.keys()) this.#answer(id);
  }

  #begin(): void {
    const { options } = this;
    if (options.history && options.history.length > 0) return this.#resume(options.history);
    this.#facts.push({
      event: {
        type: 'run.started',
        data: {
          flowId: options.flow.id,
          flowVersion: options.flow.version,
          semanticHash: '',
          engineVersion: ENGINE_VERSION,
          mode: 'rehearsal',
          input: options.input,
          seed: options.seed,
          ...(options.overrides ? { overrides: options.overrides } : {}),
        },
      },
    });
  }

  #turn(): boolean {
    const turn = takeTurn(this.#state, this.#facts.splice(0), this.#governor, this.#nowMs);
    this.#events.push(...turn.events);
    if (this.options.onTurn && turn.events.length > 0 && !this.options.onTurn(turn.events))
      this.#stopped = true;
    for (const id of turn.aborts) this.#drop(id);
    for (const call of turn.start) this.#launch(call);
    for (const event of turn.events) if (event.type === 'human.asked') this.#answer(event.data.task);
    this.#noteBreakers();
    const more = this.options.facts?.(turn.events, this.#state) ?? [];
    this.#facts.push(...more.map((event) => ({ event })));
    this.#serveQueue();
    return turn.more;
  }

  #noteBreakers(): void {
    for (const change of this.#governor.takeChanges())
      this.#facts.push({ event: { type: 'breaker.changed', data: change } });
  }

  #launch(call: Call): void {
    const { options } = this;
    const rehearsed = (options.perform ?? rehearse)(call, {
      flow: options.flow,
      seed: options.seed,
      faults: options.faults ?? [],
    });
    const { outcome, latencyMs } = rehearsed;
    const landing = {
      at: this.#nowMs + latencyMs,
      order: this.#order++,
      call,
      facts: outcomeFacts(call, outcome, Math.round(latencyMs)),
      kind: outcome.ok ? ('ok' as const) : outcome.kind,
    };
    insertSorted(this.#landings, landing);
  }

  #drop(id: string): void {
    const at = this.#landings.findIndex((landing) => landing.call.id === id);
    if (at >= 0) this.#landings.splice(at, 1);
    this.#governor.drop(this.#state.runId, id);
  }

  #answer(id: string): void {
    const task = this.#state.openTasks.get(id);
    for (const event of task ? this.#answerOf(task) : []) this.#facts.push({ event });
  }

  #answerOf(task: Task): NewEvent[] {
    const { options } = this;
    const state = this.#state;
    const info = taskInfo(state, task);
    const answers = options.answers ?? {};
    if (options.decide) return decidedBy(options.decide(info, state), task, 'rehearsal');
    const visit = (info.step === undefined ? undefined : state.steps.get(info.step))?.runVisit ?? 1;
    const answer = rehearsalAnswer(info, {
      flow: options.flow,
      answers,
      faults: options.faults ?? [],
      visit,
      seed: options.seed,
    });
    if (!answer || 'expire' in answer) return []; // its deadline comes by itself
    if (decisionProblem(state, task, answer.choice, answer.values) !== undefined) return [];
    return decidedBy(answer, task, answeredBy(info, answers));
  }

  #serveQueue(): void {
    for (const call of this.#governor.takeReady(this.#nowMs)) {
      const step = this.#state.steps.get(call.step);
      if (!step?.issued.has(call.id) || this.#state.pause) {
        this.#governor.drop(call.runId, call.id);
        step?.issued.delete(call.id); // wanted again when the run goes on
        continue;
      }
      this.#facts.push(...startFacts(call).map((event) => ({ event, callId: call.id })));
      this.#launch(call);
    }
    for (const { call, reason, until } of this.#governor.takeRefused(this.#nowMs)) {
      this.#facts.push(...refusalFacts(call, reason, until).map((event) => ({ event })));
    }
  }

  /** Moves the clock to the next thing that happens; false when nothing will. */
  #advance(): boolean {
    if (this.#state.ended) return false;
    const times = [this.#landings[0]?.at, nextDueAt(this.#state), this.#governor.nextWakeAt()].filter(
      (at) => at !== undefined,
    );
    if (times.length === 0) return false;
    this.#nowMs = Math.max(this.#nowMs, Math.ceil(Math.min(...times)));
    for (let first = this.#landings[0]; first && first.at <= this.#nowMs; first = this.#landings[0]) {
      this.#landings.shift();
      const { call, facts, kind } = first;
      this.#governor.finished(call, kind, this.#nowMs);
      this.#noteBreakers();
      this.#facts.push(...facts.map((event) => ({ event, callId: call.id })));
    }
    for (const timer of dueTimers(this.#state, this.#nowMs))
      this.#facts.push({ event: { type: 'timer.fired', data: { timer } } });
    this.#serveQueue();
    return true;
  }
}

type Decision = { readonly choice: string; readonly values?: Json; readonly comment?: string };

function decidedBy(answer: Decision | undefined, task: Task, by: string): NewEvent[] {
  if (!answer) return [];
  const { choice, values, comment } = answer;
  return decisionFacts(task, {
    choice,
    ...(values === undefined ? {} : { values }),
    ...(comment === undefined ? {} : { comment }),
    by,
    via: by,
  });
}

function insertSorted(list: Landing[], item: Landing): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    const other = list[mid] as Landing; // mid is inside
    if (other.at < item.at || (other.at === item.at && other.order < item.order)) low = mid + 1;
    else high = mid;
  }
  list.splice(low, 0, item);
}
