/** Says yes or no: by statement, by cue words of what is asked, by negation. */
import { emailsIn, phonesIn } from './extract';
import { factFor } from './fact-lookup';
import { type Field, isAbout } from './field';
import type { Guess } from './fill-number';
import type { Material } from './material';
import { moodOf } from './mood';
import { concernsOf } from './nlp';

type Cue = (material: Material) => boolean;

const CUES: readonly (readonly [RegExp, Cue])[] = [
  [
    /pii|personal/,
    ({ text }) =>
      emailsIn(text).length + phonesIn(text).length > 0 ||
      /\b(iban|passport|ssn|date of birth)\b/i.test(text),
  ],
  [
    /urgent|urgency|critical|emergency/,
    (material) => has(material, 'urgent') || /!{2,}|\bASAP\b|\bURGENT\b/.test(material.text),
  ],
  [
    /escalat|angry|upset|unhappy|negative|complain/,
    (material) =>
      moodOf(material.reading).value < -0.3 || /\b(manager|lawyer|supervisor)\b/i.test(material.text),
  ],
  [/happy|satisfied|positive/, (material) => moodOf(material.reading).value > 0.3],
  [
    /spam|scam|phishing/,
    (material) =>
      has(material, 'spam', 2) ||
      /\b(lottery|click here|wire transfer|inheritance|prize)\b/i.test(material.text),
  ],
  [/fraud|suspicious/, (material) => has(material, 'security')],
  [/duplicate|double/, ({ text }) => /\b(twice|double|duplicate|again|two times|second time)\b/i.test(text)],
  [
    /refund/,
    ({ text }) =>
      /\b(refund|money back|reimburse|overcharged|charged twice)\b/i.test(text) &&
      !/\b(no|not)\b[^.]{0,20}\brefund/i.test(text),
  ],
  [/cancel/, ({ text }) => /\b(cancel|terminate|unsubscribe)/i.test(text)],
  [/question/, ({ reading }) => reading.sentences.some((sentence) => sentence.isQuestion)],
  [
    /empty|missing/,
    ({ text }) => text.trim() === '' || /\b(missing|empty|not provided|n\/a|blank)\b/i.test(text),
  ],
  [/paid/, ({ text }) => /\bpaid\b/i.test(text) && !/\b(not|un|never)\s?(?:been )?paid\b/i.test(text)],
  [/overdue|late/, ({ text }) => /\b(overdue|late|past due|reminder)\b/i.test(text)],
  [
    /compliant|approved|valid|accept|eligible|pass|ok$|correct|complete/,
    (material) => balance(material) >= 0,
  ],
];

export function guessFlag(field: Field, material: Material): Guess<boolean> {
  const stated = statedFlag(factFor(field, material));
  if (stated !== undefined) return { value: stated, confidence: 0.95 };
  for (const [pattern, cue] of CUES) {
    if (isAbout(field, pattern)) return { value: cue(material), confidence: 0.75 };
  }
  return byMention(field, material);
}

function statedFlag(fact: unknown): boolean | undefined {
  if (typeof fact === 'boolean') return fact;
  if (typeof fact !== 'string') return undefined;
  if (/^(yes|true|y|done|paid|approved|ok)\b/i.test(fact)) return true;
  return /^(no|false|n|none|not)\b/i.test(fact) ? false : undefined;
}

/** What is spoken of, and not denied, is so. */
function byMention(field: Field, material: Material): Guess<boolean> {
  const wanted = field.stems.filter(
    (stem) => !/^(need|should|requir|whether|flag|true|fals|want|contain|includ)/.test(stem),
  );
  let yes = 0;
  let no = 0;
  for (const sentence of material.reading.sentences) {
    for (const stem of new Set(sentence.stems)) {
      if (!wanted.includes(stem)) continue;
      if (sentence.negated.has(stem)) no++;
      else yes++;
    }
  }
  if (yes + no === 0) return { value: false, confidence: 0.55 };
  return { value: yes > no, confidence: Math.min(0.9, 0.6 + 0.1 * Math.abs(yes - no)) };
}

function has(material: Material, concern: string, times = 1): boolean {
  let count = 0;
  for (const sentence of material.reading.sentences) {
    for (const stem of sentence.stems)
      if (concernsOf(stem).has(concern) && !sentence.negated.has(stem)) count++;
  }
  return count >= times;
}

function balance(material: Material): number {
  let sum = 0;
  for (const sentence of material.reading.sentences) {
    for (const stem of sentence.stems) {
      const sign = sentence.negated.has(stem) ? -1 : 1;
      if (concernsOf(stem).has('approve')) sum += sign;
      if (concernsOf(stem).has('reject')) sum -= sign;
    }
  }
  return sum;
}
