import { beforeEach, describe, expect, test } from 'vitest';
import { openBundle } from '../../../../../electron/runtime/export/bundle';
import { verifyCloudEvents } from '../../../../../electron/runtime/export/cloud-events';
import { exportRun, type RunTarget } from '../../../../../electron/runtime/export/export-run';
import type { Span } from '../../../../../electron/runtime/export/otlp';
import { parseCassette, toolRequestHash } from '../../../../../electron/runtime/cassette';
import { MemoryRunLog } from '../../../../../electron/store/memory-run-log';
import type { Flow } from '../../../../../shared/spec/flow';
import { History, START, usage } from '../../../shared/events/history';

const CANARY = 'canary-5f2c';
const flow = {
  format: 'baton.flow/1',
  id: 'flow',
  name: 'Flow',
  version: '1.0.0',
  context: { card: { schema: true, merge: 'replace', sensitive: true } },
  models: { reader: { provider: 'openai', model: 'gpt-x' } },
  agents: { clerk: { role: 'r', model: 'reader' } },
  tools: {
    search: { description: 's', input: true, effect: 'read', kind: 'mcp', server: 's', name: 'search' },
    pay: { description: 'p', input: true, effect: 'once', kind: 'code', source: '1' },
  },
  nodes: {
    start: { kind: 'start' },
    think: { kind: 'agent', agent: 'clerk' },
    pay: { kind: 'tool', tool: 'pay' },
    ask: { kind: 'human', mode: 'approve', title: 't' },
    done: { kind: 'end' },
  },
  edges: [],
} as unknown as Flow;

function history(): History {
  return new History('r 1')
    .begin({ forkedFrom: { runId: 'r0', seq: 4, sameFlow: true } })
    .start('think', 'agent')
    .add('governor.queued', { dependency: 'model:x', reason: 'rate' }, 'think', 1)
    .add('attempt.started', { model: 'reader' }, 'think', 1)
    .after(5)
    .add('attempt.failed', { kind: 'timeout', code: 'timeout', message: 'late', sent: 'maybe' }, 'think', 1)
    .add('retry.scheduled', { nextAttempt: 2, dueAt: START + 10, delayMs: 5 }, 'think')
    .after(5)
    .add('attempt.started', { model: 'reader' }, 'think', 2)
    .model('think', 2, {
      latencyMs: 4,
      message: `I know ${CANARY}`,
      toolCalls: [{ id: 'c', name: 'search', args: { q: CANARY } }],
    })
    .add(
      'tool.started',
      { call: 1, tool: 'search', args: { q: CANARY }, effect: 'read', key: 'k' },
      'think',
      2,
    )
    .add('tool.completed', { call: 1, result: { found: CANARY } }, 'think', 2)
    .add('tool.refused', { call: 2, tool: 'rm', reason: 'not listed' }, 'think', 2)
    .commit('think', [['next', 'pay']], {
      output: { card: CANARY },
      writes: [{ field: 'card', version: 1, value: CANARY }],
    })
    .start('pay', 'tool')
    .add('attempt.started', {}, 'pay', 1)
    .add('tool.started', { call: 1, tool: 'pay', args: { amount: 5 }, effect: 'once', key: 'k2' }, 'pay', 1)
    .add('tool.failed', { call: 1, kind: 'error', code: 'tool/x', message: 'no', sent: 'yes' }, 'pay', 1)
    .add('attempt.failed', { kind: 'error', code: 'tool/x', message: 'no', sent: 'yes' }, 'pay', 1)
    .add(
      'step.failed',
      {
        kind: 'error',
        code: 'tool/x',
        message: 'no',
        attempts: 1,
        effects: [],
        routed: 'fallback',
        to: 'ask',
        usage: usage({}),
      },
      'pay',
    )
    .add('breaker.changed', { subject: 'x', from: 'closed', to: 'open' })
    .start('ask', 'human')
    .task('ask', 'ask', { proposed: { amount: 5 }, evidence: [{ label: 'card', value: CANARY }] })
    .after(1000)
    .add(
      'human.decided',
      { task: 'ask', choice: 'approved', values: { amount: 4 }, by: 'ann', via: 'cli' },
      'ask',
    )
    .commit('ask', [['approved', 'done']]);
}

let store: MemoryRunLog;
beforeEach(() => {
  store = new MemoryRunLog();
  const { events } = history()
    .start('done', 'end')
    .commit('done', [])
    .add('run.completed', {
      output: { ok: 'secret-token-1' },
      end: 'done',
      usage: usage({ steps: 3 }),
      path: ['think', 'pay', 'ask', 'done'],
      stateHash: 'sh',
    });
  store.commit([
    {
      runId: 'r 1',
      events,
      created: { flow, semanticHash: 'sha256:aa' },
      sensitive: { 12: ['output', 'writes'] },
    },
  ]);
});

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const jsonOf = (bytes: Uint8Array | undefined): never => JSON.parse(textOf(bytes)) as never;

function exported(target: RunTarget, secrets: string[] = []): string {
  return textOf(exportRun(store, 'r 1', target, { secrets }).files[0]?.bytes);
}

function bundle(): ReturnType<typeof openBundle> {
  return openBundle(
    exportRun(store, 'r 1', 'bundle', { secrets: ['secret-token-1'] }).files[0]?.bytes as Uint8Array,
  );
}

describe('masking', () => {
  test('neither sensitive values nor secrets are in any export', () => {
    for (const target of ['events', 'otlp'] as const)
      expect(exported(target, ['secret-token-1'])).not.toMatch(/canary|secret-token/);
    for (const file of bundle().files.values()) expect(textOf(file)).not.toMatch(/canary|secret-token/);
  });

  test('what was masked is told, event by event', () => {
    const { losses } = exportRun(store, 'r 1', 'events');
    expect(losses.map((loss) => loss.path)).toEqual([
      '/events/8',
      '/events/9',
      '/events/10',
      '/events/12',
      '/events/21',
    ]);
    expect(losses[0]).toEqual({
      path: '/events/8',
      what: 'sensitive values',
      how: 'replaced by [masked]; the hash of the data is kept',
    });
  });
});

describe('events', () => {
  const lines = (): Record<string, unknown>[] =>
    exported('events')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test('are CloudEvents that hold our event line whole', () => {
    expect(lines()[3]).toEqual({
      specversion: '1.0',
      id: 'r 1-4',
      source: 'urn:baton:run:r%201',
      type: 'baton.attempt.started',
      subject: 'think',
      time: '2030-01-02T03:04:05.000Z',
      datacontenttype: 'application/json',
      sequence: '000000000004',
      datahash: expect.stringMatching(/^[0-9a-f]{64}$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      prevhash: lines()[2]?.['hash'],
      data: {
        seq: 4,
        at: '2030-01-02T03:04:05.000Z',
        type: 'attempt.started',
        runId: 'r 1',
        step: 'think',
        attempt: 1,
        data: { model: 'reader' },
      },
    });
  });

  test('their chain verifies although values are masked', () => {
    expect(verifyCloudEvents(lines())).toEqual({
      ok: true,
      events: lines().length,
      head: store.headHash('r 1'),
      masked: 5,
    });
  });

  test.each<[string, (all: Record<string, unknown>[]) => void, string]>([
    [
      'a changed value',
      (all) => Object.assign((all[3] as { data: { data: object } }).data.data, { model: 'other' }),
      'its data was changed',
    ],
    [
      'a changed step',
      (all) => Object.assign((all[3] as { data: object }).data, { step: 'other' }),
      'its hash does not fit',
    ],
    ['a line left out', (all) => all.splice(3, 1), 'event 4 is missing'],
    [
      'a line of another record',
      (all) => Object.assign(all[3] as object, { prevhash: 'x' }),
      'does not follow',
    ],
    ['a line that is none', (all) => all.splice(3, 1, {}), 'not an event'],
  ])('%s is found', (_what, change, reason) => {
    const all = lines();
    change(all);
    expect(verifyCloudEvents(all)).toEqual({ ok: false, line: 4, reason: expect.stringContaining(reason) });
  });
});

describe('spans', () => {
  const spans = (): Span[] =>
    (JSON.parse(exported('otlp')) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] })
      .resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  const attribute = (span: Span | undefined, key: string): unknown =>
    Object.values(span?.attributes.find((found) => found.key === key)?.value ?? {})[0];

  test('follow the GenAI conventions', () => {
    expect(spans().map((span) => [span.name, span.kind])).toEqual([
      ['invoke_workflow flow', 1],
      ['invoke_agent clerk', 1],
      ['attempt 1', 1],
      ['attempt 2', 1],
      ['chat gpt-x', 3],
      ['execute_tool search', 1],
      ['execute_tool rm', 1],
      ['step pay', 1],
      ['attempt 1', 1],
      ['execute_tool pay', 1],
      ['step ask', 1],
      ['human checkpoint', 1],
      ['step done', 1],
    ]);
  });

  test('hang together in one trace', () => {
    const all = spans();
    const ids = new Set(all.map((span) => span.spanId));
    expect(ids.size).toBe(all.length);
    expect(new Set(all.map((span) => span.traceId)).size).toBe(1);
    expect(all[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
    for (const span of all.slice(1)) expect(ids.has(span.parentSpanId ?? '')).toBe(true);
  });

  test('tell models, tokens, errors and waiting', () => {
    const chat = spans().find((span) => span.name.startsWith('chat'));
    expect(
      [
        'gen_ai.operation.name',
        'gen_ai.provider.name',
        'gen_ai.request.model',
        'gen_ai.usage.input_tokens',
        'gen_ai.conversation.id',
      ].map((key) => attribute(chat, key)),
    ).toEqual(['chat', 'openai', 'gpt-x', '10', 'r 1']);
    expect(BigInt(chat?.endTimeUnixNano ?? 0) - BigInt(chat?.startTimeUnixNano ?? 0)).toBe(4_000_000n);
    const pay = spans().find((span) => span.name === 'step pay');
    expect([pay?.status, attribute(pay, 'error.type'), attribute(pay, 'baton.fallback')]).toEqual([
      { code: 2, message: 'no' },
      'error',
      true,
    ]);
    expect(spans()[2]?.events.map((event) => event.name)).toEqual(['baton.governor.queued', 'baton.retry']);
    expect(spans()[0]?.events.map((event) => event.name)).toEqual(['baton.breaker.changed']);
  });

  test('the losses say that content is left out', () => {
    expect(exportRun(store, 'r 1', 'otlp').losses[0]?.what).toContain('prompts');
  });
});

describe('the bundle', () => {
  test('says what ran, how it ended and how to check it', () => {
    expect(bundle().manifest).toMatchObject({
      kind: 'run',
      runId: 'r 1',
      semanticHash: 'sha256:aa',
      mode: 'live',
      status: 'completed',
      forkedFrom: { runId: 'r0', seq: 4 },
      totals: { modelCalls: 1, toolCalls: 3, fallbacks: 1, checkpoints: 1, deadLetters: 0 },
      outcome: { path: ['think', 'pay', 'ask', 'done'] },
      determinism: { seed: 7, engineVersion: '1' },
      integrity: { headHash: store.headHash('r 1') },
    });
  });

  test('holds input, output, state and decisions with the values before and after', () => {
    const { files } = bundle();
    expect(jsonOf(files.get('inputs.json'))).toEqual({ ticket: 'T1' });
    expect(jsonOf(files.get('outputs.json'))).toEqual({ ok: '[masked]' });
    expect(jsonOf(files.get('state.final.json'))).toMatchObject({
      context: { card: '[masked]' },
      versions: { card: 1 },
      stateHash: 'sh',
      steps: { pay: 'failed' },
    });
    expect(jsonOf(files.get('decisions.json'))).toMatchObject([
      {
        task: 'ask',
        proposed: { amount: 5 },
        values: { amount: 4 },
        choice: 'approved',
        by: 'ann',
        askedAt: '2030-01-02T03:04:05.010Z',
        closedAt: '2030-01-02T03:04:06.010Z',
      },
    ]);
  });

  test('its cassette has every exchange in order, keyed as it was asked', () => {
    const lines = parseCassette(textOf(bundle().files.get('recordings/cassette.jsonl')));
    expect(lines.map((line) => [line.type, line.hash, line.response.ok])).toEqual([
      ['model', 'q', true],
      ['tool', toolRequestHash('search', { q: CANARY }), true],
      ['tool', toolRequestHash('pay', { amount: 5 }), false],
    ]);
  });

  test('a failed model call cannot be recorded and is told', () => {
    expect(exportRun(store, 'r 1', 'bundle').losses).toContainEqual({
      path: 'think',
      what: 'attempt 1, a model call that failed',
      how: expect.stringContaining('left out'),
    });
  });

  test('a run that goes on can be exported as far as it is', () => {
    const going = new MemoryRunLog();
    going.commit([
      { runId: 'r 1', events: history().events.slice(0, 4), created: { flow, semanticHash: 'sha256:aa' } },
    ]);
    const { files } = openBundle(exportRun(going, 'r 1', 'bundle').files[0]?.bytes as Uint8Array);
    expect(jsonOf(files.get('outputs.json'))).toBeNull();
    expect(jsonOf(files.get('manifest.json'))).toMatchObject({ status: 'running' });
  });
});

test('an unknown run or target is refused', () => {
  expect(() => exportRun(store, 'nobody', 'events')).toThrow(/There is no run nobody/);
  expect(() => exportRun(store, 'r 1', 'pdf' as RunTarget)).toThrow(/cannot be exported as "pdf"/);
});
