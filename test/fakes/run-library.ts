/** A main side that holds recorded runs: answers what the run screens ask, and plays decisions on. */
import type { DeadLetterInfo, RunEvent } from '../../shared/events/event';
import { traceOf } from '../../shared/events/trace';
import { openTasks } from '../../shared/events/trace-json';
import { AppError } from '../../shared/base/app-error';
import type { OpenedFlow, Settings } from '../../shared/ipc/contract';
import { FakeBridge } from './fake-bridge';
import { triageFlow } from './history-writer';
import { infoOf } from './triage-history';

export const FLOW_PATH = '/library/support-triage.json';

export const SETTINGS: Settings = {
  theme: 'light',
  language: 'en',
  reviewer: 'ada',
  durable: 'full',
  notifications: true,
  tourDone: true,
  retentionDays: 0,
  models: [
    {
      id: 'm1',
      label: 'Llama on this machine',
      provider: 'openai-compatible',
      model: 'llama3.2',
      baseURL: 'http://127.0.0.1:11434/v1',
    },
  ],
};

const OPENED: OpenedFlow = {
  path: FLOW_PATH,
  document: triageFlow,
  fileHash: 'h',
  savedAt: 1,
  recovered: false,
  report: { valid: true, problems: [] },
};

export class RunLibrary {
  readonly bridge = new FakeBridge();
  readonly runs = new Map<string, RunEvent[]>();

  constructor(histories: readonly (readonly RunEvent[])[]) {
    for (const events of histories) this.runs.set(events[0]?.runId ?? '', [...events]);
    this.answerRuns();
    this.answerTasks();
    this.answerFlows();
  }

  /** Adds events to a run and pushes them, as the main side does. */
  append(runId: string, events: readonly RunEvent[]): void {
    this.events(runId).push(...events);
    this.bridge.push('run.events', { runId, events });
    this.bridge.push('tasks.changed', { open: this.tasks().length });
    const info = infoOf(this.events(runId));
    this.bridge.push('runs.changed', [{ runId, lastSeq: info.lastSeq, status: info.status }]);
  }

  events(runId: string): RunEvent[] {
    const events = this.runs.get(runId);
    if (!events) throw new AppError('run/unknown', `There is no run ${runId}.`);
    return events;
  }

  tasks() {
    return [...this.runs.values()].flatMap((events) => {
      const trace = traceOf(events, triageFlow);
      return openTasks(trace).map((task) => ({
        ...task,
        onDeadline: trace.tasks.get(task.task)?.onDeadline ?? 'expired',
        flowName: triageFlow.name,
      }));
    });
  }

  private answerRuns(): void {
    const { bridge } = this;
    bridge.answer('run.get', ({ runId }) => ({
      run: infoOf(this.events(runId)),
      flow: triageFlow,
      headHash: 'ab'.repeat(32),
    }));
    bridge.answer('run.events', ({ runId, afterSeq, limit = 20_000 }) => {
      const events = this.events(runId);
      return { events: events.slice(afterSeq, afterSeq + limit), lastSeq: events.length };
    });
    bridge.answer('run.list', ({ status, flowId, search, limit = 200, offset = 0 }) => {
      const all = [...this.runs.values()]
        .map(infoOf)
        .filter(
          (run) =>
            (!status || status.includes(run.status)) &&
            (!flowId || run.flowId === flowId) &&
            (!search || `${run.flowName} ${run.runId}`.toLowerCase().includes(search.toLowerCase())),
        )
        .toSorted((a, b) => b.startedAt - a.startedAt);
      return { runs: all.slice(offset, offset + limit), total: all.length, sizeBytes: 4_400_000 };
    });
    bridge.answer('run.view', ({ runId, step }) => {
      const trace = traceOf(this.events(runId), triageFlow);
      const isAgent = trace.steps.get(step)?.kind === 'agent';
      const scope = {
        input: trace.run.input,
        context: { category: 'billing' },
        steps: Object.fromEntries(
          [...trace.steps.values()]
            .filter((one) => one.output !== undefined && one.key !== step)
            .map((one) => [one.node, one.output]),
        ),
      };
      return isAgent
        ? {
            scope,
            system: 'You are: Classifies a ticket.\nYou do: classify.\nYou do not: answer the customer.',
            prompt: String((trace.run.input as { ticket: string }).ticket),
          }
        : { scope };
    });
    bridge.answer('run.replay', ({ runId }) => ({
      runId,
      verdict: 'identical',
      events: this.events(runId).length,
      firstDifference: null,
    }));
    bridge.answer('run.forkPreview', ({ at }) => ({
      seq: typeof at === 'number' ? at : 20,
      reused: ['triage', 'resolve', 'decide'],
      effectsAgain: [{ step: 'pay', tool: 'refund', effect: 'once' }],
    }));
    bridge.answer('run.fork', () => ({ runId: [...this.runs.keys()][0] ?? '' }));
    bridge.answer('run.start', () => ({ started: true, runId: [...this.runs.keys()][0] ?? '' }));
    bridge.answer('run.delete', ({ runIds }) => {
      for (const id of runIds) this.runs.delete(id);
      return null;
    });
    for (const name of ['run.pause', 'run.resume', 'run.step', 'run.breakpoints', 'run.cancel'] as const)
      bridge.answer(name, () => null);
    bridge.answer('run.export', ({ target }) => ({ path: `/exports/run.${target}` }));
  }

  private answerTasks(): void {
    const { bridge } = this;
    bridge.answer('task.list', ({ runId }) => ({
      tasks: this.tasks().filter((task) => runId === undefined || task.runId === runId),
    }));
    bridge.answer('task.decide', ({ runId, task, choice, values, comment }) => {
      const events = this.events(runId);
      const at = (events.at(-1)?.at ?? 0) + 1_000;
      const base = { runId, at, step: task };
      const data = {
        task,
        choice,
        ...(values === undefined ? {} : { values }),
        ...(comment === undefined ? {} : { comment }),
        by: 'ada',
        via: 'app',
      };
      this.append(runId, [{ ...base, seq: events.length + 1, type: 'human.decided', data }]);
      return null;
    });
    bridge.answer('deadletter.list', () => ({ deadLetters: this.letters() }));
    bridge.answer('deadletter.rerun', () => ({ runId: [...this.runs.keys()][0] ?? '' }));
    bridge.answer('deadletter.dismiss', () => null);
    bridge.answer('flow.metrics', () => ({
      runs: 24,
      succeeded: 21,
      agreement: { approve: { decided: 18, unedited: 15 } },
    }));
  }

  private letters(): DeadLetterInfo[] {
    return [...this.runs.entries()].flatMap(([runId, events]) =>
      [...traceOf(events, triageFlow).deadLetters.values()].map((letter) => ({
        ...letter,
        runId,
        flowName: triageFlow.name,
      })),
    );
  }

  private answerFlows(): void {
    const { bridge } = this;
    bridge.answer('flow.list', () => ({
      files: [
        {
          path: FLOW_PATH,
          name: triageFlow.name,
          flowId: triageFlow.id,
          description: triageFlow.description ?? '',
          nodeCount: 9,
          modifiedAt: 1,
          unsaved: false,
        },
      ],
    }));
    bridge.answer('flow.open', () => OPENED);
    bridge.answer('flow.validate', () => ({ valid: true, problems: [] }));
    bridge.answer('flow.templates', () => ({ templates: [] }));
    bridge.answer('flow.versions', () => ({ versions: [] }));
    bridge.answer('file.pick', () => null);
    bridge.answer('rehearse.simulate', ({ runs, seed = 1 }) => ({
      runs,
      seed,
      outcomes: { completed: Math.round(runs * 0.93), failed: runs - Math.round(runs * 0.93) },
      cost: { p50: 0.0024, p90: 0.0031, p99: 0.0042, currency: 'USD', known: true },
      latencyMs: { p50: 4_200, p90: 8_100, p99: 19_500 },
      tokens: { p50: 1_540, p90: 1_900, p99: 2_600 },
      coverage: {
        edges: {
          hit: 11,
          total: 14,
          missed: ['triage.fallback>review', 'pay.fallback>review', 'approve.expired>review'],
        },
        ports: { hit: 12, total: 13, missed: ['approve.expired'] },
        kinds: { hit: 0, total: 0, missed: [] },
      },
    }));
    bridge.answer('settings.get', () => SETTINGS);
    bridge.answer('settings.set', (change) => ({ ...SETTINGS, ...change }));
    bridge.answer('secret.list', () => ({ names: [], available: true }));
    bridge.answer('app.info', () => ({
      version: '0.1.0',
      platform: 'linux',
      dataFolder: '/data',
      electron: '45',
      engineVersion: '1',
      readOnly: null,
    }));
  }
}
