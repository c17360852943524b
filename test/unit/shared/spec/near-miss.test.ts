import { describe, expect, test } from 'vitest';
import { nearMiss } from '../../../../shared/spec/near-miss';

describe('nearMiss', () => {
  test.each([
    ['promt', ['prompt', 'policy'], 'prompt'],
    ['agnet', ['agent', 'end'], 'agent'],
    ['MaxTurns', ['maxTurns'], 'maxTurns'],
    ['ned', ['end', 'next'], 'end'],
    ['zebra', ['agent', 'tool'], undefined],
    ['a', ['b'], undefined],
    ['', ['a'], undefined],
    ['x'.repeat(65), ['x'.repeat(64)], undefined],
    ['tool', ['tool'], undefined],
    ['toolbox', ['tol'], undefined],
  ])('%s', (word, candidates, expected) => expect(nearMiss(word, candidates)).toBe(expected));

  test('the closest wins, the first of equals', () => {
    expect(nearMiss('orders', ['order', 'ordersx', 'odrers'])).toBe('order');
  });
});
