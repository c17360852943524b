/** The JSON the command line prints (times as ISO 8601, as everywhere in files), and the event line of exports. */
import type { Json, JsonObject } from '../base/json';
import { isoTime } from '../base/iso-time';
import type { DeadLetterInfo, RunEvent, RunInfo, TaskInfo, Usage } from './event';
import type { Trace, TraceAttempt, TraceCall, TraceStep } from './trace-model';

/** An event as files and `--json` show it. Times inside `data` stay numbers: the hash is made of them. */
export function eventLine(event: RunEvent): JsonObject {
  return {
    seq: event.seq,
    at: isoTime(event.at),
    type: event.type,
    runId: event.runId,
    ...(event.step === undefined ? {} : { step: event.step }),
    ...(event.attempt === undefined ? {} : { attempt: event.attempt }),
    data: event.data as Json,
  };
}

export function taskJson(task: TaskInfo): JsonObject {
  const { askedAt, deadlineAt, onDeadline: _, ...rest } = task;
  return {
    ...withoutMissing(rest),
    askedAt: isoTime(askedAt),
    ...(deadlineAt === undefined ? {} : { deadlineAt: isoTime(deadlineAt) }),
  };
}

export function runJson(run: RunInfo): JsonObject {
  return withoutMissing({
    runId: run.runId,
    flowId: run.flowId,
    flowVersion: run.flowVersion,
    semanticHash: run.semanticHash,
    status: run.status,
    reason: run.reason,
    startedAt: isoTime(run.startedAt),
    endedAt: run.endedAt === undefined ? undefined : isoTime(run.endedAt),
    usage: usageJson(run.usage),
    waiting: run.waiting,
    forkedFrom: run.forkedFrom,
  });
}

export function deadLetterJson(letter: DeadLetterInfo): JsonObject {
  return withoutMissing({ ...letter, at: isoTime(letter.at) });
}

/** Last line of `run`, `resume` and `fork`. */
export function resultLine(
  run: RunInfo,
  trace: Trace,
  tasks: readonly TaskInfo[] = openTasks(trace),
): JsonObject {
  const { output, notUndone, error: failed } = trace.run;
  const error = failed ?? run.error;
  return withoutMissing({
    type: 'result',
    runId: run.runId,
    status: run.status,
    reason: run.reason,
    output,
    error:
      error &&
      withoutMissing({
        kind: error.kind,
        code: error.code,
        message: error.message,
        step: error.step,
        node: error.node,
      }),
    waiting: tasks.map(taskJson),
    usage: usageJson(run.usage),
    path: [...trace.path],
    deadLetters: [...trace.deadLetters.values()].map(({ step, node, kind, code, message }) => ({
      step,
      node,
      kind,
      code,
      message,
    })),
    notUndone: [...notUndone],
  });
}

export function openTasks(trace: Trace): TaskInfo[] {
  return [...trace.openTasks.keys()].flatMap((id) => {
    const task = trace.tasks.get(id);
    if (!task) return [];
    const {
      task: name,
      step,
      node,
      type,
      title,
      body,
      evidence,
      form,
      proposed,
      choices,
      assignee,
      askedAt,
      deadlineAt,
    } = task;
    const shape = {
      task: name,
      runId: trace.run.runId,
      step,
      node,
      type,
      title,
      body,
      evidence,
      form,
      proposed,
      choices,
      assignee,
      askedAt,
      deadlineAt,
    };
    return [withoutMissing(shape) as unknown as TaskInfo];
  });
}

/** `baton trace --json`. */
export function traceJson(trace: Trace, run: RunInfo = runInfoOf(trace)): JsonObject {
  return {
    run: runJson(run),
    steps: trace.roots.map((key) => stepJson(trace, key)).filter((step) => step !== undefined),
  };
}

/** The run's row as far as its events tell; the store's own row also knows the flow's name. */
export function runInfoOf(trace: Trace, flowName?: string): RunInfo {
  const { run } = trace;
  return {
    runId: run.runId,
    flowId: run.flowId,
    flowName: flowName ?? trace.flow?.name ?? run.flowId,
    flowVersion: run.flowVersion,
    semanticHash: run.semanticHash,
    mode: run.mode,
    status: run.status,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    startedAt: run.startedAt,
    ...(run.endedAt === undefined ? {} : { endedAt: run.endedAt }),
    usage: run.usage,
    waiting: trace.openTasks.size,
    ...(run.forkedFrom === undefined
      ? {}
      : { forkedFrom: { runId: run.forkedFrom.runId, seq: run.forkedFrom.seq } }),
    lastSeq: trace.lastSeq,
    ...(run.error === undefined ? {} : { error: run.error }),
  };
}

function stepJson(trace: Trace, key: string): JsonObject | undefined {
  const step = trace.steps.get(key);
  if (!step) return undefined;
  return {
    step: step.key,
    node: step.node,
    kind: step.kind,
    status: step.status,
    startedAt: isoTime(step.startedAt),
    endedAt: timeOrNull(step.endedAt),
    queuedMs: step.queuedMs,
    port: step.port ?? null,
    attempts: step.attempts.map(attemptJson),
    usage: usageJson(step.usage),
    steps: childrenOf(trace, step)
      .map((child) => stepJson(trace, child))
      .filter((child) => child !== undefined),
  };
}

/** Children in the order of their item, pass or round; of the same one, as they started. */
export function childrenOf(trace: Trace, step: TraceStep): readonly string[] {
  return step.children
    .map((key) => ({ key, index: trace.steps.get(key)?.index ?? 0 }))
    .sort((a, b) => a.index - b.index)
    .map((child) => child.key);
}

function attemptJson(attempt: TraceAttempt): JsonObject {
  return withoutMissing({
    attempt: attempt.attempt,
    model: attempt.model,
    startedAt: isoTime(attempt.startedAt),
    endedAt: timeOrNull(attempt.endedAt),
    outcome: attempt.outcome,
    kind: attempt.kind,
    code: attempt.code,
    calls: attempt.calls.map(callJson),
  });
}

function callJson(call: TraceCall): JsonObject {
  switch (call.type) {
    case 'model':
      return withoutMissing({
        ...call,
        toolCalls: call.toolCalls.map((c) => ({ ...c })),
        at: isoTime(call.at),
      });
    case 'tool':
      return withoutMissing({
        ...call,
        startedAt: isoTime(call.startedAt),
        endedAt: timeOrNull(call.endedAt),
      });
    case 'governor':
      return withoutMissing({
        ...call,
        at: isoTime(call.at),
        until: call.until === undefined ? undefined : isoTime(call.until),
      });
    default:
      return withoutMissing({ ...call, at: isoTime(call.at), dueAt: isoTime(call.dueAt) });
  }
}

export function usageJson(usage: Usage): JsonObject {
  const { steps, attempts, retries, turns, tokens, cost, durationMs, handoffs } = usage;
  return {
    steps,
    attempts,
    retries,
    turns,
    tokens: { in: tokens.in, out: tokens.out },
    cost: { ...cost },
    durationMs,
    handoffs,
  };
}

function timeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

function withoutMissing(object: object): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) kept[key] = value as Json;
  return kept;
}
