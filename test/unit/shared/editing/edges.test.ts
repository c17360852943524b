import { describe, expect, test } from 'vitest';
import {
  connect,
  disconnect,
  editEdge,
  legalSources,
  legalTargets,
  likelyPort,
  moveEdge,
  reconnect,
  refusalOf,
} from '../../../../shared/editing/edges';
import { graphAt, ROOT } from '../../../../shared/editing/graphs';
import { nestedFlow, smallFlow } from '../../../fakes/small-flows';

const inLoop = { type: 'inside', node: 'repeat' } as const;

describe('connecting', () => {
  test('an edge is put behind those of its port', () => {
    const result = connect(nestedFlow, ROOT, { from: 'first', port: 'next', to: 'end' });
    expect(result.ok && result.value.edges.slice(0, 2)).toEqual([
      { from: 'first', port: 'next', to: 'repeat' },
      { from: 'first', port: 'next', to: 'end' },
    ]);
  });

  test('nothing may lead into the start', () => {
    expect(refusalOf(smallFlow, ROOT, { from: 'write', port: 'next', to: 'start' })?.message).toContain(
      'a run begins there',
    );
  });

  test('a port the node does not have is named', () => {
    expect(refusalOf(smallFlow, ROOT, { from: 'end', port: 'next', to: 'write' })?.message).toContain(
      'no way out called “next”',
    );
  });

  test('the same edge twice is refused', () => {
    expect(refusalOf(smallFlow, ROOT, { from: 'write', port: 'next', to: 'check' })?.message).toContain(
      'already leads',
    );
  });

  test('two nodes of different graphs cannot be connected', () => {
    expect(refusalOf(nestedFlow, ROOT, { from: 'first', port: 'next', to: 'step' })?.message).toContain(
      'same drawing',
    );
  });

  test('a circle is refused with an offer, and drawn with the limit', () => {
    const wire = { from: 'last', port: 'next', to: 'first' };
    const refused = connect(nestedFlow, ROOT, wire);
    expect(!refused.ok && refused.error.offer).toEqual({ maxTraversals: 3 });
    const drawn = connect(nestedFlow, ROOT, wire, { maxTraversals: 3 });
    expect(drawn.ok && drawn.value.edges).toContainEqual({ ...wire, maxTraversals: 3 });
  });

  test('an edge that is bounded already closes no circle', () => {
    const result = connect(smallFlow, ROOT, { from: 'check', port: 'expired', to: 'end' });
    expect(result.ok).toBe(true);
  });

  test('a wire from the handoff port gets a contract', () => {
    const result = connect(smallFlow, ROOT, { from: 'write', port: 'handoff', to: 'end' });
    expect(result.ok && result.value.edges.find((e) => e.port === 'handoff')?.handoff).toEqual({
      name: 'to_end',
      schema: { type: 'object', properties: {} },
    });
  });

  test('bodies are edited in place', () => {
    const result = connect(nestedFlow, inLoop, { from: 'inner_start', port: 'next', to: 'inner_end' });
    expect(result.ok && graphAt(result.value, inLoop)?.edges).toHaveLength(3);
  });
});

describe('changing edges', () => {
  test('moving an end keeps what the edge says', () => {
    const doc = editEdge(smallFlow, ROOT, { from: 'check', port: 'good', to: 'end' }, (edge) => ({
      ...edge,
      label: 'fine',
    }));
    const result = reconnect(
      doc,
      ROOT,
      { from: 'check', port: 'good', to: 'end' },
      { from: 'check', port: 'expired', to: 'end' },
    );
    expect(result.ok && result.value.edges).toContainEqual({
      from: 'check',
      port: 'expired',
      to: 'end',
      label: 'fine',
    });
  });

  test('moving an end so that it closes a circle is refused', () => {
    const result = reconnect(
      smallFlow,
      ROOT,
      { from: 'check', port: 'good', to: 'end' },
      { from: 'check', port: 'good', to: 'write' },
    );
    expect(result.ok).toBe(false);
  });

  test('failure kinds leave an edge that is moved to another port', () => {
    const doc = editEdge(smallFlow, ROOT, { from: 'write', port: 'fallback', to: 'check' }, (edge) => ({
      ...edge,
      on: ['timeout'],
    }));
    const result = reconnect(
      doc,
      ROOT,
      { from: 'write', port: 'fallback', to: 'check' },
      { from: 'write', port: 'next', to: 'end' },
    );
    expect(result.ok && result.value.edges.find((e) => e.from === 'write' && e.to === 'end')).toEqual({
      from: 'write',
      port: 'next',
      to: 'end',
    });
  });

  test('the order of edges of a port can be changed', () => {
    const connected = connect(nestedFlow, ROOT, { from: 'first', port: 'next', to: 'end' });
    const moved = connected.ok
      ? moveEdge(connected.value, ROOT, { from: 'first', port: 'next', to: 'end' }, -1)
      : nestedFlow;
    expect(moved.edges.slice(0, 2).map((e) => e.to)).toEqual(['end', 'repeat']);
  });

  test('disconnecting what is not there changes nothing', () => {
    expect(disconnect(smallFlow, ROOT, [{ from: 'a', port: 'b', to: 'c' }])).toBe(smallFlow);
  });
});

describe('what a wire may end at', () => {
  test('the start and what is connected already do not light up', () => {
    expect([...legalTargets(smallFlow, ROOT, 'write', 'next')]).toEqual(['end']);
  });

  test('sources are listed with their ports', () => {
    expect(legalSources(smallFlow, ROOT, 'end')).toContainEqual({ from: 'write', port: 'fallback' });
  });

  test('the likely way out is the first that has to be connected', () => {
    const graph = { nodes: smallFlow.nodes, edges: smallFlow.edges.filter((e) => e.from !== 'write') };
    const { write } = smallFlow.nodes;
    expect(write && likelyPort(graph, 'write', write)).toBe('next');
  });
});
