/** What a behaviour may ask about its step: answered from the state, nothing else. */
import type { Json } from '../base/json';
import { present } from '../base/present';
import { seededRandom } from '../base/random';
import type { BranchOutcome, Decision, Ended, Outcome, StepContext } from '../nodes/behaviour';
import type { JsonSchema } from '../spec/values';
import { modelDependency, modelOf } from './calls';
import { misfit } from './check';
import {
  evaluate,
  evaluateMapping,
  evaluateTemplate,
  type Extras,
  inputOf,
  itemsOf,
  type Place,
  placeOf,
  test,
} from './evaluate';
import { decidedValues } from './people';
import { edgesAt } from './plan';
import type { Branch, MemberResult, RunState, Step } from './state';

/** A view on state and step: made at every look, so it holds nothing of its own but the place. */
export class StepView implements StepContext {
  readonly #place: Place;

  constructor(
    private readonly state: RunState,
    private readonly step: Step,
  ) {
    this.#place = placeOf(step);
  }

  get key(): string {
    return this.step.key;
  }
  get startedAt(): number {
    return this.step.startedAt;
  }
  get input(): Json {
    return inputOf(this.state, this.step.token.frame);
  }
  get handoff(): Json | undefined {
    return this.step.token.handoff;
  }
  get result(): Step['result'] {
    return this.step.result;
  }
  get latestChild(): number {
    return this.step.latestChild;
  }
  get children(): StepContext['children'] {
    const { opened, frames, lowestFailed } = this.step;
    return { opened, running: frames.size, lowestFailed };
  }
  get branches(): readonly BranchOutcome[] {
    return present(this.step.token.fork, 'fork of', this.key).branches.map(branchOutcome);
  }
  get replies(): Step['replies'] {
    return this.step.replies;
  }
  get proposal(): readonly Json[] | null {
    return this.step.proposal;
  }
  get proposals(): number {
    return this.step.plans;
  }

  evaluate(source: string, at: string, extras?: Extras): Json | undefined {
    return evaluate(this.state, this.#place, source, at, extras);
  }
  test(source: string, at: string, extras?: Extras): boolean {
    return test(this.state, this.#place, source, at, extras);
  }
  mapping(mapping: Json, at: string, extras?: Extras): Json | undefined {
    return evaluateMapping(this.state, this.#place, mapping, at, extras);
  }
  template(text: string, at: string): string {
    return evaluateTemplate(this.state, this.#place, text, at);
  }
  random(at: string): number {
    return seededRandom(this.state.seed, this.step.key, at)();
  }
  misfit(schema: JsonSchema, value: Json): string | undefined {
    return misfit(this.state, schema, value);
  }
  connected(port: string): boolean {
    return edgesAt(this.step.plan, port).length > 0;
  }
  isFired(timer: string): boolean {
    return this.step.fired.has(timer);
  }

  decision(id: string): Decision | undefined {
    const task = this.step.tasks.get(id);
    if (!task?.decision) return undefined;
    const { choice, comment, by } = task.decision;
    return { choice, values: decidedValues(task), by, ...(comment === undefined ? {} : { comment }) };
  }

  expired(id: string): string | undefined {
    return this.step.tasks.get(id)?.expired ?? undefined;
  }
  items(source: string): readonly Json[] {
    return itemsOf(this.state, this.step, source);
  }
  child(index?: number): Outcome | undefined {
    const closed = this.step.closed.get(index ?? 0);
    if (closed) return outcomeOf(closed.result);
    return this.step.frames.has(index ?? 0) ? { state: 'running' } : undefined;
  }

  member(key: string): Outcome | undefined {
    const done = this.step.members.get(key);
    if (done) return outcomeOf(done);
    return this.state.steps.has(key) ? { state: 'running' } : undefined;
  }

  get assigned(): Step['assigned'] {
    return this.step.assigned;
  }

  isAvailable(name: string): boolean {
    const dependency = modelDependency(modelOf(this.state, this.agent(name).model));
    return ![`agent:${name}`, dependency].some((subject) => this.state.openBreakers.has(subject));
  }

  agent(name: string): ReturnType<StepContext['agent']> {
    const agent = present(this.state.plan.flow.agents?.[name], 'agent', name);
    const { model, role, does = [], capabilities = [] } = agent;
    return { model, role, does, capabilities };
  }
}

function outcomeOf(result: MemberResult): Ended {
  if (result.ok) return { state: 'done', output: result.output };
  const { kind, code, message } = result.failure;
  return { state: 'failed', trouble: { kind, code, message } };
}

/** What a join sees of a branch: those that had not come to an end were cancelled when it started. */
function branchOutcome({ edge, token, state, failure }: Branch): BranchOutcome {
  const first = edge.to;
  if (state === 'arrived') return { first, outcome: { state: 'done', output: token.lastOutput } };
  if (failure) return { first, outcome: outcomeOf({ ok: false, failure }) };
  return { first, outcome: { state: 'cancelled' } };
}
