/**
 * A model service that misbehaves in every way, met by the real executor, the real engine and a real database: each failure
 * has its declared kind, ends within its timeout, and the run leaves by the edge drawn for that kind.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExecutors } from '../../electron/runtime/executors/create-executors';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { createRuntime } from '../../electron/runtime/runtime';
import { systemClock } from '../../electron/runtime/service/system-clock';
import { openStore } from '../../electron/store/open-store';
import type { Json } from '../../shared/base/json';
import type { DataOf, RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import type { Policy } from '../../shared/spec/parts';
import { validateFlow } from '../../shared/spec/validate';
import { type Behaviour, type OpenAiServer, startOpenAiServer } from '../servers/openai-server';
import { tempFolder } from '../fakes/temp-folder';

const pure = createPure();
const executors = createExecutors({ pure });
afterAll(() => executors.close());

const CATEGORY = {
  type: 'object',
  required: ['category'],
  properties: { category: { enum: ['billing', 'technical'] } },
};
const KINDS = ['timeout', 'rate_limited', 'unavailable', 'invalid_output', 'denied', 'error'] as const;

interface Drawing {
  readonly timeout?: string;
  readonly maxAttempts?: number;
  readonly models?: Flow['models'];
  readonly fallback?: readonly string[];
}

/** One agent; a way out for each kind of failure. */
function flow(server: OpenAiServer, drawing: Drawing): Flow {
  const retry: Policy['retry'] = { maxAttempts: drawing.maxAttempts ?? 1, initial: 'PT0.01S', jitter: false };
  const ends = Object.fromEntries(
    KINDS.map((kind) => [
      `on_${kind}`,
      { kind: 'end' as const, output: { took: kind, code: { $: 'error.code' } } },
    ]),
  );
  return {
    format: 'baton.flow/1',
    id: 'bad-day',
    name: 'Bad day',
    version: '1.0.0',
    models: {
      remote: {
        provider: 'openai-compatible',
        model: 'fake',
        baseURL: server.baseURL,
        fallback: [...(drawing.fallback ?? [])],
      },
      ...drawing.models,
    },
    tools: {
      note: {
        kind: 'builtin',
        name: 'echo',
        description: 'Repeats a value',
        effect: 'read',
        input: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
      },
    },
    agents: { sorter: { role: 'Sorts', model: 'remote', tools: ['note'], output: CATEGORY } },
    policies: { default: { timeout: drawing.timeout ?? 'PT30S', retry } },
    nodes: {
      start: { kind: 'start' },
      ask: { kind: 'agent', agent: 'sorter', prompt: 'Sort this' },
      good: { kind: 'end', output: { took: 'next', category: { $: 'steps.ask.category' } } },
      ...ends,
    },
    edges: [
      { from: 'start', port: 'next', to: 'ask' },
      { from: 'ask', port: 'next', to: 'good' },
      ...KINDS.map((kind) => ({ from: 'ask', port: 'fallback', to: `on_${kind}`, on: [kind] })),
    ],
  };
}

interface Ended {
  readonly output: Json | null;
  readonly events: readonly RunEvent[];
  readonly server: OpenAiServer;
}

/** A dependency of its own for each run: an outage of one must not open the breaker of another. */
async function run(steps: readonly Behaviour[], drawing: Drawing = {}): Promise<Ended> {
  const server = await startOpenAiServer(...steps);
  const log = openStore(path.join(tempFolder(), 'runs.db'), { mode: 'owner', clock: () => Date.now() });
  const runtime = createRuntime({
    log,
    pure,
    executors,
    clock: systemClock(),
    entropy: { seed: () => 1, runId: () => 'run' },
    secret: async () => undefined,
  });
  const document = flow(server, drawing);
  const report = validateFlow(document, pure);
  expect(report.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  runtime.start({
    flow: document,
    semanticHash: report.semanticHash ?? '',
    input: null,
    mode: 'live',
    grants: { trust: true, baseFolder: '.', granted: {} },
  });
  await runtime.settled('run');
  const events = log.events('run');
  expect(runtime.replay('run').verdict).toBe('identical');
  expect(log.verifyChain('run')).toMatchObject({ ok: true });
  await runtime.close();
  log.close();
  await server.close();
  const last = events.at(-1);
  return { output: last?.type === 'run.completed' ? (last.data.output ?? null) : null, events, server };
}

function dataOf<T extends RunEvent['type']>(events: readonly RunEvent[], type: T): DataOf<T>[] {
  return events.filter((event) => event.type === type).map((event) => event.data as DataOf<T>);
}

const GOOD: Behaviour = { do: 'json', value: { category: 'billing' } };

beforeAll(async () => {
  await Promise.all([import('ai'), import('@ai-sdk/openai-compatible')]); // loading takes its time, once
});

interface Case {
  /** How often the service was asked; a refused answer is asked for once more. */
  readonly calls?: number;
  readonly code?: string;
}
const SHAPE: Case = { calls: 2, code: 'output/shape' };
const BAD_ARGUMENTS: Case = { calls: 3, code: 'tool/bad-arguments' };

describe('a failure of the service leaves by the edge of its kind', () => {
  test.each<[string, Behaviour, (typeof KINDS)[number], Case?]>([
    ['429', { do: 'status', status: 429 }, 'rate_limited'],
    ['500', { do: 'status', status: 500 }, 'unavailable'],
    ['503', { do: 'status', status: 503 }, 'unavailable'],
    ['401', { do: 'status', status: 401 }, 'error', { code: 'model/auth' }],
    ['404', { do: 'status', status: 404 }, 'error', { code: 'model/not-found' }],
    ['a stream that is cut', { do: 'cut', after: '{"category":' }, 'unavailable'],
    ['a stream without an end', { do: 'end-early', text: '{"category":"billing"}' }, 'unavailable'],
    ['a connection that is reset', { do: 'reset' }, 'unavailable'],
    ['an event that is no JSON', { do: 'garbage' }, 'unavailable'],
    ['a web page', { do: 'html' }, 'unavailable'],
    ['an answer that is no JSON', { do: 'text', text: 'It is about billing.' }, 'invalid_output', SHAPE],
    ['JSON that is cut off', { do: 'text', text: '{"category":"bil' }, 'invalid_output', SHAPE],
    ['JSON with wrong types', { do: 'json', value: { category: 7 } }, 'invalid_output', SHAPE],
    ['a refusal', { do: 'refuse' }, 'invalid_output', { calls: 2 }],
    ['a content filter', { do: 'filter' }, 'invalid_output', { calls: 2 }],
    ['an empty answer', { do: 'empty' }, 'invalid_output', { calls: 2 }],
    ['10 MB of text', { do: 'huge', bytes: 10_000_000 }, 'invalid_output', { calls: 2 }],
    [
      '10 MB of JSON in small pieces',
      { do: 'huge', bytes: 10_000_000, start: '{"category":"', pieceBytes: 256 },
      'invalid_output',
      { calls: 2 },
    ],
    [
      'tools that do not exist',
      { do: 'tools', calls: [{ name: 'launch', args: {} }] },
      'denied',
      { calls: 3, code: 'tool/not-listed' },
    ],
    [
      'arguments that do not fit',
      { do: 'tools', calls: [{ name: 'note', args: { n: 'x' } }] },
      'denied',
      BAD_ARGUMENTS,
    ],
    [
      'arguments that are no JSON',
      { do: 'tools', calls: [{ name: 'note', args: '{"n": ' }] },
      'denied',
      BAD_ARGUMENTS,
    ],
  ])('%s', async (_name, behaviour, way, { calls = 1, code = 'model/bad-response' } = {}) => {
    const { output, server } = await run([behaviour]);
    expect(output).toEqual({ took: way, code });
    expect(server.calls).toHaveLength(calls);
  });

  test.each<[string, Behaviour]>([
    ['a service that never answers', { do: 'hang' }],
    ['an answer that drips without end', { do: 'drip', everyMs: 20 }],
  ])('%s is given up when its time is over', async (_name, behaviour) => {
    const { output, events } = await run([behaviour], { timeout: 'PT0.3S' });
    expect(output).toEqual({ took: 'timeout', code: 'model/bad-response' });
    const [started, given] = ['attempt.started', 'attempt.failed'].map(
      (type) => events.find((event) => event.type === type)?.at ?? 0,
    );
    expect((given ?? 0) - (started ?? 0)).toBeGreaterThanOrEqual(300);
    expect((given ?? 0) - (started ?? 0)).toBeLessThan(3_000);
  });
});

describe('a failure that passes is got over', () => {
  test('two 429 are waited out as long as the service asks', async () => {
    const limited: Behaviour = { do: 'status', status: 429, headers: { 'retry-after-ms': '120' } };
    const { output, events } = await run([limited, limited, GOOD], { maxAttempts: 3 });
    expect(output).toEqual({ took: 'next', category: 'billing' });
    expect(dataOf(events, 'attempt.failed').map((data) => [data.kind, data.retryAfterMs])).toEqual([
      ['rate_limited', 120],
      ['rate_limited', 120],
    ]);
    expect(dataOf(events, 'retry.scheduled').map((data) => data.delayMs)).toEqual([120, 120]);
  });

  test('a service that asks for more than five minutes is not waited for', async () => {
    const limited: Behaviour = { do: 'status', status: 429, headers: { 'retry-after': '301' } };
    const { output, server } = await run([limited, GOOD], { maxAttempts: 3 });
    expect(output).toEqual({ took: 'rate_limited', code: 'model/bad-response' });
    expect(server.calls).toHaveLength(1);
  });

  test('an outage, a cut line and a hang are tried again', async () => {
    const steps: Behaviour[] = [
      { do: 'status', status: 500 },
      { do: 'cut', after: '{"cat' },
      { do: 'hang' },
      GOOD,
    ];
    const { output, events } = await run(steps, { maxAttempts: 4, timeout: 'PT1S' });
    expect(output).toEqual({ took: 'next', category: 'billing' });
    expect(dataOf(events, 'attempt.failed').map((data) => data.kind)).toEqual([
      'unavailable',
      'unavailable',
      'timeout',
    ]);
  });

  test('a model that answered nonsense is shown what was wrong, within the same attempt', async () => {
    const { output, events, server } = await run([{ do: 'json', value: { category: 7 } }, GOOD]);
    expect(output).toEqual({ took: 'next', category: 'billing' });
    const [miss] = dataOf(events, 'attempt.rejected');
    expect(miss).toMatchObject({ kind: 'invalid_output', check: 'shape' });
    expect(JSON.stringify(server.calls[1]?.body['messages'])).toContain(miss?.message);
    expect(dataOf(events, 'attempt.started')).toHaveLength(1);
  });

  test('a call of an unknown tool is refused, the model is told, and may go on', async () => {
    const { output, events, server } = await run([
      { do: 'tools', calls: [{ name: 'launch', args: {} }] },
      { do: 'tools', calls: [{ name: 'note', args: { n: 1 } }] },
      GOOD,
    ]);
    expect(output).toEqual({ took: 'next', category: 'billing' });
    expect(dataOf(events, 'tool.refused').map((data) => data.tool)).toEqual(['launch']);
    expect(dataOf(events, 'tool.completed')).toHaveLength(1);
    expect(JSON.stringify(server.calls[1]?.body['messages'])).toContain('there is no tool');
  });

  test('when its attempts are used up the next model of the chain is asked', async () => {
    const spare = await startOpenAiServer(GOOD);
    const { output, events } = await run([{ do: 'status', status: 500 }], {
      maxAttempts: 2,
      models: { spare: { provider: 'openai-compatible', model: 'spare', baseURL: spare.baseURL } },
      fallback: ['spare'],
    });
    await spare.close();
    expect(output).toEqual({ took: 'next', category: 'billing' });
    expect(dataOf(events, 'attempt.started').map((data) => data.model)).toEqual([
      'remote',
      'remote',
      'spare',
    ]);
  });
});
