/** What a behaviour may ask about its step: answered from the state, nothing else. */
import type { Json } from '../base/json';
import { seededRandom } from '../base/random';
import type { BranchOutcome, Decision, Outcome, StepContext } from '../nodes/behaviour';
import type { FlowNode } from '../spec/nodes';
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
import type { Branch, FrameResult, RunState, Step } from './state';

/** A view on state and step: made at every look, so it holds nothing of its own but the place. */
export class StepView implements StepContext {
  readonly #place: Place;

  constructor(
    private readonly state: RunState,
    private readonly step: Step,
  ) {
    this.#place = placeOf(step);
  }

  get id(): string {
    return this.step.plan.id;
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
    return (this.step.token.fork?.branches ?? []).map(branchOutcome);
  }
  get isLate(): boolean {
    return this.step.token.fork?.late ?? false;
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
  items(): readonly Json[] {
    return itemsOf(this.state, this.step);
  }
  child(index?: number): Outcome | undefined {
    const closed = this.step.closed.get(index ?? 0);
    if (closed) return outcomeOf(closed.result);
    return this.step.frames.has(index ?? 0) ? { state: 'running' } : undefined;
  }

  member(key: string): Outcome | undefined {
    const done = this.step.plannedSteps.get(key);
    if (done?.failure) {
      const { kind, code, message } = done.failure;
      return { state: 'failed', trouble: { kind, code, message } };
    }
    if (done) return { state: 'done', output: done.output ?? null };
    return this.state.steps.has(key) ? { state: 'running' } : undefined;
  }

  isAvailable(name: string): boolean {
    const model = this.state.plan.flow.agents?.[name]?.model;
    const subjects = [
      `agent:${name}`,
      ...(model === undefined ? [] : [modelDependency(modelOf(this.state, model))]),
    ];
    return !subjects.some((subject) => this.state.openBreakers.has(subject));
  }

  agent(name: string): ReturnType<StepContext['agent']> {
    const agent = this.state.plan.flow.agents?.[name];
    if (!agent) return undefined;
    const { model, role, does = [], doesNot = [], capabilities = [] } = agent;
    return { model, role, does, doesNot, capabilities };
  }

  nodeOf(id: string): FlowNode | undefined {
    return this.step.plan.body?.nodes.get(id)?.node ?? this.state.plan.nodes.get(id)?.node;
  }
}

function outcomeOf(result: FrameResult): Outcome {
  if (result.ok) return { state: 'done', output: result.output };
  const { kind, code, message } = result.failure;
  return { state: 'failed', trouble: { kind, code, message } };
}

function branchOutcome(branch: Branch): BranchOutcome {
  const first = branch.edge.to;
  switch (branch.state) {
    case 'arrived':
      return { first, outcome: { state: 'done', output: branch.token.lastOutput } };
    case 'running':
      return { first, outcome: { state: 'running' } };
    case 'cancelled':
      return { first, outcome: { state: 'cancelled' } };
    case 'failed': {
      const { kind = 'error', code = 'branch/failed', message = 'The branch failed.' } = branch.failure ?? {};
      return { first, outcome: { state: 'failed', trouble: { kind, code, message } } };
    }
  }
}
