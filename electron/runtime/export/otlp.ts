/**
 * A run as OpenTelemetry spans (OTLP/JSON), after the GenAI semantic conventions: flow run > step > attempt > model call,
 * tool call, decision. What was said (prompts, answers, arguments, results) stays out: the conventions make it opt-in.
 */
import { version } from '../../../package.json';
import type { Trace } from '../../../shared/events/trace';
import type {
  TraceAttempt,
  TraceCall,
  TraceModelCall,
  TraceStep,
  TraceTask,
  TraceToolCall,
} from '../../../shared/events/trace-model';
import type { Flow } from '../../../shared/spec/flow';
import type { FlowNode } from '../../../shared/spec/nodes';
import { everyFlowNode } from '../../../shared/spec/readiness-parts';
import { sha256Of } from './files';

/** The conventions are unstable: the version says which names were used. */
export const SEMCONV_SCHEMA = 'https://opentelemetry.io/schemas/1.37.0';

const INTERNAL = 1;
const CLIENT = 3;
const OK = 1;
const ERROR = 2;

type Value =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };
type Plain = string | number | boolean | readonly string[] | undefined;
interface Attribute {
  readonly key: string;
  readonly value: Value | { readonly arrayValue: { readonly values: readonly Value[] } };
}
interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly status: { readonly code?: number; readonly message?: string };
}

export function traceIdOf(runId: string): string {
  return sha256Of(`trace\n${runId}`).slice(0, 32);
}

export function otlpOf(trace: Trace, flow: Flow): object {
  const spans = new Spans(trace, flow).all();
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': 'baton', 'service.version': version }) },
        scopeSpans: [{ scope: { name: 'baton', version }, spans, schemaUrl: SEMCONV_SCHEMA }],
        schemaUrl: SEMCONV_SCHEMA,
      },
    ],
  };
}

interface Draft {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly kind?: number;
  readonly from: number;
  readonly to: number | undefined;
  readonly attributes: Readonly<Record<string, Plain>>;
  readonly events?: readonly SpanEvent[];
  readonly error?: { readonly type: string; readonly message: string };
  readonly ok?: boolean;
}

class Spans {
  private readonly nodes: ReadonlyMap<string, FlowNode>;
  private readonly spans: Span[] = [];

  constructor(
    private readonly trace: Trace,
    private readonly flow: Flow,
  ) {
    this.nodes = new Map(everyFlowNode(flow).map(({ id, node }) => [id, node]));
  }

  all(): readonly Span[] {
    this.addRun();
    for (const step of this.trace.steps.values()) this.addStep(step);
    return this.spans;
  }

  private add(draft: Draft): void {
    const { error } = draft;
    const all = {
      ...draft.attributes,
      'gen_ai.conversation.id': this.trace.run.runId,
      'error.type': error?.type,
    };
    this.spans.push({
      traceId: traceIdOf(this.trace.run.runId),
      spanId: this.spanId(draft.id),
      ...(draft.parent === undefined ? {} : { parentSpanId: this.spanId(draft.parent) }),
      name: draft.name,
      kind: draft.kind ?? INTERNAL,
      startTimeUnixNano: nano(draft.from),
      // A span of something that still goes on ends where the record ends.
      endTimeUnixNano: nano(Math.max(draft.from, draft.to ?? this.trace.lastAt)),
      attributes: attributes(all),
      events: draft.events ?? [],
      status: error ? { code: ERROR, message: error.message } : draft.ok ? { code: OK } : {},
    });
  }

  private spanId(id: string): string {
    return sha256Of(`span\n${this.trace.run.runId}\n${id}`).slice(0, 16);
  }

  private addRun(): void {
    const { run } = this.trace;
    this.add({
      id: '',
      name: `invoke_workflow ${run.flowId}`,
      from: run.startedAt,
      to: run.endedAt,
      ok: run.status === 'completed',
      ...(run.error ? { error: { type: run.error.kind, message: run.error.message } } : {}),
      attributes: {
        'gen_ai.operation.name': 'invoke_workflow',
        'gen_ai.workflow.name': run.flowId,
        'gen_ai.usage.input_tokens': run.usage.tokens.in,
        'gen_ai.usage.output_tokens': run.usage.tokens.out,
        'baton.run.id': run.runId,
        'baton.run.mode': run.mode,
        'baton.run.status': run.status,
        'baton.flow.version': run.flowVersion,
        'baton.flow.semantic_hash': run.semanticHash,
        'baton.engine.version': run.engineVersion,
        'baton.forked_from.run.id': run.forkedFrom?.runId,
        'baton.cost.amount': run.usage.cost.known ? run.usage.cost.amount : undefined,
        'baton.cost.currency': run.usage.cost.known ? run.usage.cost.currency : undefined,
      },
      events: this.trace.incidents.map((incident) => ({
        timeUnixNano: nano(incident.at),
        name: `baton.${incident.type}`,
        attributes: attributes({ 'baton.step': incident.step }),
      })),
    });
  }

  private addStep(step: TraceStep): void {
    const node = this.nodes.get(step.node);
    const agent = node?.kind === 'agent' && !step.undo ? node.agent : undefined;
    this.add({
      id: step.key,
      parent: step.parent ?? '',
      name: agent === undefined ? `step ${step.node}` : `invoke_agent ${agent}`,
      from: step.startedAt,
      to: step.endedAt,
      ok: step.status === 'committed',
      ...(step.failure ? { error: { type: step.failure.kind, message: step.failure.message } } : {}),
      attributes: {
        'gen_ai.operation.name': agent === undefined ? undefined : 'invoke_agent',
        'gen_ai.agent.name': agent,
        'baton.node.id': step.node,
        'baton.node.kind': step.kind,
        'baton.step': step.key,
        'baton.step.status': step.status,
        'baton.port': step.port,
        'baton.fallback': step.port === 'fallback' ? true : undefined,
        'baton.edge.to': step.to.length > 0 ? step.to : undefined,
        'baton.queued_ms': step.queuedMs > 0 ? step.queuedMs : undefined,
        'baton.undo': step.undo ? true : undefined,
      },
    });
    for (const attempt of step.attempts) this.addAttempt(step, attempt);
    for (const id of step.tasks) this.addTask(step, this.trace.tasks.get(id));
  }

  private addAttempt(step: TraceStep, attempt: TraceAttempt): void {
    const id = `${step.key}@${attempt.attempt}`;
    this.add({
      id,
      parent: step.key,
      name: `attempt ${attempt.attempt}`,
      from: attempt.startedAt,
      to: attempt.endedAt,
      ok: attempt.outcome === 'completed',
      ...(attempt.kind === undefined
        ? {}
        : { error: { type: attempt.kind, message: attempt.message ?? attempt.kind } }),
      attributes: {
        'baton.attempt': attempt.attempt,
        'baton.attempt.outcome': attempt.outcome,
        'baton.dependency': attempt.dependency,
      },
      events: attempt.calls.flatMap(spanEvent),
    });
    for (const call of attempt.calls) {
      if (call.type === 'model') this.addModelCall(id, call);
      if (call.type === 'tool') this.addToolCall(id, step, call);
    }
  }

  private addModelCall(attempt: string, call: TraceModelCall): void {
    const model = this.flow.models?.[call.model];
    const name = model?.model ?? call.model;
    this.add({
      id: `${attempt}:${call.seq}`,
      parent: attempt,
      name: `chat ${name}`,
      kind: CLIENT,
      from: call.at - (call.latencyMs ?? 0),
      to: call.at,
      ok: true,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': model?.provider,
        'gen_ai.request.model': name,
        'gen_ai.response.finish_reasons': [call.finish],
        'gen_ai.usage.input_tokens': call.usage.in,
        'gen_ai.usage.output_tokens': call.usage.out,
        'baton.purpose': call.purpose,
        'baton.turn': call.turn,
        'baton.request.hash': call.requestHash,
        'baton.cost.amount': call.cost?.amount,
        'baton.cost.currency': call.cost?.currency,
      },
    });
  }

  private addToolCall(attempt: string, step: TraceStep, call: TraceToolCall): void {
    const node = this.nodes.get(step.node);
    const name = call.tool !== '' ? call.tool : node?.kind === 'tool' ? node.tool : step.node;
    this.add({
      id: `${attempt}:${call.seq}`,
      parent: attempt,
      name: `execute_tool ${name}`,
      from: call.startedAt,
      to: call.endedAt,
      ok: call.status === 'completed',
      ...(call.kind === undefined ? {} : { error: { type: call.kind, message: call.message ?? call.kind } }),
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.type': this.flow.tools?.[name]?.kind === 'mcp' ? 'extension' : 'function',
        'gen_ai.tool.call.id': `${attempt}:${call.call}`,
        'baton.tool.effect': call.effect,
        'baton.tool.status': call.status,
      },
    });
  }

  private addTask(step: TraceStep, task: TraceTask | undefined): void {
    if (!task) return;
    this.add({
      id: `task:${task.task}`,
      parent: step.key,
      name: `human ${task.type}`,
      from: task.askedAt,
      to: task.closedAt,
      ok: task.status === 'decided',
      attributes: {
        'baton.checkpoint.id': task.task,
        'baton.checkpoint.type': task.type,
        'baton.checkpoint.status': task.status,
        'baton.checkpoint.choice': task.choice,
        'baton.checkpoint.edited': task.status === 'decided' ? task.values !== undefined : undefined,
      },
    });
  }
}

function spanEvent(call: TraceCall): readonly SpanEvent[] {
  if (call.type === 'retry') {
    const facts = {
      'baton.attempt': call.nextAttempt,
      'baton.delay_ms': call.delayMs,
      'error.type': call.why?.kind,
    };
    return [{ timeUnixNano: nano(call.at), name: 'baton.retry', attributes: attributes(facts) }];
  }
  if (call.type !== 'governor') return [];
  const facts = { 'baton.dependency': call.dependency, 'baton.reason': call.reason };
  return [
    { timeUnixNano: nano(call.at), name: `baton.governor.${call.decision}`, attributes: attributes(facts) },
  ];
}

/** Nanoseconds as text: they do not fit a JSON number. */
function nano(atMs: number): string {
  return `${Math.trunc(atMs)}000000`;
}

function attributes(values: Readonly<Record<string, Plain>>): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]): Attribute[] => {
    if (value === undefined) return [];
    if (typeof value === 'object')
      return [{ key, value: { arrayValue: { values: value.map((item) => ({ stringValue: item })) } } }];
    return [{ key, value: scalar(value) }];
  });
}

function scalar(value: string | number | boolean): Value {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
