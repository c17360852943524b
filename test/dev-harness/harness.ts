/** A main side in memory: the real validator, files that live as long as the page. */
import { compileExpression } from '../../electron/runtime/pure/expression';
import { compileSchema } from '../../electron/runtime/pure/schema';
import type { OpenedFlow, Settings } from '../../shared/ipc/contract';
import { EMPTY_USAGE, type RunInfo } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import type { Pure } from '../../shared/ports/pure';
import { validateFlow } from '../../shared/spec/validate';
import { FakeBridge } from '../fakes/fake-bridge';
import triage from '../fixtures/flows/v1/support-triage.json';
import { largeFlow } from './large-flow';

const pure: Pure = {
  expression: compileExpression,
  schema: compileSchema,
  sha256: (text) => String(text.length).padStart(64, '0'),
};
const validate = (document: unknown) => validateFlow(document, pure);
const query = new URLSearchParams(location.search);
const files = new Map<string, Flow>();
let settings: Settings = {
  theme: (query.get('theme') as Settings['theme'] | null) ?? 'light',
  language: (query.get('lang') as Settings['language'] | null) ?? 'en',
  reviewer: '',
  durable: 'full',
  notifications: true,
  tourDone: true,
  retentionDays: 0,
  models: [],
};

const opened = (path: string): OpenedFlow => {
  const document = files.get(path) as Flow; // paths come from this page
  return { path, document, fileHash: 'a', savedAt: Date.now(), recovered: false, report: validate(document) };
};
const create = (document: Flow): OpenedFlow => {
  const path = `/flows/${document.id}-${files.size + 1}.json`;
  files.set(path, document);
  return opened(path);
};
const run = (n: number, status: RunInfo['status']): RunInfo => ({
  runId: `r${n}`,
  flowId: 'support-triage',
  flowName: 'Support triage',
  flowVersion: '1.0.0',
  semanticHash: 'x',
  mode: 'live',
  status,
  startedAt: Date.now() - n * 700_000,
  usage: EMPTY_USAGE,
  waiting: status === 'waiting' ? 1 : 0,
  lastSeq: 10,
});

if (query.get('first') !== '1') files.set('/flows/support-triage.json', triage as unknown as Flow);
if (query.get('large')) files.set('/flows/large.json', largeFlow(Number(query.get('large'))));

const bridge = new FakeBridge({
  'app.info': () => ({
    version: '0.1.0',
    platform: 'linux',
    dataFolder: '/home/me/.config/baton',
    electron: '45',
    engineVersion: '1',
    readOnly: null,
  }),
  'settings.get': () => settings,
  'settings.set': (change) => {
    settings = { ...settings, ...change } as Settings;
    return settings;
  },
  'secret.list': () => ({ names: ['OPENAI_API_KEY'], available: true }),
  'flow.list': () => ({
    files: [...files].map(([path, flow]) => ({
      path,
      name: flow.name,
      flowId: flow.id,
      description: flow.description ?? '',
      nodeCount: Object.keys(flow.nodes).length,
      modifiedAt: Date.now() - 3_600_000,
      unsaved: false,
    })),
  }),
  'flow.templates': () => ({
    templates: [1, 2, 3].map((n) => ({
      id: `t${n}`,
      name: triage.name,
      description: triage.description,
      document: triage as unknown as Flow,
      sampleInput: {},
    })),
  }),
  'flow.create': ({ document }) => create(document),
  'flow.open': ({ path }) => opened(path),
  'flow.journal': () => null,
  'flow.discardJournal': () => null,
  'flow.validate': ({ document }) => validate(document),
  'flow.save': ({ path, document }) => {
    files.set(path, document);
    return { fileHash: 'b', savedAt: Date.now() };
  },
  'run.list': () => ({
    runs:
      query.get('first') === '1'
        ? []
        : [run(1, 'running'), run(2, 'waiting'), run(3, 'completed'), run(4, 'failed')],
    total: 4,
    sizeBytes: 1000,
  }),
  'task.list': () => ({ tasks: [] }),
  'deadletter.list': () => ({ deadLetters: [] }),
});
Object.assign(window, { baton: bridge, fakeBridge: bridge });
await import('../../renderer/main');
