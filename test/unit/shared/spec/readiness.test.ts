import { describe, expect, test } from 'vitest';
import type { Flow } from '../../../../shared/spec/flow';
import type { Problem } from '../../../../shared/spec/problem';
import { READINESS_AREAS, readinessOf } from '../../../../shared/spec/readiness';

/** Nothing to wish for. */
function sound(): Flow {
  return {
    format: 'baton.flow/1',
    id: 'sound',
    name: 'Sound',
    version: '1.0.0',
    description: 'Does it well.',
    input: true,
    output: true,
    budget: { steps: 10, tokens: 1000, duration: 'PT1H', cost: { amount: 1, currency: 'USD' } },
    onFailure: { do: 'escalate', to: 'review' },
    models: {
      hosted: {
        provider: 'openai',
        model: 'x',
        price: { inputPerMTok: 1, outputPerMTok: 1, currency: 'USD' },
      },
      local: { provider: 'builtin', model: 'y' },
    },
    tools: {
      look: { description: 'Looks', input: true, output: true, effect: 'read', kind: 'code', source: '1' },
      pay: {
        description: 'Pays',
        input: true,
        effect: 'once',
        approval: 'always',
        kind: 'code',
        source: '1',
      },
      note: {
        description: 'Notes',
        input: true,
        output: true,
        effect: 'idempotent',
        kind: 'code',
        source: '1',
      },
      undo: {
        description: 'Takes back',
        input: true,
        output: true,
        effect: 'idempotent',
        kind: 'code',
        source: '1',
      },
      unused: { description: 'Rests', input: true, effect: 'once', kind: 'code', source: '1' },
    },
    agents: {
      clerk: {
        role: 'Clerk',
        does: ['sorts'],
        doesNot: ['pays'],
        model: 'hosted',
        output: true,
        tools: ['look'],
        gate: { checks: [{ expr: 'true', message: 'm' }] },
      },
      boss: {
        role: 'Boss',
        does: ['leads'],
        doesNot: ['pays'],
        model: 'local',
        output: true,
        gate: { minConfidence: 0.5 },
      },
      idle: { role: 'Idle', model: 'local' },
    },
    nodes: {
      start: { kind: 'start' },
      sort: { kind: 'agent', name: 'Sort', agent: 'clerk', accepts: true, writes: { f: '1' } },
      lead: { kind: 'supervisor', name: 'Lead', model: 'local', instructions: '', workers: ['boss'] },
      talk: { kind: 'chat', name: 'Talk', participants: ['boss', 'clerk'], maxRounds: 2 },
      pay: { kind: 'tool', name: 'Pay', tool: 'pay' },
      note: { kind: 'tool', name: 'Note', tool: 'note', compensate: { tool: 'undo' } },
      review: {
        kind: 'human',
        name: 'Review',
        mode: 'form',
        title: '?',
        show: ['input'],
        deadline: 'PT1H',
        assignee: 'ann',
      },
      off: { kind: 'transform', output: 1, disabled: true },
      done: { kind: 'end' },
    },
    edges: [
      { from: 'start', port: 'next', to: 'sort' },
      { from: 'sort', port: 'handoff', to: 'lead', handoff: { name: 'h', schema: true } },
      { from: 'lead', port: 'next', to: 'talk' },
      { from: 'talk', port: 'next', to: 'pay' },
      { from: 'pay', port: 'next', to: 'note' },
      { from: 'note', port: 'next', to: 'off' },
      { from: 'off', port: 'next', to: 'done' },
      { from: 'review', port: 'approved', to: 'done' },
      { from: 'review', port: 'expired', to: 'done' },
    ],
    rehearsal: { nodes: { sort: {}, pay: {}, note: {}, review: {} } },
    tests: [{ name: 't', faults: [{ node: 'sort', attempt: 1, kind: 'timeout' }], expect: {} }],
  };
}

/** The sound flow with values set at these pointers; undefined removes what is there. */
function changed(edits: Readonly<Record<string, unknown>>): Flow {
  const flow = sound();
  for (const [pointer, value] of Object.entries(edits)) {
    const path = pointer.split('/');
    const last = path.pop() ?? '';
    let target: object = flow;
    for (const key of path) target = Reflect.get(target, key) as object;
    if (value === undefined) Reflect.deleteProperty(target, last);
    else Reflect.set(target, last, value);
  }
  return flow;
}

const messages = (flow: Flow, problems: readonly Problem[] = []): string[] =>
  readinessOf(flow, problems).findings.map((finding) => finding.message);

describe('a sound flow', () => {
  test('has nothing to wish for', () => {
    const report = readinessOf(sound());
    expect(report.findings).toEqual([]);
    expect(report.score).toBe(100);
    expect(Object.keys(report.areas)).toEqual([...READINESS_AREAS]);
    expect(report.areas.people).toEqual({ score: 100, passed: 3, checks: 3 });
    expect(report.failureModes.every((mode) => mode.handled)).toBe(true);
  });

  test('a flow with nothing to check in an area is not punished for it', () => {
    const tiny: Flow = {
      format: 'baton.flow/1',
      id: 't',
      name: 'T',
      version: '1.0.0',
      nodes: { start: { kind: 'start' }, done: { kind: 'end' } },
      edges: [{ from: 'start', port: 'next', to: 'done' }],
    };
    const { areas, score } = readinessOf(tiny);
    expect([areas.failures, areas.effects]).toEqual([
      { score: 100, passed: 0, checks: 0 },
      { score: 100, passed: 0, checks: 0 },
    ]);
    expect(score).toBe(0);
  });
});

describe('what is missing is one finding each', () => {
  test.each<[string, string]>([
    ['input', 'The flow says nothing about its input. Declare its shape.'],
    ['output', 'The flow says nothing about its output. Declare its shape.'],
    ['agents/clerk/output', 'The agent “clerk” may answer anything. Declare the shape of its answer.'],
    ['tools/look/output', 'What the tool “look” gives back is not checked. Declare its shape.'],
    ['budget/duration', 'Nothing bounds how long a run may take. Give the budget a duration.'],
    ['models/hosted/price', 'The budget is in money, but the price of “hosted” is not known. Add its price.'],
    [
      'agents/clerk/gate',
      'Nothing checks whether an answer of “clerk” is any good. Add a check, a least confidence or a judge.',
    ],
    ['nodes/review/deadline', '“Review” may wait for ever. Give it a deadline.'],
    ['nodes/review/assignee', '“Review” is for nobody in particular. Say who decides.'],
    ['nodes/review/show', '“Review” asks without showing anything. Say what the person should see.'],
    [
      'tools/pay/approval',
      '“pay” has an effect that cannot be repeated. Let a person approve it, or name what undoes it.',
    ],
    [
      'rehearsal/nodes/pay',
      '“Pay” has no rehearsal value, so a rehearsal makes one up. Give it a typical one.',
    ],
    ['tests/0/faults', 'No test makes anything fail. Add one with a fault.'],
    ['description', 'Say in a sentence what the flow is for.'],
    ['agents/boss/doesNot', 'Say what “boss” does and what it does not do.'],
    ['agents/boss/does', 'Say what “boss” does and what it does not do.'],
    ['nodes/pay/name', '“pay” has no name people can read. Give it one.'],
  ])('%s', (pointer, message) => {
    const flow = changed({ [pointer]: undefined });
    expect(messages(flow)).toEqual([message]);
    expect(readinessOf(flow).score).toBeLessThan(100);
  });

  test('a budget at all', () => {
    expect(messages(changed({ budget: undefined }))).toEqual([
      'Nothing bounds what a run may use. Give the flow a budget.',
      'Nothing bounds how long a run may take. Give the budget a duration.',
      'Nothing bounds what the models may cost. Give the budget an amount or a number of tokens.',
    ]);
  });

  test('tests at all', () => {
    expect(messages(changed({ tests: undefined }))).toHaveLength(2);
    expect(messages(changed({ rehearsal: undefined }))).toHaveLength(4);
  });

  test('what becomes of a failure', () => {
    const [first] = readinessOf(changed({ onFailure: undefined })).findings;
    expect(first).toMatchObject({
      area: 'failures',
      code: 'W461',
      severity: 'warning',
      node: 'sort',
      pointer: '/nodes/sort',
    });
    expect(first?.message).toMatch(
      /^When “Sort” fails \(timeout, .*error\), the run fails\. Draw a fallback, or let onFailure ask a person\.$/,
    );
    expect(messages(changed({ onFailure: { do: 'compensate' } }))[0]).toContain(
      'the run undoes what was done and fails',
    );
    const nameless = changed({ onFailure: undefined, 'nodes/pay/name': undefined });
    expect(messages(nameless)).toContainEqual(expect.stringContaining('When “pay” fails'));
  });
});

describe('odd corners', () => {
  test('a budget in money without models needs no price', () => {
    expect(messages(changed({ models: undefined }))).toEqual([]);
  });

  test('a checkpoint without a name is called by its id', () => {
    const flow = changed({ 'nodes/review/name': undefined, 'nodes/review/assignee': undefined });
    expect(messages(flow)).toContain('“review” is for nobody in particular. Say who decides.');
  });
});

describe('effects', () => {
  const unsafe = [
    '“pay” has an effect that cannot be repeated. Let a person approve it, or name what undoes it.',
  ];
  const open = { 'tools/pay/approval': undefined };

  test('a person before it, or something that undoes it, makes an effect safe', () => {
    const drawn = changed(open);
    expect(
      messages({ ...drawn, edges: [...drawn.edges, { from: 'review', port: 'rejected', to: 'pay' }] }),
    ).toEqual([]);
    expect(messages(changed({ ...open, 'nodes/pay/compensate': { tool: 'undo' } }))).toEqual([]);
    expect(messages(changed({ 'tools/pay/approval': 'first' }))).toEqual([]);
  });

  test('an effect inside a body, a catalogue, or by way of an agent counts too', () => {
    const one = { kind: 'tool', name: 'One', tool: 'pay' };
    const body = {
      nodes: { s: { kind: 'start' }, one, e: { kind: 'end' } },
      edges: [
        { from: 's', port: 'next', to: 'one' },
        { from: 'one', port: 'next', to: 'e' },
      ],
    };
    const known = { ...open, 'rehearsal/nodes/one': {} };
    const map = { kind: 'map', name: 'Pay all', items: 'x', body };
    expect(messages(changed({ ...known, 'nodes/pay': map }))).toEqual(unsafe);
    const planner = {
      kind: 'planner',
      name: 'Plan',
      model: 'local',
      goal: 'g',
      catalogue: { nodes: { one } },
    };
    expect(messages(changed({ ...known, 'nodes/pay': planner }))).toEqual(unsafe);
    expect(messages(changed({ ...open, 'agents/boss/tools': ['pay'] }))).toEqual(unsafe);
  });

  test('a tool of others that promises keys must say where the key goes', () => {
    const remote = {
      description: 'n',
      input: true,
      output: true,
      effect: 'idempotent',
      kind: 'mcp',
      server: 's',
      name: 'n',
    };
    expect(messages(changed({ 'tools/note': remote }))).toEqual([
      '“note” promises to be safe to repeat with the same key. Name the argument that carries the key.',
    ]);
    expect(messages(changed({ 'tools/note': { ...remote, keyArgument: 'key' } }))).toEqual([]);
  });
});

describe('gates and handoffs', () => {
  test('a gate of the node counts for its agent', () => {
    const gates = [
      { judge: { model: 'local', instructions: 'i', minScore: 1 } },
      { checks: [{ expr: 'true', message: 'm' }] },
      { minConfidence: 1 },
    ];
    for (const gate of gates) {
      expect(messages(changed({ 'agents/clerk/gate': undefined, 'nodes/sort/gate': gate }))).toEqual([]);
    }
  });

  test('an agent that is handed work says what it takes', () => {
    const agent = { kind: 'agent', name: 'Lead', agent: 'boss' };
    const known = { 'rehearsal/nodes/lead': {} };
    expect(messages(changed({ ...known, 'nodes/lead': agent }))).toEqual([
      '“lead” does not say what handed-over work it takes. Declare what it accepts.',
    ]);
    expect(messages(changed({ ...known, 'nodes/lead': { ...agent, accepts: true } }))).toEqual([]);
  });
});

describe('warnings of the validator', () => {
  const warning = (code: string): Problem => ({ code, severity: 'warning', pointer: '/x', message: code });

  test('are findings of the area they belong to', () => {
    const { findings } = readinessOf(sound(), ['W404', 'W406', 'W421', 'W431'].map(warning));
    expect(findings.map((finding) => [finding.area, finding.code])).toEqual([
      ['contracts', 'W431'],
      ['quality', 'W404'],
      ['tests', 'W421'],
      ['documentation', 'W406'],
    ]);
  });

  test('that a check here counts already are not counted twice, and errors are no matter of readiness', () => {
    expect(messages(sound(), ['W401', 'W402', 'W403', 'W405'].map(warning))).toEqual([]);
    expect(messages(sound(), [{ ...warning('E205'), severity: 'error' }])).toEqual([]);
  });
});
