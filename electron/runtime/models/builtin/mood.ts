/** How a text feels: a small word list, turned around by negation, sharpened by exclamation. */
import { STRONG_WORDS } from './lexicon';
import type { Reading } from './nlp';

export interface Mood {
  /** From -1 (bad) to 1 (good). */
  readonly value: number;
  readonly strength: number;
  readonly evidence: string | undefined;
}

export function moodOf(reading: Reading): Mood {
  let sum = 0;
  let strength = 0;
  let evidence: string | undefined;
  let strongest = 0;
  for (const sentence of reading.sentences) {
    // a polite ending says nothing about how somebody feels
    if (
      /^(best|kind|warm|many thanks|thanks|thank you|regards|yours|sincerely|cheers)\b[^.!?]{0,40}$/i.test(
        sentence.text,
      )
    )
      continue;
    const own = sentenceMood(sentence.text);
    sum += own;
    strength += Math.abs(own);
    if (Math.abs(own) > strongest) [evidence, strongest] = [sentence.text, Math.abs(own)];
  }
  return {
    value: strength === 0 ? 0 : Math.max(-1, Math.min(1, sum / (strength * 0.6 + 1))),
    strength,
    evidence,
  };
}

function sentenceMood(text: string): number {
  const words = text.toLowerCase().match(/[a-z']+/g) ?? [];
  let sum = 0;
  words.forEach((word, i) => {
    const weight = Object.hasOwn(STRONG_WORDS, word) ? (STRONG_WORDS[word] as number) : 0;
    if (weight === 0) return;
    const before = words.slice(Math.max(0, i - 3), i);
    const negated = before.some((other) =>
      /^(not|no|never|isn't|wasn't|don't|didn't|can't|cannot|won't|hardly|without)$/.test(other),
    );
    const stressed = before.some((other) =>
      /^(very|really|extremely|absolutely|so|totally|completely)$/.test(other),
    );
    sum += (negated ? -0.7 * weight : weight) * (stressed ? 1.4 : 1);
  });
  return text.endsWith('!') ? sum * 1.2 : sum;
}
