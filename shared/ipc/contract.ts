/**
 * The one contract between the window and the main side. Requests are asynchronous and answered with a Result; a push is
 * a hint, never the only copy of anything. Every input is parsed here before a handler sees it.
 */
import type { DeadLetterInfo, LiveDelta, RunEvent, RunInfo, TaskInfo } from '../events/event';
import type { SerializedError } from '../base/app-error';
import type { Flow } from '../spec/flow';
import { Answers, Breakpoint, Fault } from '../spec/parts';
import type { Requirements, ValidationReport } from '../spec/problem';
import { JsonValue } from '../spec/values';
import { z } from '../spec/zod';

const runId = z.string().min(1).max(128);
const path = z.string().min(1).max(4096);
const none = z.strictObject({});
/** Type of an answer that comes from our own side and is not parsed again. */
const answer = <T>() => z.unknown() as unknown as z.ZodType<T>;

/** A flow document as the editor holds it: loadable, perhaps not valid. */
export const FlowDocument = z.looseObject({
  nodes: z.record(z.string(), z.looseObject({ kind: z.string() })),
  edges: z.array(z.looseObject({ from: z.string(), port: z.string(), to: z.string() })),
}) as unknown as z.ZodType<Flow>;

export interface FlowFile {
  /** Absolute path of the file; the key of the document in every later request. */
  readonly path: string;
  readonly name: string;
  readonly flowId: string;
  readonly description: string;
  readonly nodeCount: number;
  readonly modifiedAt: number;
  /** Edits are in the journal that the file does not hold yet. */
  readonly unsaved: boolean;
  readonly missing?: boolean;
}

export interface OpenedFlow {
  readonly path: string;
  readonly document: Flow;
  /** Hash of the bytes on disk when read: `flow.save` refuses to overwrite others (`spec/changed-on-disk`). */
  readonly fileHash: string;
  readonly savedAt: number;
  /** The journal was newer than the file: these are edits recovered after a crash. */
  readonly recovered: boolean;
  readonly report: ValidationReport;
}

export interface TemplateInfo {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly document: Flow;
  /** Sample input that the start form is filled with. */
  readonly sampleInput: unknown;
}

export const Settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['en', 'de']),
  reviewer: z.string(),
  durable: z.enum(['full', 'normal']),
  notifications: z.boolean(),
  tourDone: z.boolean(),
  retentionDays: z.int().min(0).max(3650),
  /** Models a flow's model can be pointed at when it is run here. */
  models: z.array(
    z.strictObject({
      id: z.string().min(1),
      label: z.string(),
      provider: z.string().min(1),
      model: z.string().min(1),
      baseURL: z.string().optional(),
      secret: z.string().optional(),
    }),
  ),
});
export type Settings = z.infer<typeof Settings>;

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  readonly dataFolder: string;
  readonly electron: string;
  readonly engineVersion: string;
  readonly readOnly: string | null;
}

export interface FlowMetrics {
  readonly runs: number;
  readonly succeeded: number;
  readonly agreement: Readonly<Record<string, { readonly decided: number; readonly unedited: number }>>;
}

/** Half of the values are at most `p50`, nineteen of twenty at most `p95`; null when there is none. */
export interface Spread {
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface NodeFigures {
  readonly node: string;
  readonly kind: string;
  readonly steps: number;
  readonly succeeded: number;
  readonly attempts: number;
  /** Answers that did not fit, were not sure enough, or asked for something they may not. */
  readonly invalid: number;
  readonly lowConfidence: number;
  readonly denied: number;
  readonly fallbacks: number;
  /** From the first failed attempt of a step until it succeeded after all. */
  readonly recoveryMs: Spread;
  readonly queuedMs: Spread;
  readonly workMs: Spread;
  /** From the end of the step before to the start of this one. */
  readonly betweenMs: Spread;
  readonly tokens: number;
  readonly cost: { readonly amount: number; readonly currency: string; readonly known: boolean };
  readonly agreement?: { readonly decided: number; readonly unedited: number };
}

export interface FlowFigures {
  /** Runs of the flow, and how many of the newest were counted. */
  readonly runs: number;
  readonly counted: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly durationMs: Spread;
  readonly tokens: Spread;
  readonly cost: { readonly amount: number; readonly currency: string; readonly known: boolean };
  readonly nodes: readonly NodeFigures[];
}

const startOptions = {
  mode: z.enum(['live', 'rehearsal']),
  seed: z.int().optional(),
  /** Points a model of the flow at another one for this run only. */
  models: z
    .record(
      z.string(),
      z.strictObject({
        provider: z.string(),
        model: z.string(),
        baseURL: z.string().optional(),
        secret: z.string().optional(),
      }),
    )
    .optional(),
  answers: Answers.optional(),
  faults: z.array(Fault).optional(),
  breakpoints: z.array(Breakpoint).optional(),
  stepping: z.boolean().optional(),
  /** The person agreed to everything `flow.requirements` listed for this semantic hash. */
  grant: z.boolean().optional(),
};

export const requests = {
  'app.info': { input: none, output: answer<AppInfo>() },
  'app.openExternal': { input: z.strictObject({ url: z.url() }), output: answer<null>() },
  'app.showFolder': { input: z.strictObject({ path }), output: answer<null>() },
  'app.quit': { input: none, output: answer<null>() },

  'settings.get': { input: none, output: answer<Settings>() },
  'settings.set': { input: Settings.partial(), output: answer<Settings>() },
  'secret.list': { input: none, output: answer<{ names: string[]; available: boolean }>() },
  'secret.set': {
    input: z.strictObject({ name: z.string().min(1).max(128), value: z.string().min(1).max(16_384) }),
    output: answer<null>(),
  },
  /** Copies flows, versions, settings and runs into a new folder inside `folder`; asks for one when none is given. No secrets. */
  'data.backup': {
    input: z.strictObject({ folder: path.optional() }),
    output: answer<{ path: string } | null>(),
  },
  'secret.delete': { input: z.strictObject({ name: z.string().min(1) }), output: answer<null>() },

  'flow.list': { input: none, output: answer<{ files: FlowFile[] }>() },
  'flow.templates': { input: none, output: answer<{ templates: TemplateInfo[] }>() },
  /** Makes a new file in the library folder from a document (blank or template). */
  'flow.create': { input: z.strictObject({ document: FlowDocument }), output: answer<OpenedFlow>() },
  'flow.open': { input: z.strictObject({ path }), output: answer<OpenedFlow>() },
  /** Asks with the system's dialog, then opens; null when the person cancelled. */
  'flow.openDialog': { input: none, output: answer<OpenedFlow | null>() },
  /** Text dropped or pasted into the window: checked, then made a file in the library. */
  'flow.importText': {
    input: z.strictObject({ text: z.string().max(6_000_000), name: z.string().max(256).optional() }),
    output: answer<OpenedFlow>(),
  },
  'flow.save': {
    input: z.strictObject({ path, document: FlowDocument, expectedHash: z.string().optional() }),
    output: answer<{ fileHash: string; savedAt: number }>(),
  },
  'flow.saveAs': {
    input: z.strictObject({ document: FlowDocument, suggestedName: z.string() }),
    output: answer<OpenedFlow | null>(),
  },
  'flow.delete': { input: z.strictObject({ path }), output: answer<null>() },
  /** Crash-safe copy of what the editor holds; cleared by a save. */
  'flow.journal': { input: z.strictObject({ path, document: FlowDocument }), output: answer<null>() },
  'flow.discardJournal': { input: z.strictObject({ path }), output: answer<null>() },
  'flow.validate': { input: z.strictObject({ document: z.unknown() }), output: answer<ValidationReport>() },
  'flow.versions': {
    input: z.strictObject({ path }),
    output: answer<{ versions: { id: string; name: string; savedAt: number }[] }>(),
  },
  'flow.version': { input: z.strictObject({ path, id: z.string() }), output: answer<{ document: Flow }>() },
  /** Names a version; without `id` the file as it is now becomes one. */
  'flow.nameVersion': {
    input: z.strictObject({ path, name: z.string().min(1).max(200), id: z.string().optional() }),
    output: answer<null>(),
  },
  'flow.export': {
    input: z.strictObject({
      document: FlowDocument,
      target: z.enum(['json', 'bundle', 'markdown', 'mermaid']),
      path: path.optional(),
    }),
    output: answer<{ path: string } | null>(),
  },
  /** Value of an expression or template over a scope, computed in a process that may be killed. */
  'expression.preview': {
    input: z.strictObject({
      source: z.string().max(16_384),
      template: z.boolean(),
      scope: z.record(z.string(), JsonValue),
    }),
    output: answer<{ ok: true; value: unknown } | { ok: false; message: string }>(),
  },
  'file.pick': {
    input: z.strictObject({
      title: z.string(),
      folder: z.boolean().optional(),
      extensions: z.array(z.string()).optional(),
      read: z.boolean().optional(),
    }),
    output: answer<{ path: string; name: string; text?: string } | null>(),
  },

  'run.start': {
    input: z.strictObject({
      document: FlowDocument,
      path: path.optional(),
      input: JsonValue,
      ...startOptions,
    }),
    output: answer<{ started: true; runId: string } | { started: false; wants: Requirements }>(),
  },
  'run.list': {
    input: z.strictObject({
      status: z.array(z.string()).optional(),
      flowId: z.string().optional(),
      search: z.string().optional(),
      since: z.int().min(0).optional(),
      until: z.int().min(0).optional(),
      minCost: z.number().min(0).optional(),
      limit: z.int().min(1).max(1000).optional(),
      offset: z.int().min(0).optional(),
    }),
    output: answer<{ runs: RunInfo[]; total: number; sizeBytes: number }>(),
  },
  'run.get': {
    input: z.strictObject({ runId }),
    output: answer<{ run: RunInfo; flow: Flow; headHash: string }>(),
  },
  'run.events': {
    input: z.strictObject({ runId, afterSeq: z.int().min(0), limit: z.int().min(1).max(20_000).optional() }),
    output: answer<{ events: RunEvent[]; lastSeq: number }>(),
  },
  'run.pause': { input: z.strictObject({ runId }), output: answer<null>() },
  'run.resume': { input: z.strictObject({ runId }), output: answer<null>() },
  /** Runs exactly one step of a paused run, then pauses again. */
  'run.step': { input: z.strictObject({ runId }), output: answer<null>() },
  /** All breakpoints of an unfinished run, in place of those it had. */
  'run.breakpoints': {
    input: z.strictObject({ runId, breakpoints: z.array(Breakpoint).max(1000) }),
    output: answer<null>(),
  },
  'run.cancel': { input: z.strictObject({ runId, compensate: z.boolean() }), output: answer<null>() },
  'run.delete': {
    input: z.strictObject({ runIds: z.array(runId).min(1).max(1000) }),
    output: answer<null>(),
  },
  'run.replay': {
    input: z.strictObject({ runId, document: FlowDocument.optional() }),
    output: answer<{
      runId: string;
      verdict: 'identical' | 'different';
      events: number;
      firstDifference: { seq: number; step: string | null; recorded: unknown; derived: unknown } | null;
      reused?: number;
      wouldRunAgain?: string[];
    }>(),
  },
  /** Lists what a fork at a point reuses and what would happen again; nothing is made. */
  'run.forkPreview': {
    input: z.strictObject({ runId, at: z.union([z.int(), z.string()]) }),
    output: answer<{
      seq: number;
      reused: string[];
      effectsAgain: { step: string; tool: string; effect: string }[];
    }>(),
  },
  'run.fork': {
    input: z.strictObject({
      runId,
      at: z.union([z.int(), z.string()]),
      document: FlowDocument.optional(),
      context: z.record(z.string(), JsonValue).optional(),
      steps: z.record(z.string(), JsonValue).optional(),
    }),
    output: answer<{ runId: string }>(),
  },
  /** Lets an unfinished run go on under the edited flow; with `check` it only says whether that is possible. */
  'run.migrate': {
    input: z.strictObject({ runId, document: FlowDocument, check: z.boolean() }),
    output: answer<null>(),
  },
  'run.export': {
    input: z.strictObject({ runId, target: z.enum(['bundle', 'events', 'otlp']), path: path.optional() }),
    output: answer<{ path: string } | null>(),
  },
  /** Values an expression may see at a step, for the step inspector and previews. */
  'run.view': {
    input: z.strictObject({ runId, step: z.string() }),
    output: answer<{ scope: Record<string, unknown>; system?: string; prompt?: string }>(),
  },

  'task.list': {
    input: z.strictObject({ runId: runId.optional() }),
    output: answer<{ tasks: (TaskInfo & { flowName: string })[] }>(),
  },
  'task.decide': {
    input: z.strictObject({
      runId,
      task: z.string(),
      choice: z.string().min(1),
      values: JsonValue.optional(),
      comment: z.string().max(10_000).optional(),
    }),
    output: answer<null>(),
  },
  'deadletter.list': { input: none, output: answer<{ deadLetters: DeadLetterInfo[] }>() },
  'deadletter.rerun': {
    input: z.strictObject({ runId, step: z.string(), context: z.record(z.string(), JsonValue).optional() }),
    output: answer<{ runId: string }>(),
  },
  'deadletter.dismiss': { input: z.strictObject({ runId, step: z.string() }), output: answer<null>() },

  /** How a flow and each of its nodes fared over its newest runs. */
  'flow.figures': { input: z.strictObject({ flowId: z.string() }), output: answer<FlowFigures>() },
  'flow.metrics': { input: z.strictObject({ flowId: z.string() }), output: answer<FlowMetrics>() },
  'rehearse.simulate': {
    input: z.strictObject({
      document: FlowDocument,
      input: JsonValue.optional(),
      runs: z.int().min(1).max(10_000),
      seed: z.int().optional(),
      faults: z.array(Fault).optional(),
    }),
    output: answer<SimulationReport>(),
  },
  'model.test': {
    input: z.strictObject({
      provider: z.string(),
      model: z.string(),
      baseURL: z.string().optional(),
      secret: z.string().optional(),
    }),
    output: answer<{ ok: boolean; message: string; latencyMs: number }>(),
  },
} as const;

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}
export interface Coverage {
  readonly hit: number;
  readonly total: number;
  readonly missed: readonly string[];
}
export interface SimulationReport {
  readonly runs: number;
  readonly seed: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly cost: Percentiles & { readonly currency: string; readonly known: boolean };
  readonly latencyMs: Percentiles;
  readonly tokens: Percentiles;
  readonly coverage: { readonly edges: Coverage; readonly ports: Coverage; readonly kinds: Coverage };
}

export type RequestName = keyof typeof requests;
export type RequestInput<N extends RequestName> = z.infer<(typeof requests)[N]['input']>;
export type RequestOutput<N extends RequestName> = z.infer<(typeof requests)[N]['output']>;
export type RequestReply<N extends RequestName> =
  | { readonly ok: true; readonly value: RequestOutput<N> }
  | { readonly ok: false; readonly error: SerializedError };

/** What the main side pushes, batched. After a gap in `lastSeq` the window asks `run.events`. */
export interface Pushes {
  'runs.changed': readonly { readonly runId: string; readonly lastSeq: number; readonly status: string }[];
  'run.events': { readonly runId: string; readonly events: readonly RunEvent[] };
  'run.deltas': readonly LiveDelta[];
  'tasks.changed': { readonly open: number };
  'settings.changed': Settings;
  /** A menu item or the system asks the window to do a command of its command palette. */
  'menu.command': { readonly command: string };
  'flow.openPath': { readonly path: string };
  /** A person wants to see what waits for them. */
  'task.show': { readonly runId: string; readonly task: string };
  'flow.changedOnDisk': { readonly path: string };
  /** Something happened behind the window that a person should know: shown as a toast. */
  'app.notice': { readonly level: 'info' | 'warning' | 'error'; readonly message: string };
}
export type PushName = keyof Pushes;

/** What the preload script puts on `window.baton`. */
export interface Bridge {
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestReply<N>>;
  /** Returns the function that stops listening. */
  on<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void;
  /** Absolute path of a file dragged onto the window. */
  pathOf(file: object): string;
}

/**
 * The same with JSON text. What crosses into the page is copied property by property, which for a page of events or a
 * large document takes longer than everything else; a text is copied at once.
 */
export interface TextBridge extends Bridge {
  requestText(name: RequestName, input: string): Promise<string>;
  onText(name: PushName, listener: (payload: string) => void): () => void;
}
