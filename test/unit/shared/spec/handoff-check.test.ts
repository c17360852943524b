import { describe, expect, test } from 'vitest';
import { edge, edit, errors, found, sentence, small } from './sample-flows';

const string = { type: 'string' };
const schema = { type: 'object', required: ['summary'], properties: { summary: string } };

/** start → a =handoff⇒ b → done */
function handing(
  handoff: object,
  b: object = {},
  agent: object = {},
  port = 'handoff',
): Record<string, unknown> {
  return {
    ...small(),
    budget: { tokens: 1 },
    onFailure: { do: 'escalate', to: 'p' },
    models: { m: { provider: 'builtin', model: 'x' } },
    agents: { helper: { role: 'R', model: 'm', ...agent } },
    nodes: {
      start: { kind: 'start' },
      a: { kind: 'agent', agent: 'helper' },
      b: { kind: 'agent', agent: 'helper', ...b },
      p: { kind: 'human', mode: 'approve', title: 't', deadline: 'P1D' },
      done: { kind: 'end' },
    },
    edges: [
      edge('start', 'next', 'a'),
      edge('a', port, 'b', { handoff: { name: 'h', ...handoff } }),
      edge('b', 'next', 'done'),
      edge('p', 'approved', 'done'),
    ],
  };
}

describe('E307 handoff does not fit', () => {
  test('what is accepted is handed over', () => {
    expect(found(handing({ schema, payload: { summary: { $: 'output' } } }, { accepts: schema }))).toEqual(
      [],
    );
  });

  test('every edge into a node that accepts carries a handoff', () => {
    const flow = edit(handing({ schema }, { accepts: schema }), { '/edges/-': edge('a', 'fallback', 'b') });
    expect(errors(flow)).toEqual(['E307 /edges/4']);
    expect(sentence(flow, 'E307')).toBe(
      'Node "b" accepts a handoff, but the edge a → b carries none. Give it a "handoff", or remove "accepts".',
    );
    expect(errors(edit(flow, { '/edges/4/on': 5 }))).toEqual(['E104 /edges/4/on']);
  });

  test('a required member is there', () => {
    const other = { type: 'object', required: ['text'], properties: { text: string } };
    const flow = handing({ schema: other }, { accepts: schema });
    expect(errors(flow)).toEqual(['E307 /edges/1/handoff/schema']);
    expect(sentence(flow, 'E307')).toBe(
      'Node "b" accepts a handoff, but the handoff "h" has no "summary", which it requires.',
    );
  });

  test('one that may be missing is a warning', () => {
    expect(found(handing({ schema: { ...schema, required: [] } }, { accepts: schema }))).toEqual([
      'W425 /edges/1/handoff/schema',
    ]);
  });

  test('types agree, of the whole and of members', () => {
    expect(errors(handing({ schema: string }, { accepts: schema }))).toEqual([
      'E307 /edges/1/handoff/schema',
    ]);
    const number = { ...schema, properties: { summary: { type: 'number' } } };
    expect(errors(handing({ schema: number }, { accepts: schema }))).toEqual([
      'E307 /edges/1/handoff/schema',
    ]);
    const whole = { ...schema, properties: { summary: { type: ['integer', 'null'] } } };
    expect(errors(handing({ schema: whole }, { accepts: number }))).toEqual([]);
    expect(
      errors(handing({ schema: { ...schema, properties: { summary: true } } }, { accepts: number })),
    ).toEqual([]);
  });

  test('schemas are looked up by their names', () => {
    const named = (given: object) => ({
      ...handing({ schema: { $ref: '#/schemas/Given' } }, { accepts: { $ref: '#/schemas/Wanted' } }),
      schemas: { Given: given, Wanted: schema },
    });
    expect(errors(named({ type: 'object', properties: {} }))).toEqual(['E307 /edges/1/handoff/schema']);
    expect(errors(named(schema))).toEqual([]);
  });

  test('what cannot be told from the document is left to the run', () => {
    expect(errors(handing({ schema: true }, { accepts: schema }))).toEqual([]);
    expect(errors(handing({ schema }, { accepts: { $ref: 5 } }))).toEqual(['E302 /nodes/b/accepts/$ref']);
    expect(errors(handing({ schema: { type: 'object' } }, { accepts: schema }))).toEqual([]);
    expect(
      errors(handing({ schema: { $ref: '#/$defs/x', $defs: { x: schema } } }, { accepts: schema })),
    ).toEqual([]);
    expect(errors(handing({ schema }, { accepts: { required: ['summary'] } }))).toEqual([]);
    expect(
      errors(handing({ schema: { ...schema, type: [] } }, { accepts: schema })).filter((problem) =>
        problem.startsWith('E307'),
      ),
    ).toEqual([]);
    expect(
      errors(
        handing({ schema: { properties: { summary: string }, required: 5 } }, { accepts: schema }),
      ).filter((p) => p.startsWith('E307')),
    ).toEqual([]);
  });

  test('a payload that is spelled out has what its schema requires', () => {
    const flow = handing({ schema, payload: { text: 'x' } });
    expect(errors(flow)).toEqual(['E307 /edges/1/handoff/payload']);
    expect(errors(handing({ schema, payload: 'text' }))).toEqual(['E307 /edges/1/handoff/payload']);
    expect(errors(handing({ schema, payload: { $: 'output' } }))).toEqual([]);
    expect(errors(handing({ schema, payload: { $literal: {} } }))).toEqual([]);
    expect(errors(handing({ schema: true, payload: {} }))).toEqual([]);
  });

  test('without a payload a fixed handoff hands over the output', () => {
    const output = { type: 'object', properties: { text: string } };
    const flow = handing({ schema }, {}, { output });
    expect(errors(flow)).toEqual(['E307 /edges/1/handoff']);
    expect(sentence(flow, 'E307')).toContain('hands over the output of "a", which has no "summary"');
    expect(errors(handing({ schema }, {}, { output: schema }))).toEqual([]);
    expect(errors(handing({ schema }, {}, { output: string }))).toEqual([]);
    expect(errors(handing({ schema }, {}, { output }, 'next'))).toEqual(['E307 /edges/1/handoff']);
    expect(errors(edit(flow, { '/edges/1/from': 'nobody' }))).toContain('E205 /edges/1/from');
  });

  test('one that is chosen gets its payload from the model', () => {
    const output = { type: 'object', properties: { text: string } };
    const flow = edit(handing({ schema }, {}, { output }), { '/edges/-': edge('a', 'next', 'done') });
    expect(errors(flow)).toEqual([]);
    const fallback = edit(handing({ schema }, {}, { output }, 'fallback'), {
      '/edges/-': edge('a', 'next', 'done'),
    });
    expect(errors(fallback)).toEqual([]);
  });

  test('outputs of tools and code are looked at in the same way', () => {
    const output = { type: 'object', properties: { text: string } };
    const next = handing({ schema }, {}, {}, 'next');
    expect(errors(edit(next, { '/nodes/a': { kind: 'code', source: 'x', output } }))).toEqual([
      'E307 /edges/1/handoff',
    ]);
    const tool = { kind: 'builtin', name: 'x', description: 'd', input: true, effect: 'read', output };
    expect(
      errors(edit(edit(next, { '/tools': { t: tool } }), { '/nodes/a': { kind: 'tool', tool: 't' } })),
    ).toEqual(['E307 /edges/1/handoff']);
    expect(errors(edit(next, { '/nodes/a': { kind: 'transform', output: 1 } }))).toEqual([]);
  });

  test('an edge that cannot be read is not judged', () => {
    expect(errors(edit(handing({ schema }, { accepts: schema }), { '/edges/1/handoff/name': 5 }))).toEqual([
      'E104 /edges/1/handoff/name',
    ]);
  });
});
