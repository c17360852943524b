import { describe, expect, test } from 'vitest';
import { modelDependency, toolDependency } from '../../../../shared/engine/calls';
import type { Call } from '../../../../shared/ports/calls';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Model, Tool } from '../../../../shared/spec/parts';
import { asks, at, fails, gives, graph, play, type PlayOptions, rowOf, say } from '../../../fakes/small-flow';

const turnOf = (call: Call) => (call.type === 'model' ? call.turn : 0);
const oneTry = { default: { retry: { maxAttempts: 1 } } };

describe('what a call depends on', () => {
  const model = (more: Partial<Model>): Model => ({ provider: 'openai', model: 'm', ...more }) as Model;

  test('a model: its provider, its name and the host it is asked at', () => {
    expect(
      [
        model({}),
        model({ provider: 'builtin' }),
        model({ provider: 'simulated' }),
        model({ provider: 'openai-compatible', baseURL: 'http://LOCALHOST:11434/v1' }),
        model({ provider: 'openai-compatible', baseURL: 'nowhere' }),
      ].map(modelDependency),
    ).toEqual([
      'model:openai/m@openai',
      'model:builtin/m@local',
      'model:simulated/m@local',
      'model:openai-compatible/m@localhost:11434',
      'model:openai-compatible/m@nowhere',
    ]);
  });

  test('a tool: its host, its server, its file or folder; what runs here depends on itself', () => {
    const common = { description: 'd', input: {}, effect: 'read' as const };
    const http = (url: string): Tool =>
      ({ ...common, kind: 'http', method: 'GET', url, allowHosts: ['api.example.com'] }) as Tool;
    const others = [
      { ...common, kind: 'mcp', server: 'crm', name: 'find' },
      { ...common, kind: 'sql', file: 'shop.db', statement: 'select 1' },
      { ...common, kind: 'file', folder: 'in', operation: 'read' },
      { ...common, kind: 'code', source: 'return 1' },
      { ...common, kind: 'builtin', name: 'echo' },
    ] as unknown as Tool[];
    expect(
      [
        http('https://API.example.com:443/a/{{ args.id }}'),
        http('http://api.example.com:8080'),
        ...others,
      ].map((tool) => toolDependency('t', tool)),
    ).toEqual([
      'host:api.example.com',
      'host:api.example.com:8080',
      'mcp:crm',
      'file:shop.db',
      'file:in',
      'tool:t',
      'tool:t',
    ]);
  });

  test('a call of an MCP tool carries how its server is reached', () => {
    const server = { transport: 'http', url: 'https://crm.example.com' } as const;
    const flow = rowOf(
      { t: { kind: 'tool', tool: 'find' } },
      {
        mcpServers: { crm: server },
        tools: {
          find: { description: 'd', input: {}, effect: 'read', kind: 'mcp', server: 'crm', name: 'find' },
        },
      },
    );
    expect(play(flow).calls).toMatchObject([{ dependency: 'mcp:crm', mcpServer: server }]);
  });
});

test('a model chosen for the run is asked instead of the one drawn', () => {
  const overrides = { models: { main: { provider: 'test', model: 'other' } } };
  const run = play(rowOf({ a: { kind: 'agent', agent: 'worker' } }), { overrides });
  expect(run.calls).toMatchObject([{ modelName: 'main', model: { model: 'other', fallback: ['spare'] } }]);
});

describe('policies of calls', () => {
  test('code is tried once by itself, in five seconds; its output is checked', () => {
    const code = (more: object): FlowNode =>
      ({ kind: 'code', source: 'return 1', output: { type: 'number' }, ...more }) as FlowNode;
    const run = play(rowOf({ c: code({}) }), { script: () => fails('timeout') });
    expect(run.calls).toMatchObject([
      { type: 'code', args: {}, output: { type: 'number' }, limits: { timeoutMs: 5000 } },
    ]);
    const args = { n: { $: 'input.n' } };
    const wrong = play(rowOf({ c: code({ args }) }), { input: { n: 3 }, script: () => gives('three') });
    expect(wrong.calls).toMatchObject([{ args: { n: 3 } }]);
    expect(wrong.data('step.failed')).toMatchObject([{ kind: 'invalid_output' }]);
    const free = play(rowOf({ c: code({ output: undefined, args: { $: 'input.nothing' } }) }));
    expect(free.calls).toMatchObject([{ args: {} }]);
    expect(free.calls[0]).not.toHaveProperty('output');
    expect(free.last.data).toMatchObject({ output: { n: 1 } });
  });

  test('a policy is given by name or in place; a rate limit goes with the call', () => {
    const policies = { slow: { rateLimit: { requests: 2, per: 'PT10S' }, timeout: 'PT2S' } };
    const run = play(
      rowOf(
        {
          a: { kind: 'tool', tool: 'look', policy: 'slow' },
          b: { kind: 'tool', tool: 'look', policy: { timeout: 'PT3S' } },
        },
        { policies },
      ),
    );
    expect(run.calls.map((call) => [call.limits.timeoutMs, call.limits.rateLimit])).toEqual([
      [2000, { requests: 2, perMs: 10_000 }],
      [3000, undefined],
    ]);
  });

  test('what the flow itself got wrong is not tried again, also when a host finds it out', () => {
    for (const code of ['tool/bad-arguments', 'expr/failed', 'expr/limit']) {
      const policies = { default: { retry: { maxAttempts: 3, on: ['error' as const] } } };
      const run = play(rowOf({ t: { kind: 'tool', tool: 'look' } }, { policies }), {
        script: () => fails('error', { code }),
      });
      expect(run.calls).toHaveLength(1);
    }
  });

  test('a model that is built in or simulated costs nothing, in the currency of its price', () => {
    for (const provider of ['builtin', 'simulated'] as const) {
      const price = { inputPerMTok: 1e6, outputPerMTok: 1e6, currency: 'EUR' };
      for (const more of [{}, { price }]) {
        const flow = rowOf(
          { a: { kind: 'agent', agent: 'worker' } },
          {
            models: { main: { provider, model: 'm', ...more } },
            budget: { cost: { amount: 0.01, currency: 'EUR' } },
          },
        );
        expect(play(flow).status).toBe('completed');
      }
    }
  });

  test('a team that gets no answer asks the next model of its chain', () => {
    for (const team of [
      { kind: 'supervisor', model: 'main', instructions: 'Lead', workers: ['worker', 'other'] },
      {
        kind: 'planner',
        model: 'main',
        goal: 'Plan',
        catalogue: { nodes: { look: { kind: 'tool', tool: 'look' } } },
      },
    ]) {
      const flow = rowOf(
        { team: team as FlowNode },
        { policies: oneTry, agents: { other: { role: 'Other', model: 'main' } } },
      );
      const run = play(flow, {
        script: (call) =>
          call.type !== 'model'
            ? undefined
            : call.modelName === 'main'
              ? fails('unavailable')
              : say(call.purpose === 'plan' ? { steps: [{ id: 'a', use: 'look' }] } : { done: 'ok' }),
      });
      expect(run.data('retry.scheduled', 'team')).toMatchObject([{ model: 'spare' }]);
      expect(run.status).toBe('completed');
    }
  });
});

describe('calls inside an agent', () => {
  const flow = (tool: Partial<Tool>, more: object = {}) =>
    rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      {
        policies: oneTry,
        tools: {
          find: {
            description: 'd',
            input: {},
            effect: 'read',
            kind: 'builtin',
            name: 'echo',
            ...tool,
          } as Tool,
        },
        agents: { doer: { role: 'd', model: 'main', tools: ['find'] } },
        ...more,
      },
    );

  test('a call that waits for its place is not asked for twice', () => {
    const script: PlayOptions['script'] = (call) =>
      call.type === 'tool'
        ? [gives(call.call), 100]
        : turnOf(call) === 1
          ? say('', asks('find', {}, 'x'), asks('find', {}, 'y'), asks('find', {}, 'z'))
          : say('done');
    const run = play(flow({ policy: { concurrency: 1 } }), { script });
    expect(run.data('governor.queued')).toHaveLength(2);
    expect(run.calls.flatMap((call) => (call.type === 'tool' ? [call.call] : []))).toEqual([1, 2, 3]);
    expect(run.status).toBe('completed');
  });

  test('a call refused by an open breaker is an error result to the model', () => {
    const policy = { breaker: { failures: 1, window: 'PT1M', cooldown: 'PT1M' }, retry: { maxAttempts: 1 } };
    const script: PlayOptions['script'] = (call) =>
      call.type === 'tool' ? fails('unavailable') : turnOf(call) < 3 ? say('', asks('find')) : say('done');
    const run = play(flow({ policy }), { script });
    expect(run.data('governor.refused')).toMatchObject([{ reason: 'circuit_open' }]);
    expect(run.data('tool.failed')).toMatchObject([{ kind: 'unavailable' }, { kind: 'circuit_open' }]);
    expect(run.last.data).toMatchObject({ output: 'done' });
  });

  test('three ill-formed calls in a row fail the step with `denied`; unlisted ones too', () => {
    const strict = { input: { type: 'object', required: ['q'] } };
    const calling = (name: string) =>
      play(flow(strict), { script: (call) => (call.type === 'model' ? say('', asks(name)) : undefined) });
    expect(calling('find').data('step.failed')).toMatchObject([
      { kind: 'denied', code: 'tool/bad-arguments' },
    ]);
    expect(calling('look').data('step.failed')).toMatchObject([{ kind: 'denied', code: 'tool/not-listed' }]);
  });

  test('a turn that waited for its place counts as running again when it is answered', () => {
    const agents = { doer: { role: 'd', model: 'main', tools: ['find'] } };
    const agent: FlowNode = { kind: 'agent', agent: 'doer' };
    const body = graph({ s: { kind: 'start' }, t: agent, e: { kind: 'end' } }, 's > t', 't > e');
    const one = flow({}, { agents, policies: { default: { concurrency: 1 } } });
    const seen: (string | undefined)[] = [];
    const run = play(
      { ...one, nodes: { ...one.nodes, a: { kind: 'map', items: '[1,2]', body } } },
      {
        script: (call) =>
          call.type === 'tool'
            ? gives(1)
            : turnOf(call) === 1
              ? [say('', asks('find')), 100]
              : [say('done'), 100],
        facts: (events, state) => {
          for (const event of events)
            if (at('model.completed')(event)) seen.push(state.steps.get(event.step ?? '')?.status);
          return [];
        },
      },
    );
    expect(run.data('governor.queued').length).toBeGreaterThan(1);
    expect(seen.filter((status) => status === 'queued')).toEqual([]);
    expect(run.status).toBe('completed');
  });

  test('a transfer with arguments that are no object hands over nothing', () => {
    const handing = rowOf(
      { a: { kind: 'agent', agent: 'worker' }, b: { kind: 'transform', output: { $: '[handoff]' } } },
      {
        ways: [
          ['a.handoff > b', { handoff: { name: 'go', schema: {} } }],
          ['a.handoff > end', { handoff: { name: 'stop', schema: { type: 'string' } } }],
        ],
      },
    );
    const run = play(handing, { script: () => say('', { id: 'x', name: 'transfer_to_go', args: 'now' }) });
    expect(run.data('step.committed', 'a')).toMatchObject([
      { output: '', handoff: { name: 'go', payload: null } },
    ]);
  });
});
