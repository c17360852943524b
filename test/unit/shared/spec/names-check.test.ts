import { describe, expect, test } from 'vitest';
import { acting, chain, edge, edit, errors, mended, person, sentence, tool } from './sample-flows';

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
    expect(sentence(edit(acting(), { '/nodes/a/prompt': '{{ steps.strat }}' }), 'E301')).toContain(
      'Did you mean "start"?',
    );
  });

  test('an expression that reads a field nobody declared reads outside its scope: E303', () => {
    const reading = (name: string) => edit(acting(), { '/nodes/a/prompt': `{{ context.${name} }}` });
    expect(errors(reading('nothing'))).toEqual(['E303 /nodes/a/prompt']);
    expect(sentence(reading('nte'), 'E303')).toContain(
      'there is no such context field. Did you mean "note"?',
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
