import { afterEach, describe, expect, test } from 'vitest';
import { kindList, kindWords } from '../../../renderer/i18n/failure-words';
import { setLanguage } from '../../../renderer/i18n/t';
import { recoveryWords } from '../../../renderer/inspector/recovery';
import { FAILURE_KINDS } from '../../../shared/spec/values';
import { smallFlow } from '../../fakes/small-flows';

describe('the words for failures', () => {
  afterEach(() => setLanguage('en'));

  test('there is one for every kind in both languages', () => {
    const words = () => FAILURE_KINDS.map(kindWords);
    const english = words();
    setLanguage('de');
    const all = [...english, ...words()];
    expect(all.filter((word) => /_|\./.test(word) || word === '')).toEqual([]);
    expect(new Set(words()).size).toBe(FAILURE_KINDS.length);
  });

  test('a kind this version does not know stays as it is written', () => {
    expect(kindWords('melted')).toBe('melted');
  });

  test('inside a sentence they begin small, but not in German', () => {
    expect(kindList(['timeout', 'invalid_output'])).toBe('took too long, answer did not fit');
    setLanguage('de');
    expect(kindList(['error', 'invalid_output'])).toBe('Fehler, Antwort passte nicht');
  });

  test('the order of recovery uses the words of the run room', () => {
    expect(recoveryWords(smallFlow, 'write').join(' ')).toContain(kindList(['rate_limited', 'unavailable']));
  });
});
