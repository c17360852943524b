/** Calls as the host gets them: everything resolved, nothing left to look up. */
import { canonicalJson } from '../base/jcs';
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { Message } from '../events/event';
import type { CodeCall, ModelCall, OfferedTool, ToolInvocation } from '../ports/calls';
import type { Model, Tool } from '../spec/parts';
import { readUrlFront } from '../spec/url';
import type { JsonSchema } from '../spec/values';
import { localsOf } from './evaluate';
import { type ResolvedPolicy, resolveToolPolicy } from './policy';
import type { RunState, Step } from './state';

const DEFAULT_MAX_OUTPUT_TOKENS = 2048;

/** What every call carries. A new attempt is opened when none is open. */
function base(state: RunState, step: Step, what: string, dependency: string, policy: ResolvedPolicy) {
  const opensAttempt = !step.attemptOpen;
  const attempt = opensAttempt ? step.attempt + 1 : step.attempt;
  const { index } = localsOf(state, step.token.frame);
  return {
    id: `${step.key}@${attempt}:${what}`,
    runId: state.runId,
    step: step.key,
    node: step.plan.id,
    visit: step.runVisit,
    attempt,
    opensAttempt,
    isRetry: opensAttempt && step.again === 'retry',
    dependency,
    limits: policy.limits,
    ...(index === undefined ? {} : { item: index }),
  };
}

/** The models a step may use, in order: its own, then the fallbacks named there. */
export function modelChain(
  state: RunState,
  name: string,
): readonly { readonly name: string; readonly model: Model }[] {
  const own = modelOf(state, name);
  return [name, ...(own.fallback ?? [])].map((each) => ({ name: each, model: modelOf(state, each) }));
}

export function modelOf(state: RunState, name: string): Model {
  const override = state.overrides.models?.[name];
  const model = state.plan.flow.models?.[name];
  if (override !== undefined) return { ...model, ...(override as Partial<Model>) } as Model; // checked when the run was started
  return present(model, 'model', name);
}

export function modelDependency(model: Model): string {
  return `model:${model.provider}/${model.model}@${hostOf(model)}`;
}

function hostOf(model: Model): string {
  if (model.baseURL !== undefined) return readUrlFront(model.baseURL)?.host ?? model.baseURL;
  return model.provider === 'builtin' || model.provider === 'simulated' ? 'local' : model.provider;
}

export function toolDependency(name: string, tool: Tool): string {
  switch (tool.kind) {
    case 'http':
      return `host:${present(readUrlFront(tool.url), 'host in the address of', name).host}`;
    case 'mcp':
      return `mcp:${tool.server}`;
    case 'sql':
      return `file:${tool.file}`;
    case 'file':
      return `file:${tool.folder}`;
    case 'code':
    case 'builtin':
      return `tool:${name}`;
  }
}

export interface ModelRequest {
  readonly purpose: ModelCall['purpose'];
  readonly modelName: string;
  readonly model: Model;
  readonly messages: readonly Message[];
  readonly tools: readonly OfferedTool[];
  readonly output?: JsonSchema;
  readonly agent?: ModelCall['agent'];
  readonly prompt: string;
  readonly turn: number;
  readonly quality?: ModelCall['quality'];
}

export function modelCall(state: RunState, step: Step, request: ModelRequest): ModelCall {
  const { model, messages, tools, output } = request;
  const what = request.purpose === 'judge' ? `j${request.turn}` : `m${request.turn}`;
  const { provider, settings = {} } = model;
  const requestHash = state.plan.pure.sha256(
    canonicalJson({
      provider,
      model: model.model,
      settings,
      messages,
      tools,
      output,
      purpose: request.purpose,
    }),
  );
  return {
    ...base(state, step, what, modelDependency(model), step.plan.policy),
    type: 'model',
    ...request,
    schemas: state.plan.schemas,
    maxOutputTokens: settings.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
    requestHash,
  };
}

/** Stable across attempts and restarts, another in a fork: it is made of the run, the step and the call. */
export function idempotencyKey(state: RunState, step: string, call: number): string {
  return state.plan.pure.sha256(`${state.runId}\n${step}\n${call}`).slice(0, 32);
}

export function toolCall(
  state: RunState,
  step: Step,
  name: string,
  args: Json,
  call: number,
): ToolInvocation {
  const tool = present(state.plan.flow.tools?.[name], 'tool', name);
  const ofStep = step.plan.node.kind === 'tool' || step.undoes !== null;
  const policy = ofStep && !step.undoes ? step.plan.policy : resolveToolPolicy(state.plan.flow, name);
  const common = base(state, step, `t${call}`, toolDependency(name, tool), policy);
  const attempts = step.conversation.pending.find((pending) => pending.call === call)?.attempts ?? 0;
  return {
    ...common,
    isRetry: ofStep ? common.isRetry : attempts > 0,
    type: 'tool',
    call,
    toolName: name,
    tool,
    ...(tool.kind === 'mcp' ? { mcpServer: state.plan.flow.mcpServers?.[tool.server] } : {}),
    args,
    key: idempotencyKey(state, step.key, call),
    ofStep,
    schemas: state.plan.schemas,
  };
}

export function codeCall(
  state: RunState,
  step: Step,
  source: string,
  args: Json,
  output: JsonSchema | undefined,
): CodeCall {
  return {
    ...base(state, step, 'c', 'code', step.plan.policy),
    type: 'code',
    source,
    args,
    ...(output === undefined ? {} : { output }),
    schemas: state.plan.schemas,
  };
}
