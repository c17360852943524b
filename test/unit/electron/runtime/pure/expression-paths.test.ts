import { expect, test } from 'vitest';
import { pure } from './helpers';

test.each<[string, string[]]>([
  ['input.ticket', ['input.ticket']],
  ['context', ['context']],
  ['context.*', ['context.*']],
  ['context.**', ['context.*']],
  ['$', ['*']],
  ['$$.context.category', ['context.category']],
  ['context.category = "billing" and steps.a.b > 3', ['context.category', 'steps.a.b']],
  ['steps.rows[price > $$.input.limit].name', ['steps.rows.price', 'input.limit', 'steps.rows.name']],
  ['$exists(steps.x) ? steps.x.v : input.v', ['steps.x', 'steps.x.v', 'input.v']],
  ['$sum(steps.rows.(price * qty))', ['steps.rows', 'steps.rows.price', 'steps.rows.qty']],
  ['($c := context; $c.category)', ['context.category']],
  ['($c := context; $c)', ['context']],
  ['$map(steps.rows, function($r) { $r.price * input.rate })', ['steps.rows', 'input.rate']],
  ['$lookup(context, "category")', ['context.category']],
  ['$lookup(context, input.key)', ['input.key', 'context.*']],
  ['$keys(context)', ['context']],
  ['{"a": input.a, input.k: 1}', ['input.a', 'input.k']],
  ['[input.a, context.b]', ['input.a', 'context.b']],
  ['steps.rows^(>price).name', ['steps.rows.price', 'steps.rows.name']],
  ['context.(category & name)', ['context.category', 'context.name']],
  ['input.a ~> $uppercase', ['input.a']],
  ['-input.a', ['input.a']],
  ['1 + 2', []],
  ['input.rows{kind: $sum(price)}', ['input.rows', 'input.rows.kind', 'input.rows.price']],
  [
    'input.rows@$r.(context.limits)[$r.price > max]',
    ['input.rows.price', 'input.context.limits', 'input.context.limits.max'],
  ],
])('%s', (source, expected) => {
  const paths = pure.expression(source).paths.map((path) => path.join('.'));
  expect([...paths].sort()).toEqual(expect.arrayContaining([...expected].sort()));
});

test('a path is a list of names, not text', () => {
  expect(pure.expression('steps.`a b`.c').paths).toEqual([['steps', 'a b', 'c']]);
});
