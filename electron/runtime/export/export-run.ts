/** A run as files: the whole record as a bundle, its events, or its spans. */
import { AppError } from '../../../shared/base/app-error';
import { isoTime } from '../../../shared/base/iso-time';
import type { Json } from '../../../shared/base/json';
import { contextValues } from '../../../shared/events/trace-query';
import type { TraceTask } from '../../../shared/events/trace-model';
import { usageJson } from '../../../shared/events/trace-json';
import { serializeFlow } from '../../../shared/spec/canonical';
import { BUNDLE_VERSION, generator, manifestFiles } from './bundle';
import { cloudEvents } from './cloud-events';
import {
  type ExportedFile,
  type ExportResult,
  fileName,
  jsonFile,
  linesFile,
  type Loss,
  textFile,
} from './files';
import { MASKED } from './masking';
import { otlpOf, traceIdOf } from './otlp';
import { recordingsOf } from './recordings';
import { readRun, type RunRecord, type RunSource } from './run-record';
import { writeZip } from './zip';

export const RUN_TARGETS = ['bundle', 'events', 'otlp'] as const;
export type RunTarget = (typeof RUN_TARGETS)[number];

export interface ExportRunDeps {
  /** Values to hide wherever they turn up, beside what the flow calls sensitive. */
  readonly secrets?: Iterable<string>;
}

/** @throws AppError `run/unknown`, `export/unknown-target`. */
export function exportRun(
  store: RunSource,
  runId: string,
  target: RunTarget,
  deps: ExportRunDeps = {},
): ExportResult {
  const record = readRun(store, runId, deps.secrets);
  const name = fileName(`${record.run.flowId}-${runId}`);
  switch (target) {
    case 'bundle':
      return runBundle(store, record, name);
    case 'events':
      return { files: [linesFile(`${name}.events.jsonl`, cloudEvents(record))], losses: maskLosses(record) };
    case 'otlp':
      return {
        files: [jsonFile(`${name}.otlp.json`, otlpOf(record.trace, record.flow))],
        losses: [...OTLP_LOSSES, ...maskLosses(record)],
      };
    default:
      throw new AppError('export/unknown-target', `A run cannot be exported as ${JSON.stringify(target)}.`, {
        hint: `Use one of: ${RUN_TARGETS.join(', ')}.`,
      });
  }
}

const OTLP_LOSSES: readonly Loss[] = [
  {
    path: '',
    what: 'prompts, answers, tool arguments and results',
    how: 'left out: content attributes are off by default in the conventions',
  },
  {
    path: '',
    what: 'context versions, views and writes',
    how: 'left out: the conventions have no place for them; the bundle holds them',
  },
];

function maskLosses(record: RunRecord): Loss[] {
  return [...record.maskedSeqs].map((seq) => ({
    path: `/events/${seq}`,
    what: 'sensitive values',
    how: `replaced by ${MASKED}; the hash of the data is kept`,
  }));
}

function runBundle(store: RunSource, record: RunRecord, name: string): ExportResult {
  const { trace, run } = record;
  const recordings = recordingsOf(record, store.events(run.runId));
  const lines = recordings.lines.map((line) => line as unknown as Json); // a cassette line is JSON by its schema
  const files: ExportedFile[] = [
    textFile('flow.json', serializeFlow(record.flow)),
    jsonFile('inputs.json', trace.run.input),
    jsonFile('outputs.json', trace.run.output ?? null),
    jsonFile('state.final.json', finalState(record)),
    jsonFile('decisions.json', [...trace.tasks.values()].map(decisionJson)),
    linesFile('events.jsonl', cloudEvents(record)),
    jsonFile('trace.otlp.json', otlpOf(trace, record.flow)),
    linesFile('recordings/cassette.jsonl', lines),
  ];
  const manifest = jsonFile('manifest.json', { ...manifestOf(record), files: manifestFiles(files) });
  const losses = [...recordings.losses, ...maskLosses(record)];
  return { files: [{ path: `${name}.baton.zip`, bytes: writeZip([manifest, ...files]) }], losses };
}

function manifestOf(record: RunRecord): object {
  const { trace, run, flow } = record;
  const { usage, error, output, endedAt, forkedFrom } = trace.run;
  const calls = [...trace.steps.values()].flatMap((step) =>
    step.attempts.flatMap((attempt) => attempt.calls),
  );
  return {
    kind: 'run',
    bundleVersion: BUNDLE_VERSION,
    runId: run.runId,
    traceId: traceIdOf(run.runId),
    flow: { id: flow.id, name: flow.name, version: flow.version, format: flow.format },
    semanticHash: run.semanticHash,
    mode: run.mode,
    status: run.status,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
    startedAt: isoTime(run.startedAt),
    ...(endedAt === undefined ? {} : { endedAt: isoTime(endedAt) }),
    usage: usageJson(usage),
    totals: {
      modelCalls: calls.filter((call) => call.type === 'model').length,
      toolCalls: calls.filter((call) => call.type === 'tool').length,
      fallbacks: [...trace.steps.values()].filter((step) => step.port === 'fallback').length,
      checkpoints: trace.tasks.size,
      deadLetters: trace.deadLetters.size,
    },
    outcome: {
      ...(error === undefined ? {} : { error }),
      ...(output === undefined ? {} : { output }),
      path: trace.path,
    },
    determinism: { seed: trace.run.seed, engineVersion: trace.run.engineVersion },
    integrity: { events: record.events.length, headHash: record.headHash ?? null },
    redaction: { mask: MASKED, maskedEvents: [...record.maskedSeqs] },
    generator: generator(),
  };
}

function finalState({ trace, masker }: RunRecord): object {
  return {
    lastSeq: trace.lastSeq,
    stateHash: trace.run.stateHash ?? null,
    context: masker.json(contextValues(trace)),
    versions: Object.fromEntries(
      [...trace.context].map(([field, versions]) => [field, versions.at(-1)?.version ?? 0]),
    ),
    steps: Object.fromEntries([...trace.steps.values()].map((step) => [step.key, step.status])),
  };
}

/** A decision with the values before and after it. */
function decisionJson(task: TraceTask): object {
  const { askedAt, deadlineAt, closedAt, askedSeq: _asked, closedSeq: _closed, ...rest } = task;
  return {
    ...rest,
    askedAt: isoTime(askedAt),
    ...(deadlineAt === undefined ? {} : { deadlineAt: isoTime(deadlineAt) }),
    ...(closedAt === undefined ? {} : { closedAt: isoTime(closedAt) }),
  };
}
