/** One case of `baton test`: a flow played on virtual time, by rehearsal or from its cassette, and compared. */
import { isJsonObject, type Json, jsonEquals } from '../../shared/base/json';
import { escapePointerToken } from '../../shared/base/json-pointer';
import { traceOf } from '../../shared/events/trace';
import type { Executors } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { Answers, Fault } from '../../shared/spec/parts';
import { type CassetteLine, replayExecutors } from '../runtime/cassette';
import { createEngine, memoryDatabase, NO_CALLS, type RealExecutors, realExecutors } from './compose';
import { skippingClock } from './skipping-clock';

export interface GoldenCase {
  readonly flow: Flow;
  readonly semanticHash: string;
  readonly input: Json;
  readonly answers?: Answers;
  readonly faults?: readonly Fault[];
  /** Missing: rehearsed. */
  readonly cassette?: readonly CassetteLine[];
  readonly runId?: string;
  readonly seed?: number;
  readonly startAt?: number;
  readonly expect: { readonly status: string; readonly output?: Json; readonly path?: readonly string[] };
}

export interface Difference {
  readonly pointer: string;
  readonly expected: Json;
  readonly actual: Json;
}

const START_AT = Date.UTC(2024, 0, 1);

export async function playCase(golden: GoldenCase): Promise<readonly Difference[]> {
  const clock = skippingClock(golden.startAt ?? START_AT);
  const store = await memoryDatabase();
  const code = new LazyCode();
  const executors = golden.cassette
    ? replayExecutors(golden.cassette, { code: (call, context) => clock.busy(() => code.run(call, context)) })
    : NO_CALLS;
  const runtime = await createEngine({ store, executors, clock, secret: () => undefined });
  try {
    const { flow, semanticHash, input, answers, faults, runId, seed } = golden;
    const started = runtime.start({
      flow,
      semanticHash,
      input,
      mode: golden.cassette ? 'live' : 'rehearsal',
      grants: { trust: false, baseFolder: '.', granted: {} },
      ...(answers ? { answers } : {}),
      ...(faults ? { faults } : {}),
      ...(runId === undefined ? {} : { runId }),
      ...(seed === undefined ? {} : { seed }),
    });
    const run = await runtime.settled(started.runId);
    const trace = traceOf(store.events(started.runId), flow);
    return compare(golden.expect, {
      status: run.status,
      output: trace.run.output,
      path: trace.path,
      why: run.error?.message,
    });
  } finally {
    await runtime.close();
    await code.close();
    store.close();
  }
}

/** The sandbox is started only for a flow that runs code. */
class LazyCode {
  private real: Promise<RealExecutors> | undefined;

  async run(...args: Parameters<Executors['code']>): ReturnType<Executors['code']> {
    this.real ??= realExecutors();
    return (await this.real).code(...args);
  }

  async close(): Promise<void> {
    await (await this.real)?.close();
  }
}

interface Actual {
  readonly status: string;
  readonly output: Json | undefined;
  readonly path: readonly string[];
  readonly why: string | undefined;
}

function compare(expected: GoldenCase['expect'], actual: Actual): Difference[] {
  const differences: Difference[] = [];
  if (actual.status !== expected.status) {
    differences.push({ pointer: '/status', expected: expected.status, actual: actual.status });
    if (actual.why !== undefined) differences.push({ pointer: '/error', expected: null, actual: actual.why });
  }
  if (expected.output !== undefined) differ(expected.output, actual.output ?? null, '/output', differences);
  if (expected.path && !jsonEquals([...expected.path], [...actual.path])) {
    differences.push({ pointer: '/path', expected: [...expected.path], actual: [...actual.path] });
  }
  return differences;
}

const MOST_DIFFERENCES = 50;

function differ(expected: Json, actual: Json, pointer: string, found: Difference[]): void {
  if (found.length >= MOST_DIFFERENCES || jsonEquals(expected, actual)) return;
  if (isJsonObject(expected) && isJsonObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      differ(expected[key] ?? null, actual[key] ?? null, `${pointer}/${escapePointerToken(key)}`, found);
    }
    return;
  }
  found.push({ pointer, expected, actual });
}
