import { describe, expect, test } from 'vitest';
import { body, chain, edge, edit, found, mended, sentence, small } from './sample-flows';

const model = { provider: 'builtin', model: 'x' };
const tool = { kind: 'builtin', name: 'clock', description: 'd', input: true, effect: 'read' };
const person = { kind: 'human', mode: 'approve', title: 'Ok?', deadline: 'P1D' };

/** A flow with an agent and a tool that draws no warning. */
function calm(): Record<string, unknown> {
  const flow = chain(
    { a: { kind: 'agent', agent: 'h' }, t: { kind: 'tool', tool: 'clock' } },
    {
      models: { m: model },
      tools: { clock: tool },
      agents: { h: { role: 'R', model: 'm' } },
      budget: { tokens: 1000 },
    },
  );
  const edges = flow['edges'] as object[];
  return { ...flow, edges: [...edges, edge('a', 'fallback', 'done'), edge('t', 'fallback', 'done')] };
}

test('a flow that thinks of everything draws no warning', () => expect(found(calm())).toEqual([]));

describe('W401 no way after a failure', () => {
  const flow = edit(calm(), { '/edges/4': undefined });

  test('an agent or tool without a fallback', () => {
    expect(found(flow)).toEqual(['W401 /nodes/t']);
    expect(sentence(flow, 'W401')).toBe(
      'When node "t" fails, the flow fails: it has no "fallback" edge. Lead it to a person, a simpler step or an end.',
    );
  });

  test('an escalation is a way', () => {
    const nodes = {
      '/nodes/p': person,
      '/edges/-': edge('p', 'approved', 'done'),
      '/onFailure': { do: 'escalate', to: 'p' },
    };
    expect(found(edit(flow, nodes))).toEqual([]);
  });

  test('the fallback of a container is a way', () => {
    const mapped = chain(
      { m: { kind: 'map', items: '[]', body: body('x', { kind: 'tool', tool: 'clock' }) } },
      { tools: { clock: tool } },
    );
    expect(found(mapped)).toEqual(['W401 /nodes/m/body/nodes/x']);
    expect(found(edit(mapped, { '/edges/-': edge('m', 'fallback', 'done') }))).toEqual([]);
    expect(found(edit(mapped, { '/edges/1': 5 }))).toEqual(['E104 /edges/1']);
  });

  test('a catalogue has no edges to lead anywhere', () => {
    const planner = {
      kind: 'planner',
      model: 'm',
      goal: 'g',
      catalogue: { nodes: { x: { kind: 'tool', tool: 'clock' } } },
    };
    expect(found(chain({ p: planner }, { tools: { clock: tool }, models: { m: model } }))).toEqual([]);
  });
});

describe('W402 no budget', () => {
  test('models without any bound', () => {
    const flow = edit(calm(), { '/budget': undefined });
    expect(found(flow)).toEqual(['W402 /budget']);
    expect(mended(flow, 'W402')).toEqual([]);
  });

  test('a budget that does not bound models', () => {
    expect(found(edit(calm(), { '/budget': { steps: 5 } }))).toEqual(['W402 /budget']);
    for (const budget of [{ turns: 5 }, { cost: { amount: 1, currency: 'USD' } }])
      expect(found(edit(calm(), { '/budget': budget }))).toEqual([]);
  });

  test('one that cannot be read, and a flow without models', () => {
    expect(found(edit(calm(), { '/budget': 5 }))).toEqual(['E104 /budget']);
    expect(found(small())).toEqual([]);
  });
});

describe('W403 unguarded effect', () => {
  const once = edit(calm(), { '/tools/clock/effect': 'once' });

  test('a step that calls it without asking or undoing', () => {
    expect(found(once)).toEqual(['W403 /nodes/t']);
    expect(mended(once, 'W403')).toEqual([]);
    expect(found(edit(once, { '/tools/clock/approval': 'never' }))).toEqual(['W403 /nodes/t']);
    expect(found(edit(once, { '/tools/clock/approval': 'first' }))).toEqual([]);
    expect(found(edit(once, { '/nodes/t/compensate': { tool: 'clock' } }))).toEqual([]);
  });

  test('an agent that may call it', () => {
    const flow = edit(once, { '/agents/h/tools': ['clock'], '/nodes/t/compensate': { tool: 'clock' } });
    expect(found(flow)).toEqual(['W403 /agents/h/tools/0']);
    expect(found(edit(flow, { '/tools/clock/effect': 'idempotent' }))).toEqual([]);
    expect(found(edit(flow, { '/tools/clock': 5 }))).toEqual(['E104 /tools/clock']);
  });
});

describe('W404 confidence not looked at', () => {
  const output = { type: 'object', properties: { confidence: { type: 'number' } } };

  test('an agent whose output has a confidence and no bar for it', () => {
    const flow = edit(calm(), { '/agents/h/output': output });
    expect(found(flow)).toEqual(['W404 /agents/h']);
    expect(mended(flow, 'W404')).toEqual([]);
    expect(mended(edit(flow, { '/agents/h/gate': {} }), 'W404')).toEqual([]);
  });

  test('a bar of the agent, of its nodes, or a check of its own', () => {
    const flow = edit(calm(), { '/agents/h/output': output });
    expect(
      found(
        edit(flow, { '/agents/h/gate': { checks: [{ expr: 'output.confidence > 0.5', message: 'm' }] } }),
      ),
    ).toEqual([]);
    expect(found(edit(flow, { '/nodes/a/gate': { minConfidence: 0.5 } }))).toEqual([]);
    expect(found(edit(flow, { '/agents/h/gate': { checks: [{ expr: 'output.x', message: 'm' }] } }))).toEqual(
      ['W404 /agents/h'],
    );
  });
});

describe('W405 no deadline', () => {
  test('a person who may never answer', () => {
    const flow = {
      ...chain({ p: { ...person, deadline: undefined } }),
      edges: [edge('start', 'next', 'p'), edge('p', 'approved', 'done')],
    };
    expect(found(flow)).toEqual(['W405 /nodes/p']);
    expect(found(edit(flow, { '/nodes/p/deadline': 'PT1H' }))).toEqual([]);
  });
});

describe('W406 not used', () => {
  const more = {
    '/models/spare': model,
    '/tools/spare': tool,
    '/agents/spare': { role: 'R', model: 'm' },
    '/mcpServers': { spare: { transport: 'stdio', command: 'c' } },
    '/subflows': { spare: body('x', { kind: 'transform', output: 1 }) },
  };

  test('what nothing uses', () => {
    expect(found(edit(calm(), more))).toEqual([
      'W406 /agents/spare',
      'W406 /tools/spare',
      'W406 /models/spare',
      'W406 /mcpServers/spare',
      'W406 /subflows/spare',
    ]);
  });

  test('every way of using something counts', () => {
    const judge = { judge: { model: 'judge', instructions: 'i', minScore: 0.5 } };
    const flow = edit(calm(), {
      '/models': { m: { ...model, fallback: ['next'] }, next: model, judge: model, boss: model },
      '/tools': { clock: tool, undo: { ...tool, kind: 'mcp', server: 's', name: 'n' }, own: tool },
      '/mcpServers': { s: { transport: 'stdio', command: 'c' } },
      '/agents/h': { role: 'R', model: 'm', gate: judge, tools: ['own'] },
      '/nodes/a/gate': judge,
      '/nodes/a/compensate': { tool: 'undo' },
      '/subflows': { s: body('x', { kind: 'supervisor', model: 'boss', instructions: 'i', workers: ['h'] }) },
      '/nodes/t': { kind: 'subflow', flow: 's' },
    });
    expect(found(edit(flow, { '/subflows/s/edges/-': edge('x', 'fallback', 'finish_x') }))).toEqual([
      'W406 /tools/clock',
    ]);
  });

  test('is not said when a user may be unreadable', () => {
    expect(
      found(edit(edit(calm(), more), { '/nodes/x': { kind: 'teleport' }, '/edges/3/to': 'x' })).filter(
        (problem) => problem.startsWith('W406'),
      ),
    ).toEqual([]);
  });
});

describe('W421 tests and rehearsal', () => {
  test('name nodes that exist', () => {
    const test = {
      name: 'one',
      expect: { path: ['work', 'wrok'] },
      faults: [
        { node: 'work#2', attempt: 1, kind: 'slow' },
        { node: 'orders[3]/gone[1]', attempt: '*', kind: 'slow' },
      ],
    };
    const flow = {
      ...small(),
      rehearsal: { nodes: { work: {}, other: {} } },
      tests: [test, 5, { name: 'two', expect: {} }],
    };
    expect(found(flow)).toEqual([
      'E104 /tests/1',
      'W421 /rehearsal/nodes/other',
      'W421 /tests/0/expect/path/1',
      'W421 /tests/0/faults/1/node',
    ]);
    expect(sentence({ ...flow, rehearsal: {} }, 'W421')).toBe(
      'Test "one" names the node "wrok", which does not exist. Did you mean "work"?',
    );
  });

  test('a step of a plan has a name that only the run knows', () => {
    const flow = edit(small(), {
      '/models': { reader: { provider: 'builtin', model: 'en-lite' } },
      '/budget': { tokens: 1000 },
      '/nodes/work': {
        kind: 'planner',
        model: 'reader',
        goal: 'Do it.',
        catalogue: { nodes: { part: { kind: 'transform', output: 1 } } },
      },
      '/tests': [{ name: 'one', expect: {}, faults: [{ node: 'work/s3', attempt: '*', kind: 'error' }] }],
    });
    expect(found(flow).filter((code) => code.startsWith('W421'))).toEqual([]);
  });
});

describe('W424 argument missing', () => {
  const needing = edit(calm(), {
    '/tools/clock/input': { type: 'object', required: ['zone', 'key'] },
    '/tools/clock/keyArgument': 'key',
  });

  test('a required argument the step does not give', () => {
    expect(found(needing)).toEqual(['W424 /nodes/t']);
    expect(found(edit(needing, { '/nodes/t/args': { zone: 'UTC' } }))).toEqual([]);
    expect(found(edit(needing, { '/nodes/t/args': 'UTC' }))).toEqual(['W424 /nodes/t']);
  });

  test('an expression may give anything', () => {
    expect(found(edit(needing, { '/nodes/t/args': { $: 'input' } }))).toEqual([]);
    expect(found(edit(needing, { '/nodes/t/args': { $literal: {} } }))).toEqual([]);
  });
});

describe('W441 credentials', () => {
  const http = {
    kind: 'http',
    description: 'd',
    input: true,
    effect: 'read',
    method: 'GET',
    allowHosts: ['a.example'],
    url: 'https://a.example/',
  };
  const calling = (more: object) => found(edit(calm(), { '/tools/clock': { ...http, ...more } }));

  test.each<[string, object, string]>([
    ['a header by its name', { headers: { Authorization: 'letmein' } }, 'headers/Authorization'],
    ['a header by its value', { headers: { 'X-A': 'Bearer abcdefgh12' } }, 'headers/X-A'],
    ['a literal', { headers: { 'X-Api-Key': { $literal: 'letmein' } } }, 'headers/X-Api-Key/$literal'],
    ['a key in a list', { query: { keys: ['sk-abcdefghijklmnopqrst'] } }, 'query/keys/0'],
    ['a user in the address', { url: 'https://me:pw@a.example/' }, 'url'],
    ['a key in the address', { url: 'https://a.example/?api_key=abcd1234' }, 'url'],
    ['a token in the address', { url: 'https://a.example/ghp_abcdefghijklmnopqrstu' }, 'url'],
  ])('%s', (_, more, place) => expect(calling(more)).toEqual([`W441 /tools/clock/${place}`]));

  test.each<[string, object]>([
    ['names of secrets', { headers: { Authorization: { secret: 'KEY' } }, secret: 'KEY' }],
    [
      'expressions',
      { headers: { Authorization: { $: 'args.token' } }, url: 'https://a.example/?token={{ args.token }}' },
    ],
    [
      'ordinary values',
      { headers: { Accept: 'text/plain', 'X-Count': 5 }, query: { max_tokens: '1000', q: 'x' } },
    ],
  ])('%s are fine', (_, more) => expect(calling(more)).toEqual([]));

  test('environments, arguments and settings are looked at, too', () => {
    const flow = edit(calm(), {
      '/mcpServers': {
        s: {
          transport: 'stdio',
          command: 'c',
          args: ['--key', 'sk-abcdefghijklmnopqrst'],
          env: { DB_PASSWORD: 'letmein', HOME: '/home/x', K: { secret: 'A' } },
        },
        t: { transport: 'http', url: 'https://me@a.example/' },
        broken: 5,
      },
      '/models/m/settings': { temperature: 0, apiKey: 'letmein', maxOutputTokens: 5 },
      '/models/c': { provider: 'openai-compatible', model: 'x', baseURL: 'http://u:p@127.0.0.1/v1' },
      '/models/broken': 5,
    });
    expect(found(flow).filter((problem) => problem.startsWith('W441'))).toEqual([
      'W441 /mcpServers/s/env/DB_PASSWORD',
      'W441 /mcpServers/s/args/1',
      'W441 /mcpServers/t/url',
      'W441 /models/m/settings/apiKey',
      'W441 /models/c/baseURL',
    ]);
  });
});
