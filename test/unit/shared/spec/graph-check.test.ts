import { describe, expect, test } from 'vitest';
import { body, chain, edge, edit, errors, found, mended, sentence, small } from './sample-flows';

const agents = {
  agents: { a: { role: 'R', model: 'm' } },
  models: { m: { provider: 'builtin', model: 'x' } },
};
const human = { kind: 'human', mode: 'approve', title: 'Ok?', deadline: 'P1D' };
const transform = { kind: 'transform', output: 1 };

describe('E201 start', () => {
  test('there is one', () => {
    const flow = edit(small(), { '/nodes/start': undefined, '/edges/0': undefined });
    expect(found(flow)).toEqual(['E201 /nodes']);
    expect(sentence(flow, 'E201')).toBe(
      'There is no start node in the flow. Add one: it is where a run begins.',
    );
  });

  test('there is only one', () => {
    const flow = edit(small(), {
      '/nodes/second': { kind: 'start' },
      '/edges/-': edge('second', 'next', 'work'),
    });
    expect(found(flow)).toEqual(['E201 /nodes/second']);
  });

  test('nothing leads into it', () => {
    const flow = edit(small(), { '/edges/-': edge('work', 'fallback', 'start', { maxTraversals: 1 }) });
    expect(found(flow)).toEqual(['E201 /edges/2']);
    expect(mended(flow, 'E201')).toEqual([]);
  });

  test('bodies and subflows have their own', () => {
    const empty = { nodes: { e1: { kind: 'end' } }, edges: [] };
    const flow = chain({ m: { kind: 'map', items: '[]', body: empty }, s: { kind: 'subflow', flow: 'sub' } });
    const report = { ...flow, subflows: { sub: { nodes: { e2: { kind: 'end' } }, edges: [] } } };
    expect(found(report)).toEqual(['E201 /nodes/m/body/nodes', 'E201 /subflows/sub/nodes']);
    expect(sentence(report, 'E201')).toContain('the body of node "m"');
    expect(sentence(edit(report, { '/nodes/m/body': body('x', transform) }), 'E201')).toContain(
      'subflow "sub"',
    );
  });

  test('is not judged in a graph that cannot be read', () => {
    expect(errors(edit(small(), { '/nodes/start': 5 }))).toEqual(['E104 /nodes/start', 'E205 /edges/0/from']);
    expect(errors(edit(small(), { '/nodes': 5, '/edges': [] }))).toEqual(['E104 /nodes']);
  });
});

describe('E202 end', () => {
  test('there is at least one', () => {
    expect(found(edit(small(), { '/nodes/done': undefined, '/edges/1': undefined }))).toEqual([
      'E202 /nodes',
      'E206 /nodes/work',
    ]);
  });

  test('nothing leads out of one', () => {
    expect(found(edit(small(), { '/edges/-': edge('done', 'next', 'work', { maxTraversals: 1 }) }))).toEqual([
      'E202 /edges/2',
    ]);
  });

  test('there may be several', () => {
    const flow = edit(small(), {
      '/nodes/bad': { kind: 'end', outcome: 'failed' },
      '/edges/-': edge('work', 'fallback', 'bad'),
    });
    expect(found(flow)).toEqual([]);
  });
});

describe('E203 and E204 ways', () => {
  test('a node nothing leads to', () => {
    const flow = edit(small(), { '/nodes/island': transform, '/edges/-': edge('island', 'next', 'done') });
    expect(found(flow)).toEqual(['E203 /nodes/island']);
    expect(sentence(flow, 'E203')).toBe(
      'Node "island" is never reached: no way leads to it from the start. Connect it or remove it.',
    );
  });

  test('a person failures escalate to is reached by that', () => {
    const flow = edit(small(), {
      '/nodes/person': human,
      '/edges/-': edge('person', 'approved', 'done'),
      '/onFailure': { do: 'escalate', to: 'person' },
    });
    expect(found(flow)).toEqual([]);
    expect(found(edit(flow, { '/onFailure': { do: 'fail' } }))).toEqual(['E203 /nodes/person']);
  });

  test('a node from which no end can be reached', () => {
    const flow = chain({ a: transform, b: transform });
    const ring = {
      ...flow,
      edges: [
        edge('start', 'next', 'a'),
        edge('a', 'next', 'b'),
        edge('a', 'fallback', 'done'),
        edge('b', 'next', 'b', { maxTraversals: 2 }),
      ],
    };
    expect(found(ring)).toEqual(['E204 /nodes/b']);
  });
});

describe('E205 unknown node or port', () => {
  test('an edge to nowhere, with what was meant', () => {
    const flow = edit(small(), { '/edges/0/to': 'wrk' });
    expect(found(flow)).toEqual(['E205 /edges/0/to']);
    expect(sentence(flow, 'E205')).toBe(
      'The edge start → wrk leads to "wrk", but there is no such node in the flow. Did you mean "work"?',
    );
    expect(mended(flow, 'E205')).toEqual([]);
  });

  test('an edge from nowhere, without a guess', () => {
    const flow = edit(small(), { '/edges/-': edge('elephant', 'next', 'done') });
    expect(sentence(flow, 'E205')).toBe(
      'The edge elephant → done starts at "elephant", but there is no such node in the flow.',
    );
  });

  test('a node of another graph', () => {
    const flow = chain({ m: { kind: 'map', items: '[]', body: body('inner', transform) } });
    const crossing = edit(flow, { '/edges/-': edge('m', 'fallback', 'inner') });
    expect(errors(crossing)).toEqual(['E205 /edges/2/to']);
    expect(sentence(crossing, 'E205')).toBe(
      'The edge m → inner leads to "inner", which is in the body of node "m". An edge joins two nodes of the same graph.',
    );
  });

  test('a port the kind does not have', () => {
    const flow = edit(small(), { '/edges/1/port': 'nxt' });
    expect(found(flow)).toEqual(['E205 /edges/1/port']);
    expect(sentence(flow, 'E205')).toBe(
      'Node "work" has no port "nxt"; it has "next", "fallback". Did you mean "next"?',
    );
    expect(mended(flow, 'E205')).toEqual([]);
    expect(errors(edit(small(), { '/edges/-': edge('work', 'handoffs', 'done') }))).toEqual([
      'E205 /edges/2/port',
    ]);
  });

  test('nothing is said about the ports of a node that cannot be read', () => {
    expect(errors(edit(small(), { '/nodes/work': { kind: 'teleport' }, '/edges/1/port': 'beam' }))).toEqual([
      'E103 /nodes/work/kind',
    ]);
  });
});

describe('E206 port not connected', () => {
  test('next', () => {
    const flow = edit(small(), { '/edges/1': edge('work', 'fallback', 'done') });
    expect(found(flow)).toEqual(['E206 /nodes/work']);
    expect(sentence(flow, 'E206')).toBe(
      '"next" of node "work" leads nowhere. Draw an edge from it to the next step.',
    );
  });

  test('an agent may hand off instead', () => {
    const handoff = { handoff: { name: 'h', schema: true } };
    const flow = {
      ...chain({ a: { kind: 'agent', agent: 'a' } }, agents),
      edges: [edge('start', 'next', 'a'), edge('a', 'handoff', 'done', handoff)],
    };
    expect(errors(flow)).toEqual([]);
    expect(sentence(edit(flow, { '/edges/1/port': 'fallback' }), 'E206')).toContain(
      '"next" or "handoff" of node "a"',
    );
  });

  test('every case and else of a branch, every choice, approved', () => {
    const branch = edit(small(), {
      '/nodes/work': { kind: 'branch', cases: [{ port: 'big', when: 'input > 1' }] },
      '/edges/1': edge('work', 'big', 'done'),
    });
    expect(found(branch)).toEqual(['E206 /nodes/work']);
    expect(found(edit(branch, { '/edges/-': edge('work', 'else', 'done') }))).toEqual([]);
    const choose = {
      ...human,
      mode: 'choose',
      choices: [
        { port: 'yes', label: 'Yes' },
        { port: 'no', label: 'No' },
      ],
    };
    expect(
      sentence(edit(small(), { '/nodes/work': choose, '/edges/1': edge('work', 'yes', 'done') }), 'E206'),
    ).toContain('"no" of node "work"');
    expect(
      found(edit(small(), { '/nodes/work': human, '/edges/1': edge('work', 'rejected', 'done') })),
    ).toEqual(['E206 /nodes/work']);
  });

  test('rejected, expired, exhausted and fallback may stay open', () => {
    expect(
      found(edit(small(), { '/nodes/work': human, '/edges/1': edge('work', 'approved', 'done') })),
    ).toEqual([]);
  });

  test('a parallel starts at least two branches', () => {
    const flow = edit(small(), {
      '/nodes/work': { kind: 'parallel' },
      '/nodes/done': { kind: 'join' },
      '/nodes/e': { kind: 'end' },
      '/edges/1': edge('work', 'branch', 'done'),
      '/edges/-': edge('done', 'next', 'e'),
    });
    expect(found(flow)).toEqual(['E206 /nodes/work']);
    expect(sentence(flow, 'E206')).toBe(
      'Node "work" starts only one branch. A parallel needs at least 2 edges at "branch".',
    );
    expect(sentence(edit(flow, { '/edges/1': undefined }), 'E206')).toContain('starts no branch');
  });
});

describe('E209 order of conditions', () => {
  const two = (first: object, second: object, port = 'next') =>
    edit(small(), {
      '/nodes/other': { kind: 'end' },
      '/edges/1': edge('work', port, 'other', first),
      '/edges/-': edge('work', port, 'done', second),
    });

  test('the last edge has none', () => {
    const flow = two({ when: 'input' }, { when: 'input' });
    expect(found(flow)).toEqual(['E209 /edges/2']);
    expect(mended(flow, 'E209')).toEqual([]);
    expect(found(two({ when: 'input' }, {}))).toEqual([]);
  });

  test('an edge without one hides those after it', () => {
    const flow = two({}, {});
    expect(found(flow)).toEqual(['E209 /edges/1']);
    expect(sentence(flow, 'E209')).toContain('the edges after it at "next" are never taken');
  });

  test('fallback edges need no last one', () => {
    const flow = edit(small(), {
      '/edges/-': edge('work', 'fallback', 'done', { when: 'error.attempts > 1' }),
    });
    expect(found(flow)).toEqual([]);
  });

  test('is not judged when an edge cannot be read', () => {
    expect(errors(two({ when: 5 }, { when: 'input' }))).toEqual(['E104 /edges/1/when']);
  });
});

describe('E211 twice the same', () => {
  test('node ids are unique over bodies, catalogues and subflows', () => {
    const flow = chain({ m: { kind: 'map', items: '[]', body: body('m', transform) } });
    expect(found(flow)).toEqual(['E211 /nodes/m/body/nodes/m']);
    expect(sentence(flow, 'E211')).toBe(
      'The id "m" is used twice: in the flow and in the body of node "m". Node ids are unique in the whole document; rename one of them.',
    );
  });

  test('edges', () => {
    const flow = edit(small(), { '/edges/-': edge('start', 'next', 'work') });
    expect(found(flow)).toEqual(['E211 /edges/2', 'E209 /edges/0']);
    expect(mended(flow, 'E211')).toEqual([]);
  });

  test('ports', () => {
    const cases = [{ port: 'else', when: 'input' }];
    const flow = edit(small(), {
      '/nodes/work': { kind: 'branch', cases },
      '/edges/1': edge('work', 'else', 'done'),
    });
    expect(found(flow)).toEqual(['E211 /nodes/work']);
  });

  test('handoffs of one node', () => {
    const handoff = (to: string) => edge('a', 'handoff', to, { handoff: { name: 'h', schema: true } });
    const flow = {
      ...chain({ a: { kind: 'agent', agent: 'a' } }, agents),
      edges: [edge('start', 'next', 'a'), handoff('done'), handoff('e')],
    };
    expect(errors(edit(flow, { '/nodes/e': { kind: 'end' } }))).toEqual(['E211 /edges/2/handoff/name']);
  });
});

describe('E212 disabled', () => {
  test('a step that can be passed by may be switched off', () => {
    expect(found(edit(small(), { '/nodes/work/disabled': true }))).toEqual([]);
    expect(found(edit(small(), { '/nodes/start/disabled': false }))).toEqual([]);
  });

  test('start, end, parallel, join and choices may not', () => {
    const flow = edit(small(), { '/nodes/start/disabled': true });
    expect(found(flow)).toEqual(['E212 /nodes/start/disabled']);
    expect(mended(flow, 'E212')).toEqual([]);
  });

  test('a node with nothing to go on by may not', () => {
    const handoff = { handoff: { name: 'h', schema: true } };
    const flow = {
      ...chain({ a: { kind: 'agent', agent: 'a', disabled: true } }, agents),
      edges: [edge('start', 'next', 'a'), edge('a', 'handoff', 'done', handoff)],
    };
    expect(errors(flow)).toEqual(['E212 /nodes/a/disabled']);
  });
});
