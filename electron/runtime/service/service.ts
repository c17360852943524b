/** The answers of the runtime's process: runs, tasks, dead letters, and work on documents done by lab threads. */
import { AppError } from '../../../shared/base/app-error';
import { isJsonObject } from '../../../shared/base/json';
import { auditRun } from '../audit';
import type { RequestInput, Settings } from '../../../shared/ipc/contract';
import type { ServiceInput, ServiceName, ServiceOutput } from '../../../shared/ipc/service';
import type { RunInfo } from '../../../shared/events/event';
import type { Executors } from '../../../shared/ports/calls';
import type { Pure } from '../../../shared/ports/pure';
import type { MailboxEntry } from '../../../shared/ports/run-log';
import type { Flow } from '../../../shared/spec/flow';
import type { Requirements } from '../../../shared/spec/problem';
import { secretNames } from '../../../shared/spec/secrets-of';
import type { SqliteStore } from '../../store/run-store';
import type { RuntimeApi } from '../api';
import type { GrantStore } from './grants';
import { invalidFlow } from './invalid-flow';
import type { LabThread } from './lab/lab-thread';
import { flowMetrics } from './metrics';
import { testModel } from './model-test';
import type { PushOut } from './push-out';
import { startRun } from './run-start';

export interface ServiceParts {
  readonly store: SqliteStore;
  /** Over a database owned by another process it only replays and shows. */
  readonly runtime: RuntimeApi;
}

export interface ServiceOptions {
  /** @throws AppError why the database cannot be opened at all. */
  parts(): ServiceParts;
  readonly pure: Pure;
  readonly executors: Executors;
  readonly grants: GrantStore;
  readonly pushOut: Pick<PushOut, 'onRunsRemoved'>;
  /** Two threads: what people wait for while typing, and what may take long. */
  readonly quickLab: Pick<LabThread, 'run'>;
  readonly slowLab: Pick<LabThread, 'run'>;
  readonly libraryFolder: string;
  requirements(flow: Flow): Requirements;
  semanticHash(flow: Flow): string;
  secret(name: string): Promise<string | undefined>;
  settings(): Settings;
  readonly user: string;
  now(): number;
}

export type ServiceHandlers = {
  readonly [N in ServiceName]: (input: ServiceInput<N>) => ServiceOutput<N> | Promise<ServiceOutput<N>>;
};

const PREVIEW_LIMIT_MS = 2_000;
const CHECK_LIMIT_MS = 20_000;
const LONG_LIMIT_MS = 30 * 60_000;
const MAX_EVENTS = 5_000;

export function createService(options: ServiceOptions): ServiceHandlers {
  return {
    ...documentHandlers(options),
    ...figureHandlers(options),
    ...runQueries(options),
    ...runCommands(options),
    ...forkHandlers(options),
    ...taskHandlers(options),
  };
}

type Part<N extends ServiceName> = Pick<ServiceHandlers, N>;

function documentHandlers(
  options: ServiceOptions,
): Part<
  | 'flow.validate'
  | 'expression.preview'
  | 'rehearse.simulate'
  | 'model.test'
  | 'file.load'
  | 'file.exportFlow'
  | 'file.exportRun'
  | 'runs.copyTo'
> {
  const { quickLab, slowLab, parts } = options;
  return {
    'flow.validate': (input) => quickLab.run('validate', input, CHECK_LIMIT_MS),
    'expression.preview': async (input) => {
      try {
        return await quickLab.run('preview', input, PREVIEW_LIMIT_MS);
      } catch (error) {
        if (error instanceof AppError && error.code === 'expr/limit')
          return { ok: false, message: error.message };
        throw error;
      }
    },
    'rehearse.simulate': (input) => slowLab.run('simulate', input, LONG_LIMIT_MS),
    'model.test': (input) => testModel(options, input),
    'file.load': (input) => quickLab.run('load', input, CHECK_LIMIT_MS),
    'file.exportFlow': (input) => slowLab.run('exportFlow', input, LONG_LIMIT_MS),
    'file.exportRun': async ({ runId, target }) => {
      const { store } = parts();
      const secrets = await secretValues(options, secretsOfRun(store, runId));
      const input = { database: store.file, runId, target, secrets };
      return slowLab.run('exportRun', input, LONG_LIMIT_MS);
    },
    'runs.copyTo': ({ file }) =>
      slowLab.run('copyRuns', { database: parts().store.file, file }, LONG_LIMIT_MS),
  };
}

function figureHandlers({ parts, slowLab }: ServiceOptions): Part<'flow.metrics' | 'flow.figures'> {
  return {
    'flow.metrics': ({ flowId }) => flowMetrics(parts().store, flowId),
    // Folds up to some hundred runs: beside the runtime, never in its way.
    'flow.figures': ({ flowId }) =>
      slowLab.run('figures', { database: parts().store.file, flowId }, LONG_LIMIT_MS),
  };
}

function runQueries({
  parts,
}: ServiceOptions): Part<
  'run.list' | 'run.get' | 'run.events' | 'run.view' | 'run.replay' | 'run.forkPreview'
> {
  return {
    'run.list': (filter) => {
      const { store } = parts();
      const { limit: _limit, offset: _offset, ...rest } = filter;
      return {
        runs: store.runs({ limit: 200, ...filter }),
        total: store.countRuns(rest),
        sizeBytes: store.sizeBytes(),
      };
    },
    'run.get': ({ runId }) => {
      const { store } = parts();
      return { run: runOf(store, runId), flow: store.flow(runId), headHash: store.headHash(runId) ?? '' };
    },
    'run.events': ({ runId, afterSeq, limit }) => {
      const { store } = parts();
      const run = runOf(store, runId);
      return { events: store.events(runId, afterSeq, limit ?? MAX_EVENTS), lastSeq: run.lastSeq };
    },
    'run.view': ({ runId, step }) => {
      const view = parts().runtime.view(runId, step);
      return { ...view, scope: { ...view.scope } };
    },
    'run.replay': ({ runId, document }) => {
      const { store, runtime } = parts();
      const { wouldRunAgain, ...report } = auditRun(store, runtime, runId, document);
      return { ...report, ...(wouldRunAgain ? { wouldRunAgain: [...wouldRunAgain] } : {}) };
    },
    'run.forkPreview': ({ runId, at }) => {
      const preview = parts().runtime.forkPreview(runId, at);
      return { seq: preview.seq, reused: [...preview.reused], effectsAgain: [...preview.effectsAgain] };
    },
  };
}

function runCommands(
  options: ServiceOptions,
): Part<
  'run.start' | 'run.pause' | 'run.resume' | 'run.step' | 'run.breakpoints' | 'run.cancel' | 'run.delete'
> {
  const { parts } = options;
  const by = (): string => nameOf(options);
  return {
    'run.start': (input) =>
      startRun(
        {
          runtime: owner(parts()),
          pure: options.pure,
          grants: options.grants,
          libraryFolder: options.libraryFolder,
          validate: (document) => options.quickLab.run('validate', { document }, CHECK_LIMIT_MS),
          requirements: (flow) => options.requirements(flow),
          by,
          now: () => options.now(),
        },
        input,
      ),
    'run.pause': ({ runId }) =>
      tell(options, { runId, kind: 'pause', data: { by: by() } }, (runtime) => runtime.pause(runId, by())),
    'run.resume': ({ runId }) =>
      tell(options, { runId, kind: 'resume', data: { by: by() } }, (runtime) => runtime.resume(runId, by())),
    'run.step': ({ runId }) => {
      owner(parts()).step(runId, by());
      return null;
    },
    'run.breakpoints': ({ runId, breakpoints }) => {
      owner(parts()).setBreakpoints(runId, breakpoints, by());
      return null;
    },
    'run.cancel': ({ runId, compensate }) =>
      tell(options, { runId, kind: 'cancel', data: { compensate, by: by() } }, (runtime) =>
        runtime.cancel(runId, compensate, by()),
      ),
    'run.delete': ({ runIds }) => {
      owner(parts());
      const { store } = parts();
      const alive = runIds.filter((runId) => isAlive(store.run(runId)));
      if (alive.length > 0) {
        throw new AppError(
          'run/unfinished',
          `${alive.length} of these runs have not ended. Cancel them first, then delete them.`,
          {
            details: { runIds: alive },
          },
        );
      }
      store.deleteRuns(runIds);
      options.pushOut.onRunsRemoved();
      return null;
    },
  };
}

function forkHandlers(
  options: ServiceOptions,
): Part<'run.fork' | 'run.migrate' | 'deadletter.list' | 'deadletter.rerun' | 'deadletter.dismiss'> {
  const { parts } = options;
  return {
    'run.fork': async ({ runId, at, document, context, steps }) => {
      const edited = document ? await checkedFlow(options, document) : {};
      return owner(parts()).fork({
        runId,
        at,
        ...edited,
        ...(context ? { context } : {}),
        ...(steps ? { steps } : {}),
        by: nameOf(options),
      });
    },
    'run.migrate': async ({ runId, document, check }) => {
      const edited = await checkedFlow(options, document);
      owner(parts()).migrate({ runId, ...edited, checkOnly: check });
      return null;
    },
    'deadletter.list': () => ({ deadLetters: parts().store.deadLetters() }),
    'deadletter.rerun': ({ runId, step, context }) =>
      owner(parts()).rerunDeadLetter(runId, step, nameOf(options), context),
    'deadletter.dismiss': ({ runId, step }) => {
      owner(parts()).dismissDeadLetter(runId, step, nameOf(options));
      return null;
    },
  };
}

function taskHandlers(options: ServiceOptions): Part<'task.list' | 'task.decide'> {
  return {
    'task.list': ({ runId }) => {
      const { store } = options.parts();
      const tasks = store
        .tasks(runId)
        .map((task) => ({ ...task, flowName: store.run(task.runId)?.flowName ?? '' }));
      return { tasks };
    },
    'task.decide': ({ runId, task, choice, values, comment }) => {
      const extra = {
        ...(values === undefined ? {} : { values }),
        ...(comment === undefined ? {} : { comment }),
      };
      const decision = { task, choice, ...extra, by: nameOf(options) };
      return tell(options, { runId, kind: 'decide', data: decision }, (runtime) =>
        runtime.decide({ runId, ...decision, via: 'app' }),
      );
    },
  };
}

/** Does it here, or leaves it for the process that owns the database. */
function tell(
  options: ServiceOptions,
  mail: Omit<MailboxEntry, 'id' | 'at'>,
  act: (runtime: RuntimeApi) => void,
): null {
  const { runtime, store } = options.parts();
  if (store.mode === 'owner') act(runtime);
  else store.postMail({ ...mail, at: options.now() });
  return null;
}

function owner(parts: ServiceParts): RuntimeApi {
  if (parts.store.mode === 'owner') return parts.runtime;
  throw (
    parts.store.notice ??
    new AppError(
      'store/locked',
      'Another Baton process runs flows with this data folder, so this one can only look at them.',
      {
        hint: 'Close the other one, then open Baton again.',
      },
    )
  );
}

async function checkedFlow(
  options: ServiceOptions,
  document: RequestInput<'flow.save'>['document'],
): Promise<{ flow: Flow; semanticHash: string }> {
  const report = await options.quickLab.run('validate', { document }, CHECK_LIMIT_MS);
  if (!report.valid) throw invalidFlow(report);
  return { flow: document, semanticHash: report.semanticHash ?? options.semanticHash(document) };
}

/** Names of the secrets a run may have used: its flow's, and those of the models it was pointed at. */
function secretsOfRun(store: SqliteStore, runId: string): string[] {
  runOf(store, runId);
  const [started] = store.events(runId, 0, 1);
  const overrides = started?.type === 'run.started' ? (started.data.overrides?.models ?? {}) : {};
  const chosen = Object.values(overrides).flatMap((model) =>
    isJsonObject(model) && typeof model['secret'] === 'string' ? [model['secret']] : [],
  );
  return [...new Set([...secretNames(store.flow(runId)), ...chosen])];
}

async function secretValues(options: ServiceOptions, names: readonly string[]): Promise<string[]> {
  const values = await Promise.all(names.map((name) => options.secret(name)));
  return values.filter((value) => value !== undefined);
}

function runOf(store: SqliteStore, runId: string): RunInfo {
  const run = store.run(runId);
  if (!run)
    throw new AppError('run/unknown', 'This run is not in the database any more.', { details: { runId } });
  return run;
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

function isAlive(run: RunInfo | undefined): boolean {
  return run !== undefined && !ENDED.has(run.status);
}

function nameOf(options: ServiceOptions): string {
  return options.settings().reviewer.trim() || options.user;
}
