import { describe, expect, test } from 'vitest';
import { body, chain, edge, edit, errors, found, mended, problemsOf, sentence, small } from './sample-flows';

const transform = { kind: 'transform', output: 1 };
const model = { provider: 'builtin', model: 'x' };
const tool = { kind: 'builtin', name: 'clock', description: 'd', input: true, effect: 'read' };
const person = { kind: 'human', mode: 'approve', title: 'Ok?', deadline: 'P1D' };

/** start → a (agent) → done, with everything declared. */
function acting(node: object = {}, agent: object = {}): Record<string, unknown> {
  return chain(
    { a: { kind: 'agent', agent: 'helper', ...node } },
    {
      context: { note: { schema: true, merge: 'replace' }, log: { schema: true, merge: 'append' } },
      models: { m: model, other: model },
      mcpServers: { files: { transport: 'stdio', command: 'node' } },
      tools: { clock: tool },
      agents: { helper: { role: 'R', model: 'm', ...agent } },
      policies: { calm: { timeout: 'PT5S' } },
    },
  );
}

describe('E301 unknown name', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['agent of a node', '/nodes/a/agent', { '/nodes/a/agent': 'helpr' }],
    ['model of an agent', '/agents/helper/model', { '/agents/helper/model': 'x1' }],
    ['tool of an agent', '/agents/helper/tools/0', { '/agents/helper/tools': ['clok'] }],
    ['policy of an agent', '/agents/helper/policy', { '/agents/helper/policy': 'clam' }],
    ['policy of a tool', '/tools/clock/policy', { '/tools/clock/policy': 'clam' }],
    ['policy of a node', '/nodes/a/policy', { '/nodes/a/policy': 'clam' }],
    [
      'judge of a gate',
      '/nodes/a/gate/judge/model',
      { '/nodes/a/gate': { judge: { model: 'q', instructions: 'x', minScore: 1 } } },
    ],
    [
      'judge of an agent',
      '/agents/helper/gate/judge/model',
      { '/agents/helper/gate': { judge: { model: 'q', instructions: 'x', minScore: 1 } } },
    ],
    ['fallback of a model', '/models/m/fallback/1', { '/models/m/fallback': ['other', 'q'] }],
    [
      'server of a tool',
      '/tools/t/server',
      { '/tools/t': { ...tool, kind: 'mcp', server: 'fils', name: 'x' } },
    ],
    ['undo tool', '/nodes/a/compensate/tool', { '/nodes/a/compensate': { tool: 'undo' } }],
    ['field read', '/nodes/a/reads/1', { '/nodes/a/reads': ['note', 'nope'] }],
    ['field written', '/nodes/a/writes/nope', { '/nodes/a/writes': { nope: 'output', note: 'output' } }],
    [
      'worker',
      '/nodes/a/workers/1',
      { '/nodes/a': { kind: 'supervisor', model: 'm', instructions: 'x', workers: ['helper', 'q'] } },
    ],
    [
      'model of a supervisor',
      '/nodes/a/model',
      { '/nodes/a': { kind: 'supervisor', model: 'q', instructions: 'x', workers: ['helper'] } },
    ],
    [
      'model of a planner',
      '/nodes/a/model',
      { '/nodes/a': { kind: 'planner', model: 'q', goal: 'x', catalogue: { nodes: {} } } },
    ],
    [
      'participant',
      '/nodes/a/participants/0',
      { '/nodes/a': { kind: 'chat', participants: ['q', 'helper'], maxRounds: 2 } },
    ],
    ['subflow', '/nodes/a/flow', { '/nodes/a': { kind: 'subflow', flow: 'q' } }],
    ['tool of a node', '/nodes/a/tool', { '/nodes/a': { kind: 'tool', tool: 'q' } }],
    ['field in an expression', '/nodes/a/prompt', { '/nodes/a/prompt': '{{ context.nothing }}' }],
    ['step in an expression', '/nodes/a/prompt', { '/nodes/a/prompt': '{{ steps.nothing }}' }],
  ])('%s', (_, pointer, changes) => {
    expect(errors(edit(acting(), changes))).toEqual([`E301 ${pointer}`]);
  });

  test('offers the name that was meant', () => {
    const flow = edit(acting(), { '/nodes/a/agent': 'helpr' });
    expect(sentence(flow, 'E301')).toBe(
      'In node "a", there is no agent called "helpr". Did you mean "helper"?',
    );
    expect(mended(flow, 'E301')).not.toContain('E301 /nodes/a/agent');
    expect(sentence(edit(acting(), { '/nodes/a/agent': 'xyzzyx' }), 'E301')).toContain(
      'Declare it under "agents".',
    );
    expect(sentence(edit(acting(), { '/nodes/a/writes': { nte: 'output' } }), 'E301')).toContain(
      'Did you mean "note"?',
    );
    expect(sentence(edit(acting(), { '/nodes/a/prompt': '{{ context.nte }}' }), 'E301')).toContain(
      'Did you mean "note"?',
    );
    expect(sentence(edit(acting(), { '/nodes/a/prompt': '{{ steps.strat }}' }), 'E301')).toContain(
      'Did you mean "start"?',
    );
  });

  test('a part whose shape is broken is known by its name', () => {
    expect(errors(edit(acting(), { '/agents/helper/role': 5 }))).toEqual(['E104 /agents/helper/role']);
  });

  test('failures escalate to a human node of the flow itself', () => {
    const flow = {
      ...chain({ a: { ...person } }),
      edges: [edge('start', 'next', 'a'), edge('a', 'approved', 'done')],
    };
    const to = (onFailure: object) => errors({ ...flow, onFailure });
    expect(to({ do: 'escalate', to: 'a' })).toEqual([]);
    expect(to({ do: 'escalate', to: 'nobody' })).toEqual(['E301 /onFailure/to']);
    expect(to({ do: 'escalate', to: 'done' })).toEqual(['E301 /onFailure/to']);
    expect(to({ do: 'escalate' })).toEqual(['E105 /onFailure/to']);
    expect(to({ do: 'fail', to: 'a' })).toEqual(['E310 /onFailure/to']);
    expect(to({ do: 'fail' })).toEqual([]);
    expect(
      errors({ ...edit(flow, { '/nodes/a/kind': 'humn' }), onFailure: { do: 'escalate', to: 'a' } }),
    ).toEqual(['E103 /nodes/a/kind']);
  });
});

describe('E302 schema', () => {
  const withInput = (input: unknown, schemas: object = {}) => ({ ...small(), input, schemas });

  test('a reference names a schema of the document', () => {
    expect(found(withInput({ $ref: '#/schemas/Order' }, { Order: { type: 'object' } }))).toEqual([]);
    const flow = withInput({ properties: { a: { $ref: '#/schemas/Ordr' } } }, { Order: true });
    expect(found(flow)).toEqual(['E302 /input/properties/a/$ref']);
    expect(sentence(flow, 'E302')).toBe(
      'In the flow, the reference "#/schemas/Ordr" leads nowhere. There is no schema "Ordr". Did you mean "Order"?',
    );
    expect(mended(flow, 'E302')).toEqual([]);
    expect(sentence(withInput({ $ref: '#/schemas/Zzzzz' }), 'E302')).toMatch(/There is no schema "Zzzzz"\.$/);
  });

  test('never an address, a file or something that is no text', () => {
    for (const $ref of [
      'https://a.example/x.json',
      'other.json',
      '#/nodes/a',
      '#/schemas/A/properties/b',
      5,
    ]) {
      expect(found(withInput({ $ref }, { A: true }))).toEqual(['E302 /input/$ref']);
    }
  });

  test('a reference to a definition of its own', () => {
    expect(found(withInput({ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }))).toEqual([]);
    expect(found(withInput({ $ref: '#/$defs/b', $defs: { a: {} } }))).toEqual(['E302 /input']);
    expect(found(withInput({ properties: { child: { $ref: '#' } } }))).toEqual([]);
  });

  test('data inside a schema is not read as one', () => {
    expect(
      found(
        withInput({
          const: { $ref: 'x' },
          enum: [{ pattern: '(' }],
          properties: { $ref: { type: 'string' } },
        }),
      ),
    ).toEqual([]);
  });

  test('keywords the validator refuses', () =>
    expect(found(withInput({ type: 'strin' }))).toEqual(['E302 /input']));

  test('circles of named schemas', () => {
    const flow = withInput(true, {
      A: { allOf: [{ $ref: '#/schemas/B' }] },
      B: { not: { $ref: '#/schemas/A' } },
      C: { properties: { c: { $ref: '#/schemas/C' } } },
    });
    expect(found(flow)).toEqual([expect.stringMatching(/^E302 \/schemas\/[AB]$/)]);
    expect(sentence(flow, 'E302')).toContain('only refer to each other in a circle');
  });

  test('too many definitions', () => {
    const $defs = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`d${i}`, true]));
    expect(found(withInput({ $defs }))).toEqual(['E302 /input']);
  });

  test('an initial value fits its field', () => {
    const field = (initial: unknown) => ({
      ...small(),
      context: { n: { schema: { $ref: '#/schemas/N' }, merge: 'sum', initial } },
      schemas: { N: { type: 'number' } },
    });
    expect(found(field(0))).toEqual([]);
    expect(found(field('x'))).toEqual(['E302 /context/n/initial']);
    const deep = {
      ...small(),
      context: {
        n: { schema: { properties: { a: { type: 'number' } } }, merge: 'merge', initial: { a: 'x' } },
      },
    };
    expect(sentence(deep, 'E302')).toContain('(at /a)');
    expect(
      found({ ...small(), context: { n: { schema: { type: 'nope' }, merge: 'sum', initial: 0 } } }),
    ).toEqual(['E302 /context/n/schema']);
  });

  test('every place that holds a schema is looked at', () => {
    const bad = { $ref: 'x' };
    const planner = {
      kind: 'planner',
      model: 'm',
      goal: 'g',
      catalogue: { nodes: {} },
      output: bad,
      approve: { form: bad },
    };
    const flow = chain(
      {
        a: { kind: 'agent', agent: 'helper', accepts: bad },
        c: { kind: 'code', source: 'x', output: bad },
        p: planner,
        q: { ...planner, approve: undefined },
        s: { kind: 'supervisor', model: 'm', instructions: 'i', workers: ['helper'], output: bad },
        t: { kind: 'chat', participants: ['helper', 'helper'], maxRounds: 1, output: bad },
      },
      {
        input: bad,
        output: bad,
        schemas: { A: bad },
        context: { f: { schema: bad, merge: 'replace' } },
        models: { m: model },
        tools: { clock: { ...tool, input: bad, output: bad } },
        agents: { helper: { role: 'R', model: 'm', output: bad } },
        subflows: { s: { input: bad, output: bad, nodes: {}, edges: [] } },
      },
    );
    const flow2 = edit(flow, {
      '/nodes/h': { ...person, form: bad },
      '/edges/0/handoff': { name: 'h', schema: bad },
    });
    const places = errors(flow2).filter((problem) => problem.startsWith('E302'));
    expect(places.map((place) => place.replace(/^E302 (.*)\/\$ref$/, '$1')).toSorted()).toEqual([
      '/agents/helper/output',
      '/context/f/schema',
      '/edges/0/handoff/schema',
      '/input',
      '/nodes/a/accepts',
      '/nodes/c/output',
      '/nodes/h/form',
      '/nodes/p/approve/form',
      '/nodes/p/output',
      '/nodes/q/output',
      '/nodes/s/output',
      '/nodes/t/output',
      '/output',
      '/schemas/A',
      '/subflows/s/input',
      '/subflows/s/output',
      '/tools/clock/input',
      '/tools/clock/output',
    ]);
  });
});

describe('E305 patterns', () => {
  test('one the linear engine cannot run', () => {
    const flow = {
      ...small(),
      input: { properties: { a: { pattern: '(?=x)' } }, patternProperties: { '(': true, '^a': true } },
    };
    expect(found(flow).toSorted()).toEqual([
      'E305 /input/patternProperties/(',
      'E305 /input/properties/a/pattern',
    ]);
    expect(found({ ...small(), input: { pattern: '^[a-z]+$' } })).toEqual([]);
  });
});

describe('E308 parallel writers', () => {
  const writer = { kind: 'transform', output: 1, writes: { note: 'output', log: 'output' } };
  const forked = (a: object, b: object, join: object = {}) => ({
    ...small(),
    context: { note: { schema: true, merge: 'replace' }, log: { schema: true, merge: 'append' } },
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      a,
      b,
      meet: { kind: 'join', ...join },
      done: { kind: 'end' },
    },
    edges: [
      edge('start', 'next', 'fork'),
      edge('fork', 'branch', 'a'),
      edge('fork', 'branch', 'b'),
      edge('a', 'next', 'meet'),
      edge('b', 'next', 'meet'),
      edge('meet', 'next', 'done'),
    ],
  });

  test('two branches that always write one field', () => {
    const flow = forked(writer, writer);
    expect(found(flow)).toEqual(['E308 /nodes/b/writes/note']);
    expect(sentence(flow, 'E308')).toBe(
      '"a" and "b" stand in two branches of the parallel "fork" and both write "note", so the join fails with a conflict. Give the field the merge rule "append" or "merge", or let only one of them write it.',
    );
    expect(found(forked(writer, transform))).toEqual([]);
  });

  test('a join that takes only one branch cannot clash', () => {
    expect(found(forked(writer, writer, { wait: 'any' }))).toEqual([]);
    expect(found(forked(writer, writer, { wait: { count: 1 } }))).toEqual([]);
    expect(found(forked(writer, writer, { wait: 'all' }))).toEqual(['E308 /nodes/b/writes/note']);
  });

  test('it is a warning where it depends on the way', () => {
    expect(found(forked(writer, writer, { wait: { count: 2 } }))).toEqual(['W451 /nodes/b/writes/note']);
    expect(found(edit(forked(writer, writer), { '/edges/1/when': 'input' }))).toEqual([
      'W451 /nodes/b/writes/note',
    ]);
    const around = edit(forked(transform, writer), {
      '/nodes/c': writer,
      '/edges/3': edge('a', 'next', 'c', { when: 'input' }),
      '/edges/-': edge('a', 'next', 'meet'),
    });
    expect(
      found({ ...around, edges: [...(around['edges'] as object[]), edge('c', 'next', 'meet')] }),
    ).toEqual([expect.stringMatching(/^W451/)]);
  });

  test('a container writes what the steps inside it write', () => {
    const loop = { kind: 'loop', while: 'false', maxIterations: 1, body: body('inner', writer) };
    expect(found(forked(loop, writer))).toEqual(['W451 /nodes/b/writes/note']);
    expect(found(forked(writer, loop))).toEqual(['W451 /nodes/b']);
    const call = { kind: 'subflow', flow: 's' };
    expect(found({ ...forked(writer, call), subflows: { s: body('x', writer) } })).toEqual(['W451 /nodes/b']);
  });

  test('two steps of one branch may write one field', () => {
    const flow = edit(forked(writer, transform), {
      '/nodes/c': writer,
      '/edges/3': edge('a', 'next', 'c'),
      '/edges/-': edge('c', 'next', 'meet'),
    });
    expect(found(flow)).toEqual([]);
  });

  test('the items of a map that lists several are certain to clash, others may', () => {
    const mapped = (items: string, inner: object = writer) => ({
      ...chain({ m: { kind: 'map', items, body: body('x', inner) } }),
      context: forked(writer, writer).context,
    });
    expect(found(mapped('[1, 2]'))).toEqual(['E308 /nodes/m/body/nodes/x/writes/note']);
    expect(found(mapped('[1]'))).toEqual(['W451 /nodes/m/body/nodes/x/writes/note']);
    expect(found(mapped('input.orders'))).toEqual(['W451 /nodes/m/body/nodes/x/writes/note']);
    expect(found(mapped('[1, 2]', { ...writer, writes: { log: 'output' } }))).toEqual([]);
    const around = {
      '/nodes/m/body/edges/-': edge('begin_x', 'next', 'finish_x'),
      '/nodes/m/body/edges/0/when': 'item',
    };
    expect(found(edit(mapped('[1, 2]'), around))).toEqual(['W451 /nodes/m/body/nodes/x/writes/note']);
    const call = edit(mapped('[1, 2]', { kind: 'subflow', flow: 's' }), {
      '/subflows': { s: body('y', writer) },
    });
    expect(found(call)).toEqual(['W451 /nodes/m/body/nodes/x']);
  });

  test('is not looked for in flows that call themselves', () => {
    const call = { kind: 'subflow', flow: 's' };
    expect(errors({ ...forked(call, call), subflows: { s: body('x', call) } })).toEqual([
      'E210 /subflows/s/nodes/x/flow',
    ]);
  });
});

describe('E309 currencies', () => {
  test('agree in the whole flow', () => {
    const cost = (currency: string) => ({ cost: { amount: 1, currency } });
    const price = { inputPerMTok: 1, outputPerMTok: 1, currency: 'EUR' };
    const flow = edit(acting({ budget: cost('CHF') }, { budget: cost('USD'), tools: ['clock'] }), {
      '/budget': cost('USD'),
      '/models/m/price': price,
    });
    expect(errors(flow)).toEqual(['E309 /models/m/price/currency', 'E309 /nodes/a/budget/cost/currency']);
    expect(errors(edit(flow, { '/models/m/price/currency': 'USD', '/nodes/a/budget': undefined }))).toEqual(
      [],
    );
    expect(mended(flow, 'E309')).not.toContain('E309 /models/m/price/currency');
    expect(sentence(flow, 'E309')).toBe(
      'Amounts are in USD elsewhere in this flow, but here in EUR. Costs can only be added up in one currency.',
    );
  });
});

describe('E304 write outside the scope', () => {
  const failing = { kind: 'end', outcome: 'failed', writes: { note: 'input' } };
  const context = { note: { schema: true, merge: 'append' } };

  test('an end that fails the flow or an item writes for nobody', () => {
    const flow = {
      ...edit(small(), { '/nodes/bad': failing, '/edges/-': edge('work', 'fallback', 'bad') }),
      context,
    };
    expect(found(flow)).toEqual(['E304 /nodes/bad/writes/note']);
    expect(mended(flow, 'E304')).toEqual([]);
    const mapped = chain(
      { m: { kind: 'map', items: '[]', body: edit(body('x', transform), { '/nodes/finish_x': failing }) } },
      { context },
    );
    expect(found(mapped)).toEqual(['E304 /nodes/m/body/nodes/finish_x/writes/note']);
    expect(sentence(mapped, 'E304')).toContain('fails the item');
  });

  test('one that completes, and one in a loop, may write', () => {
    expect(found(edit({ ...small(), context }, { '/nodes/done/writes': { note: 'input' } }))).toEqual([]);
    const looped = {
      kind: 'loop',
      while: 'false',
      maxIterations: 1,
      body: edit(body('x', transform), { '/nodes/finish_x': failing }),
    };
    expect(found(chain({ l: looped }, { context }))).toEqual([]);
    expect(
      found({
        ...edit(small(), {
          '/nodes/bad': { kind: 'end', outcome: 'failed' },
          '/edges/-': edge('work', 'fallback', 'bad'),
        }),
        context,
      }),
    ).toEqual([]);
  });
});

describe('E310 not allowed here', () => {
  const at = (changes: Record<string, unknown>) => errors(edit(acting({}, { tools: ['clock'] }), changes));

  test('gates only where something is judged', () => {
    const flow = edit(small(), { '/nodes/work/gate': { minConfidence: 0.5 } });
    expect(found(flow)).toEqual(['E310 /nodes/work/gate']);
    expect(mended(flow, 'E310')).toEqual([]);
    expect(at({ '/nodes/a/gate': { minConfidence: 0.5 } })).toEqual([]);
  });

  test('retries only for calls, timeouts not for people and waits', () => {
    expect(
      errors(edit(small(), { '/nodes/work/policy': { retry: { maxAttempts: 2 }, timeout: 'PT1S' } })),
    ).toEqual(['E310 /nodes/work/policy/retry', 'E310 /nodes/work/policy/timeout']);
    expect(at({ '/nodes/a/policy': { retry: { maxAttempts: 2 }, timeout: 'PT1S' } })).toEqual([]);
    const loop = {
      kind: 'loop',
      while: 'false',
      maxIterations: 1,
      body: body('x', transform),
      policy: { timeout: 'PT1M' },
    };
    expect(errors(chain({ l: loop }))).toEqual([]);
    expect(
      errors(
        chain(
          { w: { kind: 'wait', for: 'PT1S', policy: 'calm' } },
          { policies: { calm: { timeout: 'PT5S' } } },
        ),
      ),
    ).toEqual(['E310 /nodes/w/policy']);
    const named = chain(
      { w: { kind: 'wait', for: 'PT1S', policy: 'calm' } },
      { policies: { calm: { timeout: 'PT5S' } } },
    );
    expect(sentence(named, 'E310')).toBe('The policy "calm" of node "w" has "timeout", but a wait has none.');
    expect(mended(named, 'E310')).toEqual([]);
    expect(
      errors(
        chain({ w: { kind: 'wait', for: 'PT1S', policy: 'p' } }, { policies: { p: { concurrency: 1 } } }),
      ),
    ).toEqual([]);
  });

  test('people: choices, forms, deadlines and samples where they belong', () => {
    const asking = (human: object, ...ports: string[]) => ({
      ...chain({ h: { ...person, ...human } }),
      edges: [edge('start', 'next', 'h'), ...ports.map((port) => edge('h', port, 'done'))],
    });
    expect(errors(asking({ mode: 'choose' }, 'expired'))).toEqual(['E105 /nodes/h/choices']);
    expect(errors(asking({ mode: 'form' }, 'approved'))).toEqual(['E105 /nodes/h/form']);
    expect(errors(asking({ choices: [] }, 'approved'))).toEqual(['E310 /nodes/h/choices']);
    expect(
      errors(asking({ mode: 'choose', choices: [{ port: 'x', label: 'X' }], review: { rate: 1 } }, 'x')),
    ).toEqual(['E310 /nodes/h/review']);
    expect(errors(asking({ deadline: undefined, onDeadline: 'expired' }, 'approved'))).toEqual([
      'E310 /nodes/h/onDeadline',
    ]);
    expect(errors(asking({ onDeadline: 'expird' }, 'approved'))).toEqual(['E205 /nodes/h/onDeadline']);
    expect(sentence(asking({ onDeadline: 'expird' }, 'approved'), 'E205')).toContain(
      'Did you mean "expired"?',
    );
    expect(sentence(asking({ onDeadline: 'zebra' }, 'approved'), 'E205')).toMatch(/"expired"\.$/);
    expect(
      errors(asking({ onDeadline: 'rejected', review: { rate: 0.5, when: 'input' } }, 'approved')),
    ).toEqual([]);
    expect(errors(asking({ mode: 'form', form: true }, 'approved'))).toEqual([]);
  });

  test('a wait has exactly one of for and until', () => {
    const waiting = (wait: object) => chain({ w: { kind: 'wait', ...wait } });
    expect(errors(waiting({}))).toEqual(['E105 /nodes/w/for']);
    expect(errors(waiting({ for: 'PT1S', until: 'input.at' }))).toEqual(['E310 /nodes/w/until']);
    expect(mended(waiting({ for: 'PT1S', until: 'input.at' }), 'E310')).toEqual([]);
    expect(errors(waiting({ until: 'input.at' }))).toEqual([]);
  });

  test('handoff edges: a handoff, no condition', () => {
    const handing = (more: object) => edit(acting(), { '/edges/1': edge('a', 'handoff', 'done', more) });
    const handoff = { name: 'h', schema: true };
    expect(errors(handing({}))).toEqual(['E310 /edges/1/handoff']);
    expect(errors(handing({ handoff, when: 'input' }))).toEqual(['E310 /edges/1/when']);
    expect(errors(handing({ handoff }))).toEqual([]);
    expect(errors(edit(acting(), { '/edges/1/handoff': handoff }))).toEqual([]);
  });

  test('lists of failure kinds only on fallback edges', () => {
    const flow = edit(small(), { '/edges/1/on': ['timeout'] });
    expect(found(flow)).toEqual(['E310 /edges/1/on']);
    expect(mended(flow, 'E310')).toEqual([]);
    expect(
      found(edit(small(), { '/edges/-': edge('work', 'fallback', 'done', { on: ['timeout'] }) })),
    ).toEqual([]);
  });

  test('an address only for compatible providers', () => {
    expect(at({ '/models/m/baseURL': 'https://a.example' })).toEqual(['E310 /models/m/baseURL']);
    expect(at({ '/models/m/provider': 'openai-compatible' })).toEqual(['E105 /models/m/baseURL']);
    expect(
      at({ '/models/m': { ...model, provider: 'openai-compatible', baseURL: 'http://127.0.0.1:1/v1' } }),
    ).toEqual([]);
    expect(at({ '/models/m/fallback': ['m'] })).toEqual(['E310 /models/m/fallback']);
  });

  test('a tool that writes does not say it only reads', () => {
    const sql = { kind: 'sql', description: 'd', input: true, file: 'a.db', statement: 'x', write: true };
    const file = { kind: 'file', description: 'd', input: true, folder: 'f', do: 'write' };
    expect(at({ '/tools/s': { ...sql, effect: 'read' }, '/tools/f': { ...file, effect: 'read' } })).toEqual([
      'E310 /tools/s/write',
      'E310 /tools/f/do',
    ]);
    expect(
      at({ '/tools/s': { ...sql, effect: 'once' }, '/tools/f': { ...file, effect: 'idempotent' } }),
    ).toEqual([]);
  });

  test('a catalogue holds steps a plan can be made of', () => {
    const planner = (inner: object) =>
      edit(acting({}), {
        '/nodes/a': { kind: 'planner', model: 'm', goal: 'g', catalogue: { nodes: { step: inner } } },
      });
    expect(errors(planner(transform))).toEqual([]);
    expect(errors(planner({ kind: 'wait', for: 'PT1S' }))).toEqual([
      'E310 /nodes/a/catalogue/nodes/step/kind',
    ]);
    expect(errors(planner({ kind: 'tool', tool: 'clock' }))).toEqual([]);
    expect(errors(planner({ kind: 'teleport' }))).toEqual(['E103 /nodes/a/catalogue/nodes/step/kind']);
  });
});

describe('E311 host of an address', () => {
  const http = {
    kind: 'http',
    description: 'd',
    input: true,
    effect: 'read',
    method: 'GET',
    allowHosts: ['api.example.com'],
  };
  const calling = (url: string, more: object = {}) =>
    chain({ t: { kind: 'tool', tool: 'web' } }, { tools: { web: { ...http, url, ...more } } });

  test.each([
    'https://api.example.com',
    'https://API.example.com:443/x',
    'https://api.example.com/{{ args.id }}',
    'https://api.example.com?q={{ args.q }}',
    'https://api.example.com#{{ args.q }}',
  ])('%s is fine', (url) => expect(errors(calling(url))).toEqual([]));

  test.each([
    'https://{{ args.host }}/x',
    '{{ args.url }}',
    'https://api.example.com{{ args.path }}',
    'https://api.example.com.{{ args.tld }}/x',
    'https://api.example.com\\{{ args.path }}',
    'https://user:{{ args.pw }}@api.example.com/x',
    'ftp://api.example.com/x',
    '/relative',
    '',
    'https:///x',
    'https://exa mple.com/x',
  ])('%j is refused', (url) => expect(errors(calling(url))).toContain('E311 /tools/web/url'));

  test('the host is one the tool may call', () => {
    const flow = calling('https://other.example:8443/x');
    expect(sentence(flow, 'E311')).toBe(
      'Tool "web" calls "other.example:8443", but its "allowHosts" does not list it, so every call would be refused.',
    );
    expect(errors(edit(flow, { '/tools/web/allowHosts': ['OTHER.example:8443'] }))).toEqual([]);
    expect(mended(flow, 'E311')).not.toContain('E311 /tools/web/url');
    expect(errors(calling('http://[::1]:80/', { allowHosts: ['[::1]'] }))).toEqual([]);
  });

  test('servers and models have a host, too', () => {
    const flow = edit(acting({}, { tools: ['clock'] }), {
      '/mcpServers/s': { transport: 'http', url: 'nowhere' },
      '/models/m': { ...model, provider: 'openai-compatible', baseURL: 'x' },
    });
    expect(errors(flow)).toEqual(['E311 /mcpServers/s/url', 'E311 /models/m/baseURL']);
    expect(
      errors(
        edit(flow, {
          '/mcpServers/s/url': 'https://a.example/mcp',
          '/models/m/baseURL': 'http://localhost:1',
        }),
      ),
    ).toEqual([]);
  });
});

test('every error names its place and says a whole sentence', () => {
  for (const problem of problemsOf(
    edit(acting(), { '/nodes/a/agent': 'q', '/nodes/a/reads': ['x'], '/edges/0/to': 'z' }),
  )) {
    expect(problem.message).toMatch(/^["A-Z“].*[.?]$/);
    expect(problem.pointer).toMatch(/^\//);
  }
});
