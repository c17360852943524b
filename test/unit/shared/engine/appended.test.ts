import { expect, test } from 'vitest';
import { contextVersion, createContextScope, writeContext } from '../../../../shared/engine/scope';
import type { Json } from '../../../../shared/base/json';
import { pure } from '../../../fakes/small-flow';

function counted(list: Json[]): { readonly list: Json[]; reads(): number } {
  let reads = 0;
  const proxy = new Proxy(list, {
    get: (target, key, receiver) => {
      if (key === '0') reads++;
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return { list: proxy, reads: () => reads };
}

function append(scope: ReturnType<typeof createContextScope>, value: Json): void {
  writeContext(scope, 'append', { field: 'log', value, step: 's' }, 1, pure.sha256);
}

test('a list ten thousand steps add to is copied once, when somebody looks, not at each addition', () => {
  const scope = createContextScope(null);
  const first = counted(['first']);
  scope.own.set('log', { version: 0, value: first.list, writer: 'run', at: 0, hash: 'h' });
  for (let i = 0; i < 10_000; i++) append(scope, i);
  expect(first.reads()).toBe(0);
  expect(contextVersion(scope, 'log')?.value).toHaveLength(10_001);
  expect(contextVersion(scope, 'log')?.value).toBe(contextVersion(scope, 'log')?.value);
  expect(first.reads()).toBe(1);
  expect(contextVersion(scope, 'log')?.version).toBe(10_000);
});

test('each version keeps what it was, whoever looks first', () => {
  const scope = createContextScope(null);
  const versions = [[1, 2], 3, [], [[4]], { n: 5 }].flatMap((value) => {
    append(scope, value);
    return contextVersion(scope, 'log') ?? [];
  });
  expect(versions[4]?.value).toEqual([1, 2, 3, [4], { n: 5 }]);
  expect(versions[1]?.value).toEqual([1, 2, 3]);
  append(scope, 6);
  expect(contextVersion(scope, 'log')?.value).toEqual([1, 2, 3, [4], { n: 5 }, 6]);
  expect(versions.map((version) => (version.value as Json[]).length)).toEqual([2, 3, 3, 4, 5]);
});

test('what was no list begins one', () => {
  const scope = createContextScope(null);
  scope.own.set('log', { version: 3, value: 'text', writer: 'fork', at: 0, hash: 'h' });
  append(scope, 1);
  expect(contextVersion(scope, 'log')).toMatchObject({ version: 4, value: [1], writer: 's', at: 1 });
});
