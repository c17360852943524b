import { describe, expect, test } from 'vitest';
import { failureModes, failureModesOf } from '../../../../shared/spec/failure-modes';
import type { Flow } from '../../../../shared/spec/flow';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { calling, edge, flowOf, HTTP, mode } from './failing-flows';

describe('where a failure ends', () => {
  test('it is retried, then takes the fallback edge', () => {
    expect(mode(calling(['call.fallback>ask']), 'call', 'timeout')).toEqual({
      node: 'call',
      kind: 'timeout',
      retries: 2,
      models: [],
      ends: 'fallback',
      to: 'ask',
      through: [],
      handled: true,
      sentence: 'Tried again up to 2 times; takes the fallback to “ask”.',
    });
  });

  test('of one node they are those of the table; a node that is gone or switched off has none', () => {
    const flow = calling(['call.fallback>ask']);
    expect(failureModesOf(flow, 'call')).toEqual(failureModes(flow).filter((each) => each.node === 'call'));
    expect(failureModesOf(flow, 'call').length).toBeGreaterThan(0);
    expect(failureModesOf(flow, 'nowhere')).toEqual([]);
    const call = { ...flow.nodes['call'], disabled: true } as FlowNode;
    expect(failureModesOf({ ...flow, nodes: { ...flow.nodes, call } }, 'call')).toEqual([]);
  });

  test('only a fallback for its kind counts, and one with a guard does not', () => {
    const flow = calling([
      edge('call.fallback>ask', { on: ['timeout'] }),
      edge('call.fallback>done', { when: 'error.code = "x"' }),
    ]);
    expect([mode(flow, 'call', 'timeout')?.ends, mode(flow, 'call', 'error')?.ends]).toEqual([
      'fallback',
      'run',
    ]);
  });

  test('what nobody takes ends the run, after undoing when the flow says so, or at a person', () => {
    expect(mode(calling([]), 'call', 'error')).toMatchObject({
      ends: 'run',
      handled: false,
      sentence: 'The run fails.',
    });
    expect(mode(calling([], { onFailure: { do: 'compensate' } }), 'call', 'error')).toMatchObject({
      ends: 'undo',
      handled: false,
    });
    const escalating = calling([], { onFailure: { do: 'escalate', to: 'ask' } });
    expect(mode(escalating, 'call', 'error')).toMatchObject({
      ends: 'person',
      to: 'ask',
      handled: true,
      sentence: 'Goes to the person at “ask”.',
    });
    expect(mode(calling([], { onFailure: { do: 'escalate' } }), 'call', 'error')?.ends).toBe('run');
  });

  test('a model chain is asked before the fallback', () => {
    const flow = flowOf(
      { start: { kind: 'start' }, think: { kind: 'agent', agent: 'a' }, done: { kind: 'end' } },
      ['start.next>think', 'think.next>done', 'think.fallback>done'],
      {
        agents: { a: { role: 'r', model: 'big' } },
        models: {
          big: { provider: 'p', model: 'm', fallback: ['small', 'tiny'] },
          small: { provider: 'p', model: 's' },
          tiny: { provider: 'p', model: 't' },
        },
      },
    );
    expect(mode(flow, 'think', 'unavailable')?.sentence).toBe(
      'Tried again up to 2 times; then asked of “small”, then “tiny”; takes the fallback to “done”.',
    );
    expect(mode(flow, 'think', 'error')).toMatchObject({ retries: 0, models: [] });
  });

  test('one retry is said as once', () => {
    const flow = calling(['call.fallback>ask'], { policies: { default: { retry: { maxAttempts: 2 } } } });
    expect(mode(flow, 'call', 'timeout')?.sentence).toBe(
      'Tried again up to once; takes the fallback to “ask”.',
    );
  });

  test('rejections, deadlines and spent loops are ways on where their port is drawn', () => {
    const flow = flowOf(
      {
        start: { kind: 'start' },
        ask: { kind: 'human', mode: 'approve', title: '', deadline: 'PT1H', onDeadline: 'approved' },
        again: {
          kind: 'loop',
          while: 'true',
          maxIterations: 2,
          body: { nodes: { s: { kind: 'start' }, e: { kind: 'end' } }, edges: [edge('s.next>e')] },
        },
        done: { kind: 'end' },
      },
      [
        'start.next>ask',
        'ask.approved>again',
        'ask.rejected>done',
        'again.next>done',
        'again.exhausted>done',
      ],
    );
    expect(mode(flow, 'ask', 'rejected')).toMatchObject({ ends: 'port', to: 'done' });
    expect(mode(flow, 'ask', 'expired')).toMatchObject({ ends: 'port', to: 'again' });
    expect(mode(flow, 'again', 'loop_limit')).toMatchObject({ ends: 'port', to: 'done' });
    expect(mode(flow, 'again', 'error')?.ends).toBe('run');
  });
});

describe('outward', () => {
  const body = {
    nodes: { s: { kind: 'start' }, work: { kind: 'tool', tool: 'api' }, e: { kind: 'end' } },
    edges: [edge('s.next>work'), edge('work.next>e')],
  };
  const mapping = (onItemFailure: string | undefined, edges: string[]): Flow =>
    flowOf(
      {
        start: { kind: 'start' },
        each: { kind: 'map', items: 'input', onItemFailure, body },
        done: { kind: 'end' },
      },
      ['start.next>each', 'each.next>done', ...edges],
      { tools: { api: HTTP } as never },
    );

  test('a failed item fails its map, which may have a fallback', () => {
    expect(mode(mapping(undefined, ['each.fallback>done']), 'work', 'error')).toMatchObject({
      ends: 'fallback',
      to: 'done',
      through: ['each'],
      sentence: 'Fails “each”; takes the fallback to “done”.',
    });
    expect(mode(mapping('fail', []), 'work', 'error')).toMatchObject({ ends: 'run', through: ['each'] });
  });

  test('a map that skips or collects goes on without the item', () => {
    for (const how of ['skip', 'collect'])
      expect(mode(mapping(how, []), 'work', 'error')).toMatchObject({
        ends: 'left-out',
        to: 'each',
        handled: true,
      });
    expect(mode(mapping('skip', []), 'work', 'error')?.sentence).toBe(
      'Is left out; “each” goes on without it.',
    );
  });

  test('a failed branch fails its join, unless the join skips it', () => {
    const parallel = (onBranchFailure: string): Flow =>
      flowOf(
        {
          start: { kind: 'start' },
          split: { kind: 'parallel' },
          a: { kind: 'tool', tool: 'api' },
          b: { kind: 'transform', output: 1 },
          all: { kind: 'join', onBranchFailure },
          done: { kind: 'end' },
        },
        [
          'start.next>split',
          'split.branch>a',
          'split.branch>b',
          'a.next>all',
          'b.next>all',
          'all.next>done',
          'all.fallback>done',
        ],
        { tools: { api: HTTP } as never },
      );
    expect(mode(parallel('fail'), 'a', 'error')).toMatchObject({
      ends: 'fallback',
      to: 'done',
      through: ['all'],
    });
    expect(mode(parallel('skip'), 'b', 'error')).toMatchObject({ ends: 'left-out', to: 'all' });
    expect(mode(parallel('fail'), 'all', 'error')).toMatchObject({ ends: 'fallback', through: [] });
  });

  test('a failed subflow fails the node that calls it, also from inside another subflow', () => {
    const inner = {
      nodes: { s2: { kind: 'start' }, work: { kind: 'tool', tool: 'api' }, e2: { kind: 'end' } },
      edges: [edge('s2.next>work'), edge('work.next>e2')],
    };
    const outer = {
      nodes: { s1: { kind: 'start' }, mid: { kind: 'subflow', flow: 'inner' }, e1: { kind: 'end' } },
      edges: [edge('s1.next>mid'), edge('mid.next>e1')],
    };
    const flow = flowOf(
      { start: { kind: 'start' }, top: { kind: 'subflow', flow: 'outer' }, done: { kind: 'end' } },
      ['start.next>top', 'top.next>done', 'top.fallback>done'],
      {
        tools: { api: HTTP } as never,
        subflows: { outer, inner } as never,
      },
    );
    expect(mode(flow, 'work', 'error')).toMatchObject({
      ends: 'fallback',
      to: 'done',
      through: ['mid', 'top'],
    });
  });

  test('a subflow nobody calls fails by itself', () => {
    const flow = flowOf({ start: { kind: 'start' }, done: { kind: 'end' } }, ['start.next>done'], {
      tools: { api: HTTP } as never,
      subflows: {
        lone: {
          nodes: { s: { kind: 'start' }, work: { kind: 'tool', tool: 'api' }, e: { kind: 'end' } },
          edges: [edge('s.next>work'), edge('work.next>e')],
        },
      } as never,
    });
    expect(mode(flow, 'work', 'error')?.ends).toBe('run');
  });

  test('a planned step that fails is planned again while plans are left', () => {
    const planning = (maxReplans: number | undefined): Flow =>
      flowOf(
        {
          start: { kind: 'start' },
          plan: {
            kind: 'planner',
            model: 'm',
            goal: 'g',
            maxReplans,
            catalogue: { nodes: { work: { kind: 'tool', tool: 'api' } } },
          },
          done: { kind: 'end' },
        },
        ['start.next>plan', 'plan.next>done'],
        {
          tools: { api: HTTP } as never,
        },
      );
    expect(mode(planning(undefined), 'work', 'error')).toMatchObject({
      ends: 'replan',
      to: 'plan',
      sentence: '“plan” plans again.',
    });
    expect(mode(planning(0), 'work', 'error')).toMatchObject({ ends: 'run', through: ['plan'] });
  });

  test('a plan that a person has to approve may be refused, and with a deadline be left lying', () => {
    const approving = (approve: object | undefined): readonly string[] =>
      failureModesOf(
        flowOf(
          {
            start: { kind: 'start' },
            plan: { kind: 'planner', model: 'm', goal: 'g', approve, catalogue: { nodes: {} } },
            done: { kind: 'end' },
          },
          ['start.next>plan', 'plan.next>done'],
        ),
        'plan',
      ).flatMap(({ kind }) => (kind === 'rejected' || kind === 'expired' ? [kind] : []));
    expect(approving(undefined)).toEqual([]);
    expect(approving({})).toEqual(['rejected']);
    expect(approving({ deadline: 'PT1H' })).toEqual(['rejected', 'expired']);
  });

  test('a disabled node cannot fail', () => {
    const flow = calling([]);
    (flow.nodes['call'] as { disabled?: boolean }).disabled = true;
    expect(failureModes(flow).filter((candidate) => candidate.node === 'call')).toEqual([]);
  });

  test('a document without start, with a join in no parallel, or that calls itself is still told about', () => {
    expect(mode(flowOf({ call: { kind: 'tool', tool: 'api' } }, []), 'call', 'error')?.ends).toBe('run');
    const lone = flowOf({ start: { kind: 'start' }, all: { kind: 'join' } }, [
      'start.next>all',
      'all.next>nowhere',
    ]);
    expect(mode(lone, 'all', 'error')?.ends).toBe('run');
    const self = {
      nodes: { s: { kind: 'start' }, me: { kind: 'subflow', flow: 'self' }, e: { kind: 'end' } },
      edges: [edge('s.next>me'), edge('me.next>e')],
    };
    const looping = flowOf({ start: { kind: 'start' }, done: { kind: 'end' } }, ['start.next>done'], {
      subflows: { self } as never,
    });
    expect(mode(looping, 'me', 'error')).toMatchObject({ ends: 'run', handled: false });
  });
});
