import { describe, expect, test } from 'vitest';
import { chain, edit, errors, found, mended, model, person, sentence, small, tool } from './sample-flows';

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
      '#',
      5,
    ]) {
      expect(found(withInput({ $ref }, { A: true }))).toEqual(['E302 /input/$ref']);
    }
  });

  test('a reference to a definition of its own', () => {
    expect(found(withInput({ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }))).toEqual([]);
    expect(found(withInput({ $ref: '#/$defs/b', $defs: { a: {} } }))).toEqual(['E302 /input/$ref']);
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

  test('keywords the validator refuses, where they stand', () => {
    expect(found(withInput({ type: 'strin' }))).toEqual(['E302 /input/type']);
    const inside = { items: { minimum: '1' } };
    expect(found(withInput({ properties: { a: inside } }))).toEqual([
      'E302 /input/properties/a/items/minimum',
    ]);
    expect(found(withInput({ properties: { 'a/b': inside } }))).toEqual(['E302 /input']);
  });

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
    expect(found({ ...small(), context: { n: 5 }, schemas: { N: true } })).toEqual(['E104 /context/n']);
    expect(found({ ...field(0), schemas: { N: { type: 'number' }, M: 5 } })).toEqual(['E104 /schemas/M']);
    expect(
      found({ ...small(), context: { n: { schema: { type: 'nope' }, merge: 'sum', initial: 0 } } }),
    ).toEqual(['E302 /context/n/schema/type']);
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
