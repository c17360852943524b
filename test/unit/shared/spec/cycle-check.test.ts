import { describe, expect, test } from 'vitest';
import { body, chain, edge, edit, errors, found, mended, sentence, small } from './sample-flows';

const transform = { kind: 'transform', output: 1 };

describe('E207 circle without a bound', () => {
  const flow = edit(chain({ a: transform, b: transform }), { '/edges/-': edge('b', 'fallback', 'a') });

  test('names the edge that leads back and bounds it', () => {
    expect(found(flow)).toEqual(['E207 /edges/3']);
    expect(sentence(flow, 'E207')).toBe(
      'The nodes "a", "b" form a circle without a bound. Give one of its edges "maxTraversals", the number of times it may be taken; b → a is the one that leads back.',
    );
    expect(mended(flow, 'E207')).toEqual([]);
  });

  test('a node that leads to itself', () => {
    const itself = edit(small(), { '/edges/-': edge('work', 'fallback', 'work') });
    expect(found(itself)).toEqual(['E207 /edges/2']);
    expect(sentence(itself, 'E207')).toContain('Node "work" leads back to itself without a bound.');
  });

  test('one bound edge is enough for a circle', () => {
    expect(found(edit(flow, { '/edges/1/maxTraversals': 2 }))).toEqual([]);
  });

  test('each circle is told once, long ones shortened', () => {
    const ids = Array.from({ length: 8 }, (_, i) => `n${i}`);
    const long = edit(chain(Object.fromEntries(ids.map((id) => [id, transform]))), {
      '/edges/-': edge('n7', 'fallback', 'n0'),
    });
    expect(sentence(long, 'E207')).toContain('and 3 more form a circle');
  });

  test('an edge that cannot be read may be the bound', () => {
    expect(errors(edit(flow, { '/edges/3/maxTraversals': 'x' }))).toEqual(['E104 /edges/3/maxTraversals']);
  });

  test('a circle nothing leads to is told, too', () => {
    const island = edit(small(), {
      '/nodes/a': transform,
      '/nodes/b': transform,
      '/edges/-': edge('a', 'next', 'b'),
    });
    expect(errors(edit(island, { '/edges/-': edge('b', 'next', 'a') }))).toContain('E207 /edges/2');
  });
});

describe('E210 recursive subflow', () => {
  const calling = (id: string, flow: string) => ({ ...(body(id, { kind: 'subflow', flow }) as object) });

  test('a subflow that calls itself', () => {
    const flow = { ...chain({ s: { kind: 'subflow', flow: 'a' } }), subflows: { a: calling('x', 'a') } };
    expect(found(flow)).toEqual(['E210 /subflows/a/nodes/x/flow']);
    expect(sentence(flow, 'E210')).toContain('call itself for ever');
  });

  test('two that call each other, one of them in a body', () => {
    const looping = body('l', {
      kind: 'loop',
      while: 'false',
      maxIterations: 1,
      body: body('y', { kind: 'subflow', flow: 'a' }),
    });
    const flow = {
      ...chain({ s: { kind: 'subflow', flow: 'a' } }),
      subflows: { a: calling('x', 'b'), b: looping },
    };
    expect(found(flow)).toEqual([
      'E210 /subflows/a/nodes/x/flow',
      'E210 /subflows/b/nodes/l/body/nodes/y/flow',
    ]);
  });

  test('calling one twice is fine', () => {
    const flow = chain({ s: { kind: 'subflow', flow: 'a' }, t: { kind: 'subflow', flow: 'a' } });
    expect(found({ ...flow, subflows: { a: body('x', transform) } })).toEqual([]);
  });
});

describe('E107 nesting', () => {
  const nested = (depth: number): object =>
    depth === 0
      ? transform
      : { kind: 'loop', while: 'false', maxIterations: 1, body: body(`n${depth}`, nested(depth - 1)) };

  test('eight bodies inside each other are allowed, nine are not', () => {
    expect(found(chain({ top: nested(8) }))).toEqual([]);
    const flow = chain({ top: nested(9) });
    expect(found(flow)).toEqual([expect.stringMatching(/^E107 (\/nodes\/\w+\/body){9}$/)]);
    expect(sentence(flow, 'E107')).toContain('8 are the most');
  });

  test('subflow calls count as bodies do', () => {
    const subflows = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [
        `s${i}`,
        body(`c${i}`, i < 8 ? { kind: 'subflow', flow: `s${i + 1}` } : transform),
      ]),
    );
    expect(found({ ...chain({ top: { kind: 'subflow', flow: 's0' } }), subflows })).toEqual([
      'E107 /subflows/s8',
    ]);
  });
});
