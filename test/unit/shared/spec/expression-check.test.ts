import { describe, expect, test } from 'vitest';
import { body, chain, edge, edit, errors, mended, sentence, small } from './sample-flows';

const transform = { kind: 'transform', output: 1 };
const output = (expression: string) => ({ kind: 'transform', output: { $: expression } });
const at = (expression: string) =>
  errors(
    chain(
      { a: transform, b: output(expression), c: transform },
      { context: { note: { schema: true, merge: 'replace' } } },
    ),
  );
const models = { models: { m: { provider: 'builtin', model: 'x' } }, budget: { tokens: 1 } };
const loop = (inner: object, more: object = {}) => ({
  kind: 'loop',
  while: 'false',
  maxIterations: 1,
  body: inner,
  ...more,
});

describe('E303 read outside the scope', () => {
  test('what every node knows', () => {
    for (const expression of [
      'input',
      'input.a.b',
      'run.id',
      'steps.a.x',
      'steps',
      'context',
      '$exists(steps.a)',
      '$$',
      '$keys($$)',
      'steps.*',
      'run',
    ]) {
      expect(at(expression)).toEqual([]);
    }
  });

  test('a context field the node does not read', () => {
    expect(at('context.note')).toEqual(['E303 /nodes/b/output/$']);
    expect(at('context.note & context.note.x')).toEqual(['E303 /nodes/b/output/$']);
    const flow = chain(
      { b: output('context.note') },
      { context: { note: { schema: true, merge: 'replace' } } },
    );
    expect(sentence(flow, 'E303')).toBe(
      'In node "b", the expression “context.note” reads "context.note", but the node does not list it under "reads".',
    );
    expect(mended(flow, 'E303')).toEqual([]);
    expect(mended(edit(flow, { '/nodes/b/reads': [] }), 'E303')).toEqual([]);
  });

  test('something nobody ever called that', () => {
    expect(at('ticket.text')).toEqual(['E303 /nodes/b/output/$']);
    const flow = chain(
      { b: output('ticket'), c: output('b.x'), d: output('note') },
      { context: { note: { schema: true, merge: 'replace' } } },
    );
    expect(sentence(flow, 'E303')).toBe(
      'In node "b", the expression “ticket” reads "ticket", but nothing is called that here; known are "input", "run", "context", "steps".',
    );
    expect(sentence(edit(flow, { '/nodes/b/output': 1 }), 'E303')).toContain('Did you mean "steps.b"?');
    expect(sentence(edit(flow, { '/nodes/b/output': 1, '/nodes/c/output': 1 }), 'E303')).toContain(
      'Did you mean "context.note"?',
    );
  });

  test('a run tells only its id', () => {
    expect(at('run.secret')).toEqual(['E303 /nodes/b/output/$']);
    expect(at('run.*')).toEqual([]);
  });

  test('each variable only where it exists', () => {
    for (const name of [
      'item',
      'index',
      'iteration',
      'last',
      'output',
      'branches',
      'messages',
      'args',
      'handoff',
      'error',
    ]) {
      expect(at(name)).toEqual(['E303 /nodes/b/output/$']);
    }
    expect(sentence(chain({ b: output('item') }), 'E303')).toContain(
      'but it exists only inside the body of a map.',
    );
  });

  test('item and index inside a map, iteration and last inside a loop, nested ones too', () => {
    const inner = loop(body('y', output('[item, index, iteration, last, steps.begin_y]')));
    expect(errors(chain({ m: { kind: 'map', items: 'input', body: body('x', inner) } }))).toEqual([]);
    expect(
      errors(chain({ l: loop(body('y', transform), { while: 'iteration < 3 and last.more' }) })),
    ).toEqual([]);
    expect(errors(chain({ m: { kind: 'map', items: 'item', body: body('x', transform) } }))).toEqual([
      'E303 /nodes/m/items',
    ]);
  });

  test('a subflow sees nothing of its caller', () => {
    const flow = chain({
      m: {
        kind: 'map',
        items: '[]',
        body: body('x', { kind: 'subflow', flow: 's', input: { a: { $: 'item' } } }),
      },
    });
    expect(errors({ ...flow, subflows: { s: body('y', output('item')) } })).toEqual([
      'E303 /subflows/s/nodes/y/output/$',
    ]);
    expect(errors({ ...flow, subflows: { s: body('y', output('steps.m')) } })).toEqual([
      'E306 /subflows/s/nodes/y/output/$',
    ]);
  });

  test('handoff after an edge that carries one, error after a fallback', () => {
    const handed = edit(chain({ a: transform, b: output('handoff.text') }), {
      '/edges/1/handoff': { name: 'h', schema: true },
    });
    expect(errors(handed)).toEqual([]);
    const failed = edit(chain({ a: transform, b: output('error.kind') }), {
      '/edges/-': edge('a', 'fallback', 'b'),
    });
    expect(errors(failed)).toEqual([]);
    const person = { kind: 'human', mode: 'approve', title: '{{ error.message }}', deadline: 'P1D' };
    const escalated = edit(small(), {
      '/nodes/p': person,
      '/edges/-': edge('p', 'approved', 'done'),
      '/onFailure': { do: 'escalate', to: 'p' },
    });
    expect(errors(escalated)).toEqual([]);
  });

  test('output in gates, writes, undo arguments, conditions and payloads', () => {
    const context = { note: { schema: true, merge: 'replace' } };
    const tool = { kind: 'builtin', name: 'x', description: 'd', input: true, effect: 'read' };
    const node = {
      kind: 'code',
      source: 'x',
      writes: { note: 'output.a' },
      gate: { checks: [{ expr: 'output.a > 1', message: 'm' }] },
      compensate: { tool: 't', args: { a: { $: 'output' } } },
      policy: { retry: { maxAttempts: 2, when: 'output.retry or error.code' } },
    };
    const flow = edit(chain({ c: node }, { context, tools: { t: tool } }), {
      '/edges/1/handoff': { name: 'h', schema: true, payload: { $: 'output' } },
      '/edges/-': edge('c', 'fallback', 'done', {
        when: 'error.attempts > 2',
        handoff: { name: 'g', schema: true, payload: { $: 'error' } },
      }),
    });
    expect(errors(flow)).toEqual([]);
    expect(errors(edit(flow, { '/edges/2/when': 'output' }))).toEqual(['E303 /edges/2/when']);
    expect(errors(edit(flow, { '/nodes/c/args': { a: { $: 'output' } } }))).toEqual([
      'E303 /nodes/c/args/a/$',
    ]);
  });

  test('branches where a join collects, messages where a chat ends', () => {
    const chat = {
      kind: 'chat',
      participants: ['h', 'i'],
      maxRounds: 2,
      until: 'messages[-1].text = "done"',
    };
    const agents = { h: { role: 'R', model: 'm' }, i: { role: 'R', model: 'm' } };
    expect(errors(chain({ c: chat }, { ...models, agents }))).toEqual([]);
    const join = { kind: 'join', collect: { all: { $: 'branches' } } };
    expect(errors(chain({ j: join })).filter((problem) => !problem.startsWith('E208'))).toEqual([]);
  });

  test('tool definitions know their arguments and nothing else', () => {
    const http = {
      kind: 'http',
      description: 'd',
      input: true,
      effect: 'read',
      method: 'GET',
      allowHosts: ['a.example'],
      url: 'https://a.example/{{ args.id }}',
    };
    const flow = (more: object) =>
      errors(chain({ t: { kind: 'tool', tool: 'w' } }, { tools: { w: { ...http, ...more } } }));
    expect(flow({ headers: { A: { $: 'args.a' } }, query: { q: { $: '$$' } }, body: { $: 'args' } })).toEqual(
      [],
    );
    expect(flow({ url: 'https://a.example/{{ input.id }}' })).toEqual(['E303 /tools/w/url']);
    expect(flow({ headers: { A: { $: 'context.x' } } })).toEqual(['E303 /tools/w/headers/A/$']);
    expect(flow({ query: { a: { $: 'steps.t' } } })).toEqual(['E303 /tools/w/query/a/$']);
    expect(flow({ body: { a: [{ $: 'run.id' }] } })).toEqual(['E303 /tools/w/body/a/0/$']);
    expect(flow({ policy: { retry: { maxAttempts: 2, when: 'args.x' } } })).toEqual([
      'E303 /tools/w/policy/retry/when',
    ]);
  });

  test('named policies know the result and the failure', () => {
    const policy = (when: string) =>
      errors({ ...small(), policies: { p: { retry: { maxAttempts: 2, when } } } });
    expect(policy('output.again or error.kind = "error"')).toEqual([]);
    expect(policy('item')).toEqual(['E303 /policies/p/retry/when']);
  });

  test('role contracts are held against every node that uses them', () => {
    const agent = {
      role: 'R',
      model: 'm',
      instructions: 'About {{ context.note }}',
      gate: { checks: [{ expr: 'output.a = input.a', message: 'm' }] },
      policy: { retry: { maxAttempts: 2, when: 'error.code' } },
    };
    const flow = chain(
      {
        a: { kind: 'agent', agent: 'h', reads: ['note'] },
        b: { kind: 'agent', agent: 'h' },
        s: { kind: 'supervisor', model: 'm', instructions: 'x', workers: ['h', 'h'], reads: ['note'] },
      },
      {
        ...models,
        agents: { h: agent, idle: { ...agent, instructions: '{{ (' } },
        context: { note: { schema: true, merge: 'replace' } },
      },
    );
    expect(errors(flow)).toEqual(['E303 /agents/h/instructions', 'E305 /agents/idle/instructions']);
    expect(sentence(flow, 'E303')).toBe(
      'In agent "h", as node "b" uses it, the expression “context.note” reads "context.note", but the node does not list it under "reads".',
    );
    expect(errors(edit(flow, { '/nodes/b/reads': ['note'], '/agents/idle/instructions': 'x' }))).toEqual([]);
  });

  test('what cannot be read is not judged', () => {
    expect(errors(edit(chain({ a: transform, b: output('handoff') }), { '/edges/1/handoff': 5 }))).toEqual([
      'E104 /edges/1/handoff',
    ]);
    expect(errors(edit(chain({ a: transform, b: output('handoff') }), { '/edges/1': 5 }))).toEqual([
      'E104 /edges/1',
    ]);
    expect(errors(edit(chain({ a: transform }), { '/agents': { h: { role: 5, model: 'm' } } }))).toEqual([
      'E104 /agents/h/role',
    ]);
  });
});

describe('E305 expressions and templates', () => {
  test.each([
    ['an expression', chain({ b: output('input.(') }), '/nodes/b/output/$'],
    [
      'a condition',
      edit(small(), { '/edges/-': edge('work', 'fallback', 'done', { when: '1 +' }) }),
      '/edges/2/when',
    ],
    [
      'an open hole',
      chain({ h: { kind: 'human', mode: 'approve', title: 'Hi {{ input', deadline: 'P1D' } }),
      '/nodes/h/title',
    ],
    [
      'an empty hole',
      chain({ h: { kind: 'human', mode: 'approve', title: 'Hi {{ }}', deadline: 'P1D' } }),
      '/nodes/h/title',
    ],
  ])('%s that cannot be read', (_, flow, pointer) => {
    expect(errors(flow).filter((problem) => problem.startsWith('E305'))).toEqual([`E305 ${pointer}`]);
  });

  test('every place that holds an expression is looked at', () => {
    const bad = '(';
    const hole = '{{ ( }}';
    const map = { a: { $: bad } };
    const flow = chain(
      {
        agent: { kind: 'agent', agent: 'h', prompt: hole },
        tool: { kind: 'tool', tool: 't', args: map },
        human: {
          kind: 'human',
          mode: 'approve',
          title: hole,
          body: hole,
          show: [bad],
          propose: map,
          review: { rate: 1, when: bad },
        },
        branch: { kind: 'branch', cases: [{ port: 'next', when: bad }] },
        join: { kind: 'join', collect: map },
        map: { kind: 'map', items: bad, body: body('x', transform) },
        loop: loop(body('y', transform), { while: bad }),
        sub: { kind: 'subflow', flow: 's', input: map },
        code: { kind: 'code', source: 'x', args: map },
        wait: { kind: 'wait', until: bad },
        sup: { kind: 'supervisor', model: 'm', instructions: hole, workers: ['h'] },
        plan: { kind: 'planner', model: 'm', goal: hole, catalogue: { nodes: {} }, approve: { title: hole } },
        chat: { kind: 'chat', participants: ['h', 'h'], until: bad, maxRounds: 1 },
      },
      { ...models, agents: { h: { role: 'R', model: 'm' } }, subflows: { s: body('z', transform) } },
    );
    const places = errors(edit(flow, { '/nodes/done/output': map })).filter((problem) =>
      problem.startsWith('E305'),
    );
    expect(places.map((problem) => problem.slice(5)).toSorted()).toEqual(
      [
        '/nodes/agent/prompt',
        '/nodes/branch/cases/0/when',
        '/nodes/chat/until',
        '/nodes/code/args/a/$',
        '/nodes/done/output/a/$',
        '/nodes/human/body',
        '/nodes/human/propose/a/$',
        '/nodes/human/review/when',
        '/nodes/human/show/0',
        '/nodes/human/title',
        '/nodes/join/collect/a/$',
        '/nodes/loop/while',
        '/nodes/map/items',
        '/nodes/plan/approve/title',
        '/nodes/plan/goal',
        '/nodes/sub/input/a/$',
        '/nodes/sup/instructions',
        '/nodes/tool/args/a/$',
        '/nodes/wait/until',
      ].toSorted(),
    );
  });

  test('literals are not looked into', () =>
    expect(errors(chain({ b: { kind: 'transform', output: { $literal: { $: '(' } } } }))).toEqual([]));
});
