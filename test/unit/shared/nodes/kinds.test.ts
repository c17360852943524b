import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blankFlow } from '../../../../shared/editing/blank';
import { INSPECTOR_SECTIONS, sharedFields } from '../../../../shared/nodes/fields';
import { definitionOf, nameOf, summaryOf } from '../../../../shared/nodes/lookup';
import { FlowNode, NODE_KINDS, type NodeKind } from '../../../../shared/spec/nodes';
import { factsOf } from '../../../../shared/spec/ports-of';
import { schemaOfMember } from '../../../../shared/spec/schema-walk';

const flow = blankFlow('f', 'F', '2026-01-01T00:00:00.000Z');
const folder = (kind: string) => `shared/nodes/${kind}`;

describe.each(NODE_KINDS)('%s', (kind) => {
  const definition = definitionOf(kind);
  const made = definition?.create(flow, new Set()).node;

  test('has its files', () => {
    expect(
      ['index.ts', 'README.md', 'README.de.md', 'icon.svg'].filter(
        (name) => !existsSync(`${folder(kind)}/${name}`),
      ),
    ).toEqual([]);
    const icon = readFileSync(`${folder(kind)}/icon.svg`, 'utf8');
    expect(icon).toContain('viewBox="0 0 20 20"');
    expect(icon).toContain('currentColor');
  });

  test('makes a node of the right shape', () => {
    expect(FlowNode.safeParse(made).error).toBeUndefined();
  });

  test('every field of its form is in its schema', () => {
    const fields = [...(definition?.inspector ?? []), ...sharedFields(definition?.shares ?? [])];
    const unknown = fields.filter((field) => {
      const member = schemaOfMember(FlowNode, made, field.path.split('.')[0] ?? '');
      return member === undefined || !INSPECTOR_SECTIONS.includes(field.section ?? 'main');
    });
    expect(unknown.map((field) => field.path)).toEqual([]);
  });

  test('offers only the shared parts its kind can have', () => {
    const facts = factsOf(kind);
    const shares = definition?.shares ?? [];
    expect({
      gate: shares.includes('gate'),
      retry: shares.includes('retry'),
      policy: shares.includes('policy'),
    }).toEqual({
      gate: facts.gate,
      retry: facts.retry,
      policy: facts.timeout !== 'none',
    });
  });

  test('says in words what it does', () => {
    expect(made && summaryOf(made as FlowNode, flow)).toMatch(/^\S.*\S$/);
  });
});

test('a node under edit never breaks its summary', () => {
  for (const kind of NODE_KINDS) {
    expect(summaryOf({ kind } as FlowNode, flow).length).toBeGreaterThan(0);
  }
});

test('an unknown kind is said to be unknown', () => {
  expect(summaryOf({ kind: 'teleport' as NodeKind } as FlowNode, flow)).toContain('does not know');
});

test('a node without a name is called by its kind while its id says no more', () => {
  expect(nameOf('agent2', { kind: 'agent', agent: 'a' })).toBe('Agent 2');
  expect(nameOf('triage', { kind: 'agent', agent: 'a' })).toBe('triage');
  expect(nameOf('go', { kind: 'start' })).toBe('Start');
});
