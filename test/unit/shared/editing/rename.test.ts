import { describe, expect, test } from 'vitest';
import { nodeAt } from '../../../../shared/editing/graphs';
import { changeNodeId, renameNode, renamePart } from '../../../../shared/editing/rename';
import { nestedFlow, smallFlow } from '../../../fakes/small-flows';

describe('another id', () => {
  test('edges, expressions, places, rehearsal, answers, faults and paths follow; text does not', () => {
    const result = changeNodeId(smallFlow, 'write', 'draft');
    const doc = result.ok ? result.value : smallFlow;
    expect(doc.nodes['end']).toEqual({
      kind: 'end',
      output: { text: { $: 'steps.draft.text & " (" & "steps.write" & ")"' } },
    });
    expect(doc.nodes['check']).toMatchObject({ title: 'Good? {{ steps.draft.text }}' });
    expect(doc.edges.filter((e) => e.from === 'draft' || e.to === 'draft')).toHaveLength(4);
    expect(Object.keys(doc.layout?.nodes ?? {})).toContain('draft');
    expect(Object.keys(doc.rehearsal?.nodes ?? {})).toEqual(['draft', 'check']);
    expect(doc.tests?.[0]).toMatchObject({
      faults: [{ node: 'draft' }],
      expect: { path: ['draft', 'check', 'end'] },
    });
    expect(JSON.stringify(doc)).not.toContain('"write"');
  });

  test('expressions inside a body follow a step outside of it', () => {
    const result = changeNodeId(nestedFlow, 'first', 'seed');
    expect(result.ok && nodeAt(result.value, 'step')).toEqual({
      kind: 'transform',
      output: { n: { $: 'steps.seed.n + iteration' } },
    });
  });

  test.each([
    ['check', 'already called “check”'],
    ['my step', 'starts with a letter'],
    ['and', 'reserved'],
  ])('“%s” is refused with a sentence', (id, words) => {
    const result = changeNodeId(smallFlow, 'write', id);
    expect(!result.ok && result.error).toContain(words);
  });
});

describe('another name', () => {
  test('an id made from the name follows it', () => {
    expect(renameNode(smallFlow, 'write', 'First draft')).toMatchObject({ id: 'first_draft' });
  });

  test('an id someone chose stays', () => {
    const chosen = changeNodeId(smallFlow, 'write', 'w1x');
    expect(chosen.ok && renameNode(chosen.value, 'w1x', 'First draft').id).toBe('w1x');
  });

  test('an emptied name goes away', () => {
    expect(nodeAt(renameNode(smallFlow, 'write', '').doc, 'write')?.name).toBeUndefined();
  });
});

describe('named parts', () => {
  test('shared state: reads, writes and expressions follow', () => {
    const result = renamePart(smallFlow, 'context', 'mood', 'tone');
    const doc = result.ok ? result.value : smallFlow;
    expect(nodeAt(doc, 'write')).toMatchObject({ reads: ['tone'], writes: { tone: 'output.text' } });
    expect(doc.agents?.['writer']?.instructions).toBe('Be {{ context.tone }}');
  });

  test('models, agents and tools follow wherever they are used', () => {
    const model = renamePart(smallFlow, 'models', 'local', 'small');
    expect(model.ok && model.value.agents?.['writer']?.model).toBe('small');
    const agent = renamePart(smallFlow, 'agents', 'writer', 'author');
    expect(agent.ok && nodeAt(agent.value, 'write')).toMatchObject({ agent: 'author' });
    const tool = renamePart(smallFlow, 'tools', 'pay', 'payout');
    expect(tool.ok && tool.value.agents?.['writer']?.tools).toEqual(['payout']);
  });

  test('a policy is followed in nodes, agents and tools', () => {
    const withPolicy = {
      ...smallFlow,
      policies: { quick: { timeout: 'PT1S' } },
      agents: { writer: { role: 'Writes', model: 'local', policy: 'quick' } },
    };
    const result = renamePart(withPolicy, 'policies', 'quick', 'fast');
    expect(result.ok && result.value.agents?.['writer']?.policy).toBe('fast');
  });

  test('a schema is followed in every $ref', () => {
    const withSchema = {
      ...smallFlow,
      schemas: { Topic: { type: 'string' } },
      input: { type: 'object', properties: { topic: { $ref: '#/schemas/Topic' } } },
    };
    const result = renamePart(withSchema, 'schemas', 'Topic', 'Subject');
    expect(result.ok && result.value.input).toEqual({
      type: 'object',
      properties: { topic: { $ref: '#/schemas/Subject' } },
    });
  });

  test('a taken name is refused', () => {
    const result = renamePart(
      {
        ...smallFlow,
        models: { local: { provider: 'builtin', model: 'x' }, other: { provider: 'builtin', model: 'y' } },
      },
      'models',
      'local',
      'other',
    );
    expect(!result.ok && result.error).toContain('already called');
  });
});
