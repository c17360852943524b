import { describe, expect, test } from 'vitest';
import { NODE_KINDS } from '../../../../shared/spec/nodes';
import { canDisable, factsOf, KIND_FACTS, portOf, portsOf } from '../../../../shared/spec/ports-of';

const names = (node: Parameters<typeof portsOf>[0]) => portsOf(node).out.map((port) => port.name);

describe('portsOf', () => {
  test('every kind leaves by the ports the format gives it', () => {
    const ports = Object.fromEntries(NODE_KINDS.map((kind) => [kind, names({ kind, mode: 'approve' })]));
    expect(ports).toEqual({
      start: ['next'],
      end: [],
      agent: ['next', 'handoff', 'fallback'],
      tool: ['next', 'fallback'],
      human: ['approved', 'rejected', 'expired'],
      branch: ['else'],
      parallel: ['branch'],
      join: ['next', 'fallback'],
      map: ['next', 'fallback'],
      loop: ['next', 'exhausted', 'fallback'],
      subflow: ['next', 'fallback'],
      transform: ['next', 'fallback'],
      code: ['next', 'fallback'],
      wait: ['next'],
      supervisor: ['next', 'fallback'],
      planner: ['next', 'fallback'],
      chat: ['next', 'exhausted', 'fallback'],
    });
  });

  test('a kind has a fallback port exactly when its facts say so', () => {
    for (const kind of NODE_KINDS)
      expect(names({ kind }).includes('fallback')).toBe(KIND_FACTS[kind].fallback);
  });

  test('nothing leads into a start', () => {
    expect(NODE_KINDS.filter((kind) => !portsOf({ kind }).in)).toEqual(['start']);
  });

  test('a branch has a port for each case, and they are required', () => {
    const node = { kind: 'branch', cases: [{ port: 'big', when: 'x > 1' }] };
    expect(names(node)).toEqual(['big', 'else']);
    expect(portOf(node, 'big')).toEqual({
      name: 'big',
      kind: 'normal',
      required: true,
      atLeast: 1,
      label: 'x > 1',
    });
  });

  test('a person chooses among the choices or lets the time run out', () => {
    expect(names({ kind: 'human', mode: 'choose', choices: [{ port: 'yes', label: 'Yes' }] })).toEqual([
      'yes',
      'expired',
    ]);
    expect(names({ kind: 'human', mode: 'form' })).toEqual(['approved', 'expired']);
  });

  test('half-written documents have the ports that can be read', () => {
    expect(names({ kind: 'branch', cases: [null, 3, {}, { port: 'a' }] })).toEqual(['a', 'else']);
    expect(names({ kind: 'human', mode: 'choose', choices: 'no' })).toEqual(['expired']);
    expect(names({ kind: 'teleport' })).toEqual([]);
    expect(names({ kind: 'toString' })).toEqual([]);
    expect(portOf({ kind: 'tool' }, 'nope')).toBeUndefined();
  });

  test('an unknown kind can have nothing', () => expect(factsOf('teleport').fallback).toBe(false));

  test('only steps that can be passed by may be switched off', () => {
    expect(canDisable({ kind: 'human', mode: 'choose' })).toBe(false);
    expect(canDisable({ kind: 'human', mode: 'approve' })).toBe(true);
    expect(canDisable({ kind: 'tool' })).toBe(true);
    expect(canDisable({ kind: 'join' })).toBe(false);
  });
});
