import { expect, test } from 'vitest';
import { durationWords, parseDurationWords } from '../../../../shared/base/duration-words';

test.each([
  ['30s', 'PT30S'],
  ['30', 'PT30S'],
  ['4 h', 'PT4H'],
  ['1 h 30 min', 'PT1H30M'],
  ['2 days', 'P2D'],
  ['1,5 minutes', 'PT1M30S'],
  ['500ms', 'PT0.5S'],
  ['pt5m', 'PT5M'],
  ['1 week', 'P7D'],
])('“%s” is %s', (text, iso) => {
  expect(parseDurationWords(text)).toBe(iso);
});

test.each(['', 'soon', '4 parsecs', '-3 s', '5 min or so'])('“%s” is no duration', (text) => {
  expect(parseDurationWords(text)).toBeUndefined();
});

test.each([
  [30_000, '30 s'],
  [14_400_000, '4 h'],
  [5_400_000, '1 h 30 min'],
  [1_500, '1.5 s'],
  [250, '250 ms'],
  [0, '0 s'],
])('%d ms reads %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});
