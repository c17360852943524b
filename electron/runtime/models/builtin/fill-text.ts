/** Finds or writes the text a field asks for. */
import { seededRandom } from '../../../../shared/base/random';
import { samplePattern } from '../../pattern-sample';
import { linearRegex } from '../../pure/linear-regex';
import {
  closed,
  keySentences,
  keywords,
  nextStep,
  reply,
  requests,
  sentenceAbout,
  shorten,
  summary,
  title,
} from './compose';
import {
  companiesIn,
  datesIn,
  emailsIn,
  type Found,
  amountsIn,
  pathsIn,
  personsIn,
  phonesIn,
  referencesIn,
  timesIn,
  urlsIn,
  around,
} from './extract';
import { factFor } from './fact-lookup';
import { type Field, isAbout, numberOf } from './field';
import type { Guess } from './fill-number';
import type { Material } from './material';
import { moodOf } from './mood';
import { stemsOf } from './nlp';

const DEFAULT_LENGTH = 1200;

export function guessText(field: Field, material: Material): Guess<string> | undefined {
  const max = numberOf(field.schema, 'maxLength') ?? DEFAULT_LENGTH;
  const guess = FORMATS.has(field.schema['format'])
    ? byFormat(field, material)
    : (byPattern(field, material) ?? byStatement(field, material) ?? byMeaning(field, material, max));
  if (!guess) return undefined;
  return { value: longEnough(shorten(guess.value, max), field, material, max), confidence: guess.confidence };
}

/** A text in the words of the material, for a field that asks for nothing in particular. */
export function anyText(field: Field, material: Material): string {
  const { pattern } = field.schema;
  // nothing in the text fits the pattern: a made-up text of the right shape, the same for the same field
  if (typeof pattern === 'string') return samplePattern(pattern, seededRandom(pattern, field.name));
  const max = numberOf(field.schema, 'maxLength') ?? DEFAULT_LENGTH;
  const about = sentenceAbout(material.reading, `${field.name} ${field.description}`);
  const text = about?.text ?? summary(material, max, 1);
  return longEnough(shorten(text === '' ? 'Not stated' : text, max), field, material, max);
}

export function longEnough(text: string, field: Field, material: Material, max: number): string {
  const min = numberOf(field.schema, 'minLength') ?? 0;
  let long = text;
  if ([...long].length < min) long = shorten(`${closed(long)} ${summary(material, max, 4)}`.trim(), max);
  while ([...long].length < min) long += '.';
  return long;
}

/** Formats no sentence of the text would fit: what has none of these has no value. */
const FORMATS: ReadonlySet<unknown> = new Set(['date', 'date-time', 'time', 'email', 'uri', 'uri-reference']);

function byFormat(field: Field, material: Material): Guess<string> | undefined {
  const { text } = material;
  switch (field.schema['format']) {
    case 'date':
      return nearest(datesIn(text), field, text);
    case 'date-time': {
      const day = nearest(datesIn(text), field, text);
      if (!day) return undefined;
      const time = timesIn(text)[0]?.value ?? '00:00';
      return {
        value: `${day.value}T${time.padStart(5, '0')}${time.length < 6 ? ':00' : ''}Z`,
        confidence: day.confidence,
      };
    }
    case 'time': {
      const time = timesIn(text)[0]?.value;
      return time
        ? { value: `${time.padStart(5, '0')}${time.length < 6 ? ':00' : ''}Z`, confidence: 0.8 }
        : undefined;
    }
    case 'email':
      return nearest(emailsIn(text), field, text);
    case 'uri':
    case 'uri-reference':
      return nearest(urlsIn(text), field, text);
    default:
      return undefined;
  }
}

function byPattern(field: Field, material: Material): Guess<string> | undefined {
  const pattern = field.schema['pattern'];
  if (typeof pattern !== 'string') return undefined;
  const fits = linearRegex(pattern);
  const fact = factFor(field, material);
  if (typeof fact === 'string' && fits.occursIn(fact)) return { value: fact, confidence: 0.95 };
  for (const word of material.text.split(/[\s,;()"']+/)) {
    const trimmed = word.replace(/[.:!?]+$/, '');
    for (const candidate of [trimmed, trimmed.replace(/^#/, ''), trimmed.toUpperCase()]) {
      if (candidate !== '' && fits.occursIn(candidate)) return { value: candidate, confidence: 0.8 };
    }
  }
  return undefined;
}

function byStatement(field: Field, material: Material): Guess<string> | undefined {
  if (isAbout(field, /reply|response|answer|draft|summary|reason|rationale|explanation|message|comment/))
    return undefined;
  const fact = factFor(field, material);
  if (fact === undefined || fact === null || typeof fact === 'object') return undefined;
  if (isAbout(field, /date/))
    return { value: datesIn(String(fact))[0]?.value ?? String(fact), confidence: 0.95 };
  return { value: String(fact), confidence: 0.95 };
}

type Writer = (field: Field, material: Material, max: number) => Guess<string> | undefined;
const sure = (value: string | undefined, confidence: number): Guess<string> | undefined =>
  value === undefined || value === '' ? undefined : { value, confidence };

/** What the words of a field's name mean; the first that answers wins. */
const MEANINGS: readonly (readonly [RegExp, Writer])[] = [
  [
    /^(item_?)?(description|item|product|article|position|label|name)$/,
    (_field, { text }) => sure(itemName(text), 0.85),
  ],
  [/e_?mail|mail_address/, (field, { text }) => nearest(emailsIn(text), field, text)],
  [/phone|mobile|telephone|fax/, (field, { text }) => nearest(phonesIn(text), field, text)],
  [/url|link|website|uri/, (field, { text }) => nearest(urlsIn(text), field, text)],
  [/path|file(?!d)|filename|attachment/, (field, { text }) => nearest(pathsIn(text), field, text)],
  [/date|deadline|due|when|_on$|_at$/, (field, { text }) => nearest(datesIn(text), field, text)],
  [
    /currency/,
    (_field, { text }) => sure(amountsIn(text).find((amount) => amount.value.currency)?.value.currency, 0.85),
  ],
  [
    /vendor|supplier|company|organi[sz]ation|employer|merchant|seller|manufacturer|business/,
    (field, { text }) => nearest(companiesIn(text), field, text) ?? nearest(personsIn(text), field, text),
  ],
  [
    /(^|_)(id|number|no|ref|reference|sku|code|iban|invoice|order|ticket|case|tracking)($|_)/,
    (field, { text }) => nearest(referencesIn(text), field, text),
  ],
  [
    /(^|_)(name|customer|person|sender|recipient|author|contact|client|candidate|patient|employee|owner|assignee|signer)($|_)/,
    (field, { text }) => nearest(personsIn(text), field, text) ?? nearest(companiesIn(text), field, text),
  ],
  [
    /reply|response|answer|draft|email_body|letter|body/,
    (_field, material, max) => sure(reply(material, max), 0.7),
  ],
  [
    /summary|abstract|overview|tldr|synopsis|digest|description|recap|gist/,
    (_field, material, max) => sure(summary(material, max), 0.8),
  ],
  [/title|headline|subject|heading/, (_field, material, max) => sure(title(material, max), 0.8)],
  [/sentiment|mood|tone/, (_field, material) => sure(moodWord(material), 0.7)],
  [/keyword|topic|theme/, (_field, material) => sure(keywords(material.reading, 3).join(', '), 0.7)],
  [
    /reason|rationale|explanation|why|because|justification|evidence|quote|basis|finding/,
    (field, material) => because(field, material),
  ],
  [
    /action|next|step|recommendation|suggestion|resolution|proposal|plan|fix/,
    (_field, material) => sure(nextStep(material), 0.65),
  ],
  [
    /request|ask|need|want|question|issue|problem|complaint|concern/,
    (field, material) =>
      sure(
        (
          requests(material.reading)[0] ??
          sentenceAbout(material.reading, field.name) ??
          keySentences(material.reading, 1)[0]
        )?.text,
        0.7,
      ),
  ],
  [/language|lang|locale/, (_field, { text }) => sure(languageOf(text), 0.8)],
  [
    /message|comment|note|text|content|statement|remark|task|goal|brief|details?/,
    (_field, material, max) => sure(summary(material, max, 3), 0.65),
  ],
];

function byMeaning(field: Field, material: Material, max: number): Guess<string> | undefined {
  for (const [pattern, write] of MEANINGS) {
    if (!isAbout(field, pattern)) continue;
    const guess = write(field, material, max);
    if (guess) return guess;
  }
  const about = field.description === '' ? undefined : sentenceAbout(material.reading, field.description);
  return about ? { value: about.text, confidence: 0.5 } : undefined;
}

/** "2 x Toner black  129.90" is about "Toner black"; undefined for a text that is no such line. */
function itemName(text: string): string | undefined {
  if (text.includes('\n') || text.length > 120) return undefined;
  const match =
    /^\W*(?:\d+\s*(?:x|×|pcs\.?|units?(?: of)?)\s+)?([A-Za-z].*?)[\s:@-]*(?:[$€£]\s?)?\d[\d.,]*\s*(?:[$€£]|[A-Z]{3})?\s*(?:each)?\W*$/.exec(
      text,
    );
  return match?.[1]?.trim();
}

function because(field: Field, material: Material): Guess<string> | undefined {
  const sentence = sentenceAbout(material.reading, field.description) ?? keySentences(material.reading, 1)[0];
  return sentence ? { value: `The text says: "${shorten(sentence.text, 240)}"`, confidence: 0.7 } : undefined;
}

function moodWord(material: Material): string {
  const { value } = moodOf(material.reading);
  return value > 0.33 ? 'positive' : value < -0.33 ? 'negative' : 'neutral';
}

const FUNCTION_WORDS: Readonly<Record<string, RegExp>> = {
  en: /\b(the|and|is|was|you|for|with|please|have)\b/gi,
  de: /\b(der|die|das|und|ist|nicht|ich|mit|bitte|wir)\b/gi,
  fr: /\b(le|la|les|et|est|pas|vous|nous|avec|une)\b/gi,
  es: /\b(el|los|las|es|no|con|por|una|que|gracias)\b/gi,
};

function languageOf(text: string): string {
  const counts = Object.entries(FUNCTION_WORDS).map(
    ([code, words]) => [code, text.match(words)?.length ?? 0] as const,
  );
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** Of several finds the one whose surroundings speak of the field. */
function nearest(found: readonly Found<string>[], field: Field, text: string): Guess<string> | undefined {
  if (found.length === 0) return undefined;
  const scored = found.map((one, i) => {
    const { before } = around(text, one, 60, 0);
    const stems = stemsOf(before);
    let score = 1 - i * 0.05;
    // "Due date:" labels something else than "Date:"
    const label = /([A-Za-z][A-Za-z ]{0,30}):\s*$/.exec(before)?.[1];
    if (label) for (const stem of stemsOf(label)) if (!field.stems.includes(stem)) score -= 0.6;
    for (const stem of field.nameStems)
      if (stems.includes(stem)) score += 2 + stems.lastIndexOf(stem) / Math.max(1, stems.length);
    for (const stem of field.stems) if (stems.includes(stem)) score += 0.5;
    if (isAbout(field, /from|sender|vendor|supplier|seller/) && /\b(from|by)\s*:?\s*$/i.test(before))
      score += 1.5;
    if (isAbout(field, /to|recipient|customer|client/) && /\b(to|for)\s*:?\s*$/i.test(before)) score += 1;
    return { one, score };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return { value: best.one.value, confidence: found.length === 1 || best.score > 1.5 ? 0.9 : 0.65 };
}
