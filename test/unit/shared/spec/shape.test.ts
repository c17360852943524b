import { describe, expect, test } from 'vitest';
import { checkShape } from '../../../../shared/spec/shape';
import { body, chain, edit, errors, found, mended, problemsOf, sentence, small } from './sample-flows';

const agent = { role: 'R', model: 'm' };

test('a small flow has no problems at all', () => expect(problemsOf(small())).toEqual([]));

describe('E102 unknown key', () => {
  test('names the key itself and offers the known key it looks like', () => {
    const flow = edit(small(), { '/nodes/work/outptu': { a: 1 }, '/nodes/work/output': undefined });
    expect(found(flow)).toEqual(['E105 /nodes/work/output', 'E102 /nodes/work/outptu']);
    expect(sentence(flow, 'E102')).toBe(
      'In node "work" there is the unknown key "outptu". Did you mean "output"?',
    );
    expect(mended(flow, 'E102')).toEqual([]);
  });

  test('offers to remove what looks like nothing', () => {
    const flow = edit(small(), { '/zebra': 1, '/edges/0/weight~1kg': 2 });
    expect(found(flow)).toEqual(['E102 /edges/0/weight~1kg', 'E102 /zebra']);
    expect(sentence(flow, 'E102')).toBe(
      'In the edge start → work there is the unknown key "weight/kg". Remove it, or move it under "extensions", which is kept untouched.',
    );
    expect(mended(flow, 'E102')).toEqual(['E102 /zebra']);
  });

  test('says in which part of a part it is', () => {
    const flow = edit(small(), { '/policies': { p: { retry: { maxAttempts: 2, wen: 'x' } } } });
    expect(sentence(flow, 'E102')).toBe(
      'In "retry" of policy "p" there is the unknown key "wen". Did you mean "when"?',
    );
  });

  test('breaks nothing else: the part is still checked', () => {
    expect(checkShape(edit(small(), { '/nodes/work/x': 1 })).broken).toEqual(new Set());
    expect(found(edit(small(), { '/nodes/work/zzzzzz': 1, '/nodes/work/output': { $: '(' } }))).toEqual([
      'E102 /nodes/work/zzzzzz',
      'E305 /nodes/work/output/$',
    ]);
  });

  test('an unknown failure kind in a rehearsal is one, too', () => {
    const flow = edit(small(), { '/rehearsal': { nodes: { work: { failures: { tiemout: 0.5 } } } } });
    expect(found(flow)).toEqual(['E102 /rehearsal/nodes/work/failures/tiemout']);
  });
});

describe('E103 unknown kind', () => {
  test('names the kind and the one it looks like', () => {
    const flow = edit(small(), { '/nodes/work/kind': 'transfrom' });
    expect(found(flow)).toEqual(['E103 /nodes/work/kind']);
    expect(sentence(flow, 'E103')).toBe(
      'Node "work" is of the unknown kind "transfrom". Did you mean "transform"?',
    );
    expect(mended(flow, 'E103')).toEqual([]);
    expect(problemsOf(flow)[0]?.node).toBe('work');
  });

  test('lists the known kinds for one that looks like nothing', () => {
    const flow = edit(small(), { '/tools': { t: { kind: 'carrier-pigeon' } } });
    expect(sentence(flow, 'E103')).toBe(
      'Tool "t" is of the unknown kind "carrier-pigeon". Known kinds are http, mcp, sql, file, code, builtin.',
    );
  });

  test('an unknown transport is a wrong value', () => {
    const flow = edit(small(), { '/mcpServers': { s: { transport: 'htpp', url: 'https://a.example' } } });
    expect(errors(flow)).toEqual(['E104 /mcpServers/s/transport']);
    expect(sentence(flow, 'E104')).toContain('Did you mean "http"?');
  });
});

describe('E104 wrong type or value', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'a text for a number',
      { '/agents': { a: { ...agent, maxTurns: 'five' } } },
      '/agents/a/maxTurns',
      'In agent "a", "maxTurns" should be a whole number, but it is the text "five".',
    ],
    [
      'half a number',
      { '/agents': { a: { ...agent, maxTurns: 1.5 } } },
      '/agents/a/maxTurns',
      'In agent "a", "maxTurns" should be a whole number, but it is the number 1.5.',
    ],
    [
      'too small',
      { '/agents': { a: { ...agent, maxTurns: 0 } } },
      '/agents/a/maxTurns',
      'In agent "a", "maxTurns" should be a whole number, but it is the number 0: it is at least 1.',
    ],
    [
      'too big',
      { '/nodes/work/gate': { minConfidence: 2 } },
      '/nodes/work/gate/minConfidence',
      'In node "work", "gate.minConfidence" should be a number, but it is the number 2: it is at most 1.',
    ],
    [
      'empty text',
      { '/name': '' },
      '/name',
      'In the flow, "name" should be text, but it is an empty text: it must not be empty.',
    ],
    [
      'too short',
      { '/budget': { cost: { amount: 1, currency: 'US' } } },
      '/budget/cost/currency',
      'In the flow, "budget.cost.currency" should be text, but it is the text "US": it has at least 3 characters.',
    ],
    [
      'too long',
      { '/budget': { cost: { amount: 1, currency: 'EURO' } } },
      '/budget/cost/currency',
      'In the flow, "budget.cost.currency" should be text, but it is the text "EURO": it has at most 3 characters.',
    ],
    [
      'a list for an object',
      { '/nodes/work': [] },
      '/nodes/work',
      'Node "work" should be an object { … }, but it is a list.',
    ],
    [
      'null for an object',
      { '/meta': null },
      '/meta',
      'In the flow, "meta" should be an object { … }, but it is null.',
    ],
    [
      'an object for a list',
      { '/edges': {} },
      '/edges',
      'In the flow, "edges" should be a list [ … ], but it is an object.',
    ],
    [
      'a truth for text',
      { '/description': true },
      '/description',
      'In the flow, "description" should be text, but it is true.',
    ],
    [
      'text for a truth',
      { '/nodes/work/disabled': 'yes' },
      '/nodes/work/disabled',
      'In node "work", "disabled" should be true or false, but it is the text "yes".',
    ],
    [
      'a duration that is none',
      { '/nodes/work/policy': { timeout: '30s' } },
      '/nodes/work/policy/timeout',
      'In node "work", "policy.timeout" should be a duration such as "PT30S" or "P1D", but it is the text "30s": a duration is written as ISO 8601, for example "PT30S" or "P1D".',
    ],
    [
      'a policy that is a list',
      { '/nodes/work/policy': [] },
      '/nodes/work/policy',
      'In node "work", "policy" should be a name (a letter, then letters, digits or _) or an object { … }, but it is a list.',
    ],
    [
      'a schema that is text',
      { '/input': 'string' },
      '/input',
      'In the flow, "input" should be a JSON Schema (an object, true or false), but it is the text "string".',
    ],
    [
      'one of a few',
      { '/onFailure': { do: 'explode' } },
      '/onFailure/do',
      'In the flow, "onFailure.do" should be one of "fail", "compensate", "escalate", but it is the text "explode".',
    ],
    [
      'a version',
      { '/version': '1' },
      '/version',
      'In the flow, "version" should be text, but it is the text "1": a version is written like 1.0.0.',
    ],
    [
      'an attempt',
      { '/tests': [{ name: 'a', expect: {}, faults: [{ node: 'work', attempt: 'x', kind: 'slow' }] }] },
      '/tests/0/faults/0/attempt',
      'In test "a", "faults[0].attempt" should be a whole number or "*", but it is the text "x".',
    ],
    [
      'an edge',
      { '/edges/1': 5 },
      '/edges/1',
      'Edge number 2 should be an object { … }, but it is the number 5.',
    ],
    [
      'a place',
      { '/layout': { nodes: { work: { x: 'a', y: 0 } } } },
      '/layout/nodes/work/x',
      'In the layout of node "work", "x" should be a number, but it is the text "a".',
    ],
    [
      'a note',
      { '/layout': { notes: 5 } },
      '/layout/notes',
      'In the layout, "notes" should be a list [ … ], but it is the number 5.',
    ],
    [
      'a test without a name',
      { '/tests': [{ name: 5, expect: {} }] },
      '/tests/0/name',
      'In test number 1, "name" should be text, but it is the number 5.',
    ],
    [
      'a kind that is no text',
      { '/nodes/work/kind': 5 },
      '/nodes/work/kind',
      'In node "work", "kind" should be one of "start", "end", "agent", "tool", "human", "branch", "parallel", "join", "map", "loop", "subflow", "transform", "code", "wait", "supervisor", "planner", "chat", but it is the number 5.',
    ],
  ])('%s', (_, changes, pointer, message) => {
    const problem = problemsOf(edit(small(), changes)).find(({ code }) => code === 'E104');
    expect(problem).toMatchObject({ severity: 'error', pointer, message });
  });

  test('a mistyped value is offered mended', () => {
    const flow = edit(small(), { '/nodes/done/outcome': 'complete' });
    expect(sentence(flow, 'E104')).toBe(
      'In node "done", "outcome" should be one of "completed", "failed", but it is the text "complete". Did you mean "completed"?',
    );
    expect(mended(flow, 'E104')).toEqual([]);
  });

  test('looks into the option of a union that was meant', () => {
    expect(found(edit(small(), { '/nodes/work/policy': { timeout: 5, retry: {} } }))).toEqual([
      'E104 /nodes/work/policy/timeout',
      'E105 /nodes/work/policy/retry/maxAttempts',
    ]);
    const join = chain({ j: { kind: 'join', wait: { count: 'x' } } });
    expect(found(join)[0]).toBe('E104 /nodes/j/wait/count');
    expect(found(edit(join, { '/nodes/j/wait': 'alll' }))[0]).toBe('E104 /nodes/j/wait');
    expect(found(edit(join, { '/nodes/j/wait': 3 }))[0]).toBe('E104 /nodes/j/wait');
  });

  test('lists that are too short', () => {
    const flow = chain({ c: { kind: 'chat', participants: ['a'], maxRounds: 1 } });
    expect(sentence(flow, 'E104')).toBe(
      'In node "c", "participants" should be a list [ … ], but it is a list: it needs at least 2 entries.',
    );
  });
});

describe('E105 missing', () => {
  test('names the missing key and what it should be', () => {
    const flow = chain({ a: { kind: 'agent' } });
    expect(found(flow)).toEqual(['E105 /nodes/a/agent']);
    expect(sentence(flow, 'E105')).toBe(
      'In node "a" the key "agent" is missing. It should be a name (a letter, then letters, digits or _).',
    );
  });

  test('a node without a kind', () => {
    const flow = edit(small(), { '/nodes/work/kind': undefined });
    expect(found(flow)).toEqual(['E105 /nodes/work/kind']);
    expect(sentence(flow, 'E105')).toContain('It should be one of "start", "end", "agent"');
  });

  test('what can be filled in is', () => {
    const flow = edit(small(), { '/version': undefined, '/format': undefined });
    expect(found(flow)).toEqual(['E105 /format', 'E105 /version']);
    expect(mended(flow, 'E105')).toEqual(['E105 /version']);
    expect(errors({})).toEqual(
      ['/format', '/id', '/name', '/version', '/nodes', '/edges'].map((key) => `E105 ${key}`),
    );
  });

  test('is reported inside bodies and subflows, too', () => {
    const flow = chain({ m: { kind: 'map', items: 'input', body: body('x', { kind: 'transform' }) } });
    expect(found({ ...flow, subflows: { s: { nodes: {} } } })).toEqual(
      expect.arrayContaining(['E105 /nodes/m/body/nodes/x/output', 'E105 /subflows/s/edges']),
    );
    expect(problemsOf(flow)[0]?.node).toBe('x');
  });
});

describe('E106 bad name', () => {
  test('for a part, and its value is still checked', () => {
    const flow = edit(small(), {
      '/tools': { 'my-tool': { kind: 'http' } },
      '/agents': { and: { role: 5, model: 'm' } },
    });
    expect(errors(flow)).toEqual(
      expect.arrayContaining([
        'E106 /tools/my-tool',
        'E105 /tools/my-tool/url',
        'E106 /agents/and',
        'E104 /agents/and/role',
      ]),
    );
    expect(sentence(flow, 'E106')).toBe(
      '"my-tool" cannot be used as a name here: a name starts with a letter, has at most 64 letters, digits or _, and is no reserved word.',
    );
  });

  test('for a value that has to be a name', () => {
    const flow = edit(small(), { '/id': '1st', '/edges/0/to': 'constructor', '/nodes/work/reads': ['a b'] });
    expect(errors(flow).filter((problem) => problem.startsWith('E106'))).toEqual([
      'E106 /id',
      'E106 /nodes/work/reads/0',
      'E106 /edges/0/to',
    ]);
    expect(sentence(flow, 'E106')).toBe(
      'In the flow, "id": "1st" cannot be used as a name here: a flow id may also hold hyphens, else it is an id.',
    );
  });

  test('a flow id may hold hyphens', () => expect(found(edit(small(), { '/id': 'my-flow' }))).toEqual([]));
});

describe('checkShape', () => {
  test('names the innermost part that is broken', () => {
    const inner = { kind: 'map', items: 5, body: body('x', { kind: 'transform' }) };
    const flow = { ...chain({ m: inner }), budget: 5, subflows: { s: { nodes: {}, edges: [{}] } } };
    expect(checkShape(flow).broken).toEqual(
      new Set(['/nodes/m', '/nodes/m/body/nodes/x', '/budget', '/subflows/s/edges/0']),
    );
  });

  test('is total', () => {
    for (const value of [null, undefined, 5, [], 'x'])
      expect(checkShape(value).problems.length).toBeGreaterThan(0);
  });
});

describe('unusual documents', () => {
  test('a format of another kind is a wrong value to the shape', () => {
    expect(checkShape({ ...small(), format: 'x' }).problems).toMatchObject([
      { code: 'E104', message: 'In the flow, "format" should be "baton.flow/1", but it is the text "x".' },
    ]);
  });

  test('an object with very many unknown keys was not mistyped', () => {
    const nodes = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`outcom${i}`, 1]));
    const { problems } = checkShape(edit(small(), { '/nodes/done': { kind: 'end', ...nodes } }));
    expect(problems.filter((problem) => problem.fix?.title.startsWith('Rename')).length).toBe(50);
  });

  test('a required value of several sorts that is missing is missing', () => {
    const fault = { node: 'work', kind: 'slow' };
    expect(found({ ...small(), tests: [{ name: 'a', expect: {}, faults: [fault] }] })).toEqual([
      'E105 /tests/0/faults/0/attempt',
    ]);
  });

  test('answers may be one or a list', () => {
    const answers = { work: [{ choice: 5 }], done: { choice: 6 }, start: 7 };
    expect(found({ ...small(), tests: [{ name: 'a', expect: {}, answers }] })).toEqual([
      'E104 /tests/0/answers/work/0/choice',
      'E104 /tests/0/answers/done/choice',
      'E104 /tests/0/answers/start',
    ]);
  });

  test('a problem of an edge in a body is about its container', () => {
    const flow = chain({
      m: { kind: 'map', items: 'input', body: body('x', { kind: 'transform', output: 1 }) },
    });
    expect(problemsOf(edit(flow, { '/nodes/m/body/edges/0/when': 5 }))[0]).toMatchObject({
      pointer: '/nodes/m/body/edges/0/when',
      node: 'm',
    });
  });

  test('a subflow that is no object is one problem', () => {
    expect(errors({ ...small(), subflows: { s: 5 } })).toEqual(['E104 /subflows/s']);
  });
});
