import { nearMiss } from '../../shared/spec/near-miss';

/** ` Did you mean x?` or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const guess = nearMiss(word, candidates);
  return guess === undefined ? '' : ` Did you mean ${guess}?`;
}
