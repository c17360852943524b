/** Flows and recorded runs to look at. Runs are written through the store, as the runtime writes them. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { inRoot } from '../lib/paths.mjs';

const STARTED_AT = 1_763_720_000_000;
const HASH = `sha256:${'5f'.repeat(32)}`;
const NODES = 50;
const EVENTS_A_STEP = 4;
const STEPS_A_COMMIT = 500;
const USAGE = {
  steps: 1,
  attempts: 1,
  retries: 0,
  turns: 0,
  tokens: { in: 0, out: 0 },
  cost: { amount: 0, currency: 'USD', known: true },
  durationMs: 1,
  handoffs: 0,
};
const echo = { description: 'Gives back', input: {}, effect: 'read', kind: 'builtin', name: 'echo' };

/** A chain on a grid: agents with a prompt first, so that there is one to type into; tools after. */
export function gridFlow(id, count, policy = {}) {
  const columns = Math.ceil(Math.sqrt(count));
  const nodes = { start: { kind: 'start' } };
  const places = { start: { x: -300, y: 0 } };
  const edges = [];
  let last = 'start';
  for (let i = 0; i < count; i++) {
    const node = `n${i}`;
    nodes[node] = { kind: 'tool', name: `Node ${i}`, tool: 'echo', args: { i } };
    places[node] = { x: (i % columns) * 300, y: Math.floor(i / columns) * 140 };
    edges.push({ from: last, port: 'next', to: node });
    last = node;
  }
  nodes.end = { kind: 'end' };
  places.end = { x: columns * 300, y: 0 };
  edges.push({ from: last, port: 'next', to: 'end' });
  const policies = { default: { concurrency: 8, ...policy } };
  const head = { format: 'baton.flow/1', id, name: id, version: '1.0.0', budget: { steps: 100_000 } };
  return { ...head, tools: { echo }, policies, nodes, edges, layout: { nodes: places } };
}

/** The same with an agent in front, whose prompt is typed into. */
export function typingFlow(id, count) {
  const flow = gridFlow(id, count);
  const n0 = { kind: 'agent', name: 'Writer', agent: 'writer', prompt: 'Write.' };
  const writer = { role: 'Writes', instructions: 'Write well.', model: 'small' };
  const small = { provider: 'simulated', model: 'simulated' };
  return {
    ...flow,
    models: { small },
    agents: { writer },
    nodes: { ...flow.nodes, n0 },
  };
}

async function loadStore() {
  const bundle = await rolldown({
    input: inRoot('electron/store/open-store.ts'),
    external: ['better-sqlite3'],
    platform: 'node',
  });
  const file = inRoot('node_modules/.bench-ui-store.mjs'); // inside, so that it finds better-sqlite3
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return (await import(pathToFileURL(file).href)).openStore;
}

function stepEvents(runId, i) {
  const key = `n${i % NODES}`;
  const visit = Math.floor(i / NODES) + 1;
  const step = visit === 1 ? key : `${key}#${visit}`;
  const seq = 2 + i * EVENTS_A_STEP;
  const at = STARTED_AT + i * 4;
  const event = (n, type, data, attempt) => ({
    runId,
    seq: seq + n,
    type,
    at: at + n,
    step,
    ...(attempt ? { attempt } : {}),
    data,
  });
  const next = `n${(i + 1) % NODES}`;
  return [
    event(0, 'step.started', { node: key, kind: 'tool', viewHash: HASH, reads: {} }),
    event(1, 'attempt.started', { dependency: 'tool:echo' }, 1),
    event(2, 'attempt.completed', { result: { i }, latencyMs: 1 }, 1),
    event(3, 'step.committed', {
      output: { i },
      routes: [{ port: 'next', to: next }],
      writes: [],
      usage: USAGE,
    }),
  ];
}

function writeRun(store, runId, events) {
  const flow = gridFlow(`recorded-${runId}`, NODES);
  const data = {
    flowId: flow.id,
    flowVersion: flow.version,
    semanticHash: HASH,
    engineVersion: '1',
    mode: 'live',
    input: {},
    seed: 1,
  };
  const started = { runId, seq: 1, type: 'run.started', at: STARTED_AT, data };
  store.commit([{ runId, created: { flow, semanticHash: HASH }, events: [started] }]);
  const steps = Math.floor((events - 2) / EVENTS_A_STEP);
  for (let from = 0; from < steps; from += STEPS_A_COMMIT) {
    const until = Math.min(steps, from + STEPS_A_COMMIT);
    const batch = Array.from({ length: until - from }, (_, j) => stepEvents(runId, from + j)).flat();
    store.commit([{ runId, events: batch }]);
  }
  const seq = 2 + steps * EVENTS_A_STEP;
  const usage = { ...USAGE, steps, attempts: steps, durationMs: steps * 4 };
  const end = { output: {}, end: 'end', path: [], usage, stateHash: HASH };
  const completed = { runId, seq, type: 'run.completed', at: STARTED_AT + steps * 4, data: end };
  store.commit([{ runId, events: [completed] }]);
}

/** Puts runs of about this many events into the database of a data folder, before the app opens it. */
export async function writeRuns(userData, runs) {
  const openStore = await loadStore();
  const store = openStore(path.join(userData, 'runs.db'), {
    clock: () => STARTED_AT,
    synchronous: 'normal',
  });
  for (const [runId, events] of Object.entries(runs)) writeRun(store, runId, events);
  store.close();
}
