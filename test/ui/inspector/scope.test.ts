import { expect, test } from 'vitest';
import { entriesAfter, scopeAt } from '../../../renderer/inspector/scope';
import { nestedFlow, smallFlow } from '../../fakes/small-flows';

const names = (entries: readonly { readonly name: string }[]) => entries.map((entry) => entry.name);

test('a node sees the input, what it may read and the steps before it', () => {
  const scope = scopeAt(smallFlow, { type: 'node', id: 'write' });
  expect(names(scope)).toEqual(['input', 'context', 'steps', 'run']);
  expect(names(entriesAfter(scope, ['context']))).toEqual(['mood']);
});

test('the fields of a step come from the shape of its result', () => {
  expect(names(entriesAfter(scopeAt(smallFlow, { type: 'node', id: 'end' }), ['steps', 'write']))).toEqual([
    'text',
  ]);
});

test('an edge sees the output of the node it leaves, a fallback the error', () => {
  const scope = scopeAt(smallFlow, { type: 'edge', from: 'write', isFallback: true });
  expect(names(scope)).toContain('output');
  expect(names(entriesAfter(scope, ['error']))).toContain('kind');
});

test('inside a loop the pass and the steps around are visible', () => {
  const scope = scopeAt(nestedFlow, { type: 'node', id: 'step' });
  expect(names(scope)).toEqual(['input', 'steps', 'iteration', 'last', 'run']);
  expect(names(entriesAfter(scope, ['steps']))).toEqual(['first']);
});

test('a tool definition sees its arguments and nothing else', () => {
  const input = { type: 'object', properties: { id: { type: 'string' } } };
  const scope = scopeAt(smallFlow, { type: 'tool', input });
  expect(names(scope)).toEqual(['args']);
  expect(names(entriesAfter(scope, ['args']))).toEqual(['id']);
});
