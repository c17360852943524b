import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { interfaceHash, interfacePart, semanticHash } from '../../../../shared/spec/hashes';
import { applyPatch } from '../../../../shared/spec/patch';
import type { PatchOp } from '../../../../shared/spec/problem';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const example = (): unknown => JSON.parse(readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8'));
const edited = (...ops: [PatchOp['op'], string, unknown?][]) =>
  applyPatch(
    example(),
    ops.map(([op, path, value]) => ({ op, path, value }) as PatchOp),
  );

describe('semanticHash', () => {
  const hash = semanticHash(example(), sha256);

  test('is the hash of this file for ever', () => {
    expect(hash).toBe('sha256:f35d0f428760b6fa9afe2578a7df2ef12a17fc48429e205acb8019175d66e91e');
  });

  test.each<[string, string, unknown]>([
    ['name', '/name', 'Other'],
    ['version', '/version', '9.9.9'],
    ['description', '/description', 'x'],
    ['meta', '/meta', { tags: ['x'] }],
    ['layout', '/layout', { nodes: { start: { x: 9, y: 9 } } }],
    ['rehearsal', '/rehearsal', { seed: 1 }],
    ['tests', '/tests', []],
    ['$schema', '/$schema', 'x'],
    ['extensions of the flow', '/extensions', { a: 1 }],
    ['extensions of a tool', '/tools/refund/extensions', { a: 1 }],
    ['extensions of an agent', '/agents/triager/extensions', { a: 1 }],
    ['extensions of a node', '/nodes/pay/extensions', { a: 1 }],
    ['extensions of an edge', '/edges/0/extensions', { a: 1 }],
    ['the name of a node', '/nodes/pay/name', 'Pay!'],
    ['the description of a node', '/nodes/pay/description', 'Pays'],
    ['the label of an edge', '/edges/0/label', 'ok'],
    ['the description of a context field', '/context/category/description', 'x'],
  ])('%s does not change it', (_, path, value) => {
    expect(semanticHash(edited(['add', path, value]), sha256)).toBe(hash);
  });

  test.each<[string, string, unknown]>([
    ['a prompt', '/nodes/triage/prompt', 'x'],
    ['the description of a tool', '/tools/refund/description', 'x'],
    ['the role of an agent', '/agents/triager/role', 'x'],
    ['the name of a handoff', '/edges/13/handoff/name', 'x'],
    ['a guard', '/edges/10/when', 'true'],
    ['a title for people', '/nodes/review/title', 'x'],
    ['a mapping key called name', '/nodes/done/output/name', 'x'],
    ['a key called extensions in a mapping', '/nodes/done/output/extensions', 'x'],
    ['the budget', '/budget/steps', 51],
  ])('%s changes it', (_, path, value) => {
    expect(semanticHash(edited(['add', path, value]), sha256)).not.toBe(hash);
  });

  test('the order of edges matters within a port only', () => {
    const doc = example() as { edges: { from: string }[] };
    const turned = { ...doc, edges: [...doc.edges].reverse() };
    expect(semanticHash(turned, sha256)).toBe(hash);
    const a = {
      edges: [
        { from: 'a', port: 'p', to: 'x' },
        { from: 'a', port: 'p', to: 'y' },
      ],
    };
    expect(semanticHash({ edges: [...a.edges].reverse() }, sha256)).not.toBe(semanticHash(a, sha256));
  });

  test('looks inside bodies, catalogues and subflows do not change it', () => {
    const flow = (name?: string) => {
      const graph = {
        nodes: { s: { kind: 'start', name } },
        edges: [{ from: 's', port: 'next', to: 'e', label: name }],
      };
      return {
        nodes: {
          m: { kind: 'map', body: graph },
          p: { kind: 'planner', catalogue: graph },
          l: { kind: 'loop', body: 3 },
        },
        subflows: { f: graph },
      };
    };
    expect(semanticHash(flow('Named'), sha256)).toBe(semanticHash(flow(), sha256));
  });

  test('a document that is no flow has a hash too', () => {
    for (const value of [
      null,
      [],
      'x',
      { nodes: [], edges: 'x', tools: [], context: { a: 1 }, subflows: { s: 3 } },
    ]) {
      expect(semanticHash(value, sha256)).toMatch(/^sha256:[0-9a-f]{64}$/);
    }
  });
});

describe('interfaceHash', () => {
  test('covers what a caller sees', () => {
    const part = interfacePart(
      edited(
        ['add', '/models/writer', { provider: 'openai', model: 'm', secret: 'KEY_B' }],
        ['add', '/tools/refund/headers', { 'X-Key': { secret: 'KEY_A' }, Accept: 'text/plain' }],
        [
          'add',
          '/mcpServers',
          { s: { transport: 'stdio', command: 'c', env: { T: { secret: 'KEY_B' }, U: 'x' } }, odd: 3 },
        ],
      ),
    );
    expect(part).toEqual({
      input: {
        type: 'object',
        required: ['ticket'],
        properties: { ticket: { type: 'string' }, orderTotal: { type: 'number' } },
      },
      output: {
        type: 'object',
        required: ['reply'],
        properties: { reply: { type: 'string' }, refund: { type: 'number' } },
      },
      forms: {
        approve: {
          type: 'object',
          required: ['amount'],
          properties: { amount: { type: 'number', minimum: 0 } },
        },
        review: { type: 'object', required: ['reply'], properties: { reply: { type: 'string' } } },
      },
      handoffs: {
        triage: {
          to_resolver: { type: 'object', required: ['summary'], properties: { summary: { type: 'string' } } },
        },
      },
      tools: {
        refund: {
          input: { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } },
          output: undefined,
          effect: 'once',
        },
      },
      secrets: ['KEY_A', 'KEY_B'],
    });
  });

  test('prompts do not change it, inputs do', () => {
    const hash = interfaceHash(example(), sha256);
    expect(interfaceHash(edited(['add', '/nodes/triage/prompt', 'x']), sha256)).toBe(hash);
    expect(interfaceHash(edited(['remove', '/input/required']), sha256)).not.toBe(hash);
  });

  test('is total', () => {
    const empty = { forms: {}, handoffs: {}, tools: {}, secrets: [] };
    expect(interfacePart(null)).toMatchObject(empty);
    expect(
      interfacePart({ edges: [{ from: 1, handoff: {} }, 3], nodes: { h: { kind: 'human' } } }),
    ).toMatchObject(empty);
    expect(interfacePart({ tools: { t: 1 } })['tools']).toEqual({ t: {} });
  });
});
