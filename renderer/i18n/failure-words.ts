/** What every screen calls a way to fail: the one home of these words. */
import { FAILURE_KINDS } from '../../shared/spec/values';
import { currentLanguage, t } from './t';

/** As a label. A kind of a newer version stays as it is written. */
export function kindWords(kind: string): string {
  const known = FAILURE_KINDS.find((name) => name === kind);
  return known ? t(`failure.${known}`) : kind;
}

/** Several inside a sentence. */
export function kindList(kinds: readonly string[]): string {
  const words = kinds.map(kindWords);
  // In German a word that opens a label may be a noun, and keeps its capital.
  return (currentLanguage() === 'de' ? words : words.map(lowered)).join(', ');
}

function lowered(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
