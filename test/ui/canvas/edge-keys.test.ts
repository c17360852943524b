import { expect, test } from 'vitest';
import { alongWire, nextWire, wiresOf } from '../../../renderer/canvas/edge-keys';
import { wireKey } from '../../../shared/editing/edges';
import { smallFlow } from '../../fakes/small-flows';

const { edges } = smallFlow;
const key = (from: string, port: string, to: string) => wireKey({ from, port, to });
const onWire = (wire: string) => ({ nodes: [], edges: [wire] });

test('a node has the connections that leave it, then those that reach it', () => {
  expect(wiresOf(edges, 'write')).toEqual([
    key('write', 'fallback', 'check'),
    key('write', 'next', 'check'),
    key('check', 'again', 'write'),
    key('start', 'next', 'write'),
  ]);
});

test('from a node the first connection, from a connection the next one, round and round', () => {
  const first = key('check', 'again', 'write');
  const second = key('check', 'good', 'end');
  expect(nextWire(edges, { nodes: ['check'], edges: [] })).toBe(first);
  expect(nextWire(edges, onWire(first))).toBe(second);
  expect(nextWire(edges, onWire(first), -1)).toBe(wiresOf(edges, 'check').at(-1));
});

test('left and right go to the ends of a connection', () => {
  const wire = key('check', 'good', 'end');
  expect(alongWire(edges, onWire(wire), 'left')).toEqual({ nodes: ['check'] });
  expect(alongWire(edges, onWire(wire), 'right')).toEqual({ nodes: ['end'] });
});

test('with a node selected the arrows keep going from node to node', () => {
  expect(alongWire(edges, { nodes: ['check'], edges: [] }, 'right')).toBeUndefined();
});
