/**
 * The rehearsal: what a call would have given, without making it. Pure and synchronous; the same seed gives the same
 * answers, delays and misfortunes on every machine.
 *
 * R1. What a node's entry in `rehearsal.nodes` says comes first; where it says nothing, a value is made from the schema.
 * R2. An injected fault comes before everything; probabilities of an entry (`failures`) come next.
 * R3. Values are drawn per step and visit, not per call number, so that a retry of a step gives the same output.
 */
import { parseDuration } from '../../shared/base/duration';
import { isJsonObject, type Json } from '../../shared/base/json';
import { type Random, seededRandom } from '../../shared/base/random';
import type { Call, CallFailure, ModelCall, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { Fault, RehearsalNode } from '../../shared/spec/parts';
import type { FailureKind, JsonSchema } from '../../shared/spec/values';
import { outputOf, withConfidence } from './rehearsal-entry';
import { garbageFor } from './rehearsal-garbage';
import { rehearseModelValue } from './rehearsal-model';
import { sampleSchema } from './schema-sample';

export { faultAnswer, rehearsalAnswer } from './rehearsal-answer';

export interface RehearsalOptions {
  readonly flow: Flow;
  readonly seed: number;
  readonly faults: readonly Fault[];
}

export interface Rehearsed<O extends ModelOutcome | ValueOutcome = ModelOutcome | ValueOutcome> {
  readonly outcome: O;
  readonly latencyMs: number;
  /** The process is to die before or after the call. */
  readonly crash?: 'before' | 'after';
}

type CallFaultKind = Exclude<Fault['kind'], 'rejected' | 'expired'>;
/** What nodes take when nobody says: a model thinks, a tool answers, code is there. */
const USUAL_LATENCY: Readonly<Record<Call['type'], { p50: number; p95: number }>> = {
  model: { p50: 200, p95: 600 },
  tool: { p50: 1, p95: 4 },
  code: { p50: 1, p95: 4 },
};
/** 95 % of a normal distribution lie below this many standard deviations above its middle. */
const Z95 = 1.6448536269514722;
const MISFORTUNES: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'error',
  'timeout',
  'rate_limited',
  'unavailable',
  'invalid_output',
  'denied',
  'stale_context',
  'conflict',
  'uncertain',
]);

export function rehearse(call: Call, options: RehearsalOptions): Rehearsed {
  return call.type === 'model' ? rehearseModel(call, options) : rehearseTool(call, options);
}

export function rehearseModel(call: ModelCall, options: RehearsalOptions): Rehearsed<ModelOutcome> {
  const entry = entryOf(call, options.flow);
  const fault = faultOf(call, options.faults, options.seed);
  const latencyMs = latencyOf(call, entry, fault, options.seed);
  const failure =
    call.purpose === 'judge' ? undefined : failureOf(call, entry, fault, latencyMs, options.seed);
  if (failure)
    return { outcome: failure, latencyMs: failureLatency(call, failure, latencyMs), ...crashOf(fault) };
  if (fault?.kind === 'garbage')
    return { outcome: modelOutcome(call, entry, String(garbageFor(call)), []), latencyMs };
  const confidence = confidenceOf(call, entry, fault, options.seed);
  const { text, toolCalls } = rehearseModelValue(
    call,
    options.flow,
    entry,
    randomFor(call, options.seed),
    confidence,
  );
  return { outcome: modelOutcome(call, entry, text, toolCalls), latencyMs, ...crashOf(fault) };
}

export function rehearseTool(
  call: Exclude<Call, ModelCall>,
  options: RehearsalOptions,
): Rehearsed<ValueOutcome> {
  const entry = entryOf(call, options.flow);
  const fault = faultOf(call, options.faults, options.seed);
  const latencyMs = latencyOf(call, entry, fault, options.seed);
  const failure = failureOf(call, entry, fault, latencyMs, options.seed);
  if (failure) {
    const endsMs = failureLatency(call, failure, latencyMs);
    return { outcome: doubted(call, failure), latencyMs: endsMs, ...crashOf(fault) };
  }
  const garbage = fault?.kind === 'garbage' ? garbageFor(call) : undefined;
  if (garbage !== undefined) return { outcome: { ok: true, value: garbage }, latencyMs };
  const own = outputOf(call, entry) ?? toolValue(call, randomFor(call, options.seed));
  const value = withConfidence(own, confidenceOf(call, entry, fault, options.seed));
  return { outcome: { ok: true, value }, latencyMs, ...crashOf(fault) };
}

/** A `once` call without a definite answer may have had its effect. */
function doubted(call: Exclude<Call, ModelCall>, failure: CallFailure): CallFailure {
  if (call.type !== 'tool' || call.tool.effect !== 'once' || failure.sent === 'no') return failure;
  const isDefinite = failure.kind !== 'timeout' && failure.kind !== 'unavailable';
  return isDefinite ? failure : { ...failure, kind: 'uncertain' };
}

/** The fault that meets this call, if its node, attempt and chance say so. Judges and an agent's tools are left alone. */
export function faultOf(
  call: Call,
  faults: readonly Fault[],
  seed: number,
): (Fault & { kind: CallFaultKind }) | undefined {
  if (call.type === 'model' && call.purpose === 'judge') return undefined;
  if (call.type === 'tool' && !call.ofStep) return undefined;
  return faults.find((fault, i): fault is Fault & { kind: CallFaultKind } => {
    if (fault.kind === 'rejected' || fault.kind === 'expired') return false;
    if (fault.node !== '*' && fault.node !== call.node && fault.node !== call.step) return false;
    if (fault.attempt !== '*' && fault.attempt !== call.attempt) return false;
    return (
      fault.probability === undefined ||
      seededRandom(seed, 'fault', i, call.step, call.attempt)() < fault.probability
    );
  });
}

/** The entry of the node; tools an agent calls have none, they answer by their schema. */
function entryOf(call: Call, flow: Flow): RehearsalNode | undefined {
  if (call.type === 'tool' && !call.ofStep) return undefined;
  const nodes = flow.rehearsal?.nodes;
  return nodes && Object.hasOwn(nodes, call.node) ? nodes[call.node] : undefined;
}

function randomFor(call: Call, seed: number): Random {
  return seededRandom(seed, call.step, call.type === 'model' ? call.purpose : call.type);
}

function confidenceOf(
  call: Call,
  entry: RehearsalNode | undefined,
  fault: Fault | undefined,
  seed: number,
): number | undefined {
  if (fault?.kind === 'low_confidence') return 0;
  const share = entry?.failures?.low_confidence ?? 0;
  if (share > 0 && seededRandom(seed, 'unsure', call.step, call.attempt)() < share) return 0;
  return entry?.confidence;
}

function crashOf(fault: Fault | undefined): { crash?: 'before' | 'after' } {
  return fault?.kind === 'crash' ? { crash: fault.when ?? 'before' } : {};
}

function failureOf(
  call: Call,
  entry: RehearsalNode | undefined,
  fault: Fault | undefined,
  latencyMs: number,
  seed: number,
): CallFailure | undefined {
  const injected = fault && faultFailure(fault, call);
  if (injected) return injected;
  const isTimed = entry?.latency !== undefined || fault?.kind === 'slow';
  const late = isTimed ? lateness(call, latencyMs) : undefined;
  if (late) return late;
  const draw = seededRandom(seed, 'misfortune', call.step, call.attempt)();
  let upTo = 0;
  for (const [kind, share] of Object.entries(entry?.failures ?? {}) as [FailureKind, number][]) {
    if (!MISFORTUNES.has(kind)) continue;
    upTo += share;
    if (draw < upTo)
      return failure(
        kind,
        `The rehearsal lets ${Math.round(share * 100)} % of the calls fail like this.`,
        sentFor(kind),
      );
  }
  return undefined;
}

function lateness(call: Call, latencyMs: number): CallFailure | undefined {
  const { timeoutMs } = call.limits;
  if (timeoutMs === undefined || latencyMs <= timeoutMs) return undefined;
  return failure('timeout', `It took longer than ${timeoutMs} ms.`, 'maybe');
}

/** How long an injected fault keeps a real call from being made, and the failure when that is longer than it may take. */
export function slowness(
  call: Call,
  fault: Fault,
): { readonly latencyMs: number; readonly failure?: CallFailure } {
  if (fault.kind !== 'slow') return { latencyMs: 0 };
  const latencyMs = latencyOf(call, undefined, fault, 0);
  const late = lateness(call, latencyMs);
  if (!late) return { latencyMs };
  return { latencyMs, failure: call.type === 'model' ? late : doubted(call, late) };
}

function faultFailure(fault: Fault, call: Call): CallFailure | undefined {
  const said = `Injected fault "${fault.kind}" at ${call.node}.`;
  switch (fault.kind) {
    case 'garbage':
      return garbageFor(call) === undefined ? failure('invalid_output', said, 'yes') : undefined;
    case 'disconnect':
      return failure('unavailable', said, 'maybe');
    case 'timeout':
    case 'error':
    case 'unavailable':
    case 'stale_context':
      return failure(fault.kind, said, sentFor(fault.kind));
    case 'rate_limited': {
      const retryAfterMs = fault.retryAfter === undefined ? undefined : parseDuration(fault.retryAfter);
      return {
        ...failure('rate_limited', said, 'yes'),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
    }
    default: // slow, low_confidence and crash let the call end by itself
      return undefined;
  }
}

function failure(kind: FailureKind, message: string, sent: CallFailure['sent']): CallFailure {
  return { ok: false, kind, code: `rehearsal/${kind.replace(/_/g, '-')}`, message, sent };
}

function sentFor(kind: FailureKind): CallFailure['sent'] {
  if (kind === 'timeout' || kind === 'uncertain') return 'maybe';
  return kind === 'unavailable' || kind === 'denied' || kind === 'stale_context' ? 'no' : 'yes';
}

/** Log-normal through the two points: half of the calls are faster than p50, one in twenty slower than p95. */
function latencyOf(
  call: Call,
  entry: RehearsalNode | undefined,
  fault: Fault | undefined,
  seed: number,
): number {
  const { timeoutMs } = call.limits;
  if (fault?.kind === 'slow') {
    const named = fault.latency === undefined ? undefined : parseDuration(fault.latency);
    return named ?? (timeoutMs === undefined ? 60_000 : 2 * timeoutMs);
  }
  const own = entry?.latency && {
    p50: parseDuration(entry.latency.p50),
    p95: parseDuration(entry.latency.p95),
  };
  const { p50, p95 } =
    own?.p50 !== undefined && own.p95 !== undefined
      ? { p50: own.p50, p95: own.p95 }
      : USUAL_LATENCY[call.type];
  const draw = seededRandom(seed, 'latency', call.step, call.attempt, call.id);
  const latencyMs = Math.round(logNormal(p50, p95, draw));
  // nobody said how long it takes: then it is at least in time
  return own || timeoutMs === undefined ? latencyMs : Math.min(latencyMs, Math.floor(0.9 * timeoutMs));
}

function logNormal(p50: number, p95: number, random: Random): number {
  if (p50 <= 0) return Math.max(0, p95) * random();
  const sigma = Math.log(Math.max(1, p95 / p50)) / Z95;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return p50 * Math.exp(sigma * normal);
}

/** A timeout ends exactly at the timeout, whatever the call would have taken. */
function failureLatency(call: Call, { kind }: CallFailure, latencyMs: number): number {
  return kind === 'timeout' && call.limits.timeoutMs !== undefined ? call.limits.timeoutMs : latencyMs;
}

function modelOutcome(
  call: ModelCall,
  entry: RehearsalNode | undefined,
  text: string,
  toolCalls: (ModelOutcome & { ok: true })['toolCalls'],
): ModelOutcome {
  const asked = call.messages.reduce(
    (sum, message) =>
      sum + (message.role === 'tool' ? JSON.stringify(message.result).length : message.text.length),
    0,
  );
  const made = text.length + toolCalls.reduce((sum, one) => sum + JSON.stringify(one.args).length, 0);
  const usage = entry?.tokens ?? { in: Math.ceil(asked / 4), out: Math.max(1, Math.ceil(made / 4)) };
  const cost = costOf(call, usage);
  return {
    ok: true,
    text,
    toolCalls,
    finish: toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage,
    ...(cost ? { cost } : {}),
  };
}

function costOf(
  { model }: ModelCall,
  usage: { in: number; out: number },
): { amount: number; currency: string } | undefined {
  const { price, provider } = model;
  if (price)
    return {
      amount: (usage.in * price.inputPerMTok + usage.out * price.outputPerMTok) / 1e6,
      currency: price.currency,
    };
  return provider === 'builtin' || provider === 'simulated' ? { amount: 0, currency: 'USD' } : undefined;
}

/** What a tool or code gives by its output schema, else by what its kind gives. */
function toolValue(call: Exclude<Call, ModelCall>, random: Random): Json {
  const schema: JsonSchema | undefined = call.type === 'tool' ? call.tool.output : call.output;
  if (schema !== undefined) return sampleSchema(schema, call.schemas, random);
  if (call.type === 'code') return null;
  const path =
    isJsonObject(call.args) && typeof call.args['path'] === 'string' ? call.args['path'] : 'notes.txt';
  switch (call.tool.kind) {
    case 'file':
      if (call.tool.do === 'list') return [{ path, sizeBytes: 17, modifiedAt: 1_704_067_200_000 }];
      return call.tool.do === 'write'
        ? { path, sizeBytes: 17 }
        : { path, text: 'Rehearsed content', sizeBytes: 17 };
    case 'sql':
      return call.tool.write ? { changes: 1, lastId: 1 } : [];
    default:
      return { ok: true };
  }
}
