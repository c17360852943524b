/** Summaries, titles and replies made of what the text itself says. */
import { amountsIn, datesIn, personsIn, referencesIn } from './extract';
import type { Material } from './material';
import { moodOf } from './mood';
import { concernsOf, type Reading, type Sentence, stemsOf } from './nlp';

const GREETING =
  /^(hi|hello|hey|dear|good (morning|afternoon|evening)|thanks|thank you|best|kind|regards|cheers|sincerely)\b[^.?!]{0,40}[,.!]?$/i;

/** Sentences that carry the text, most telling first; ties in the order they stand. */
export function keySentences(reading: Reading, count: number, about: readonly string[] = []): Sentence[] {
  const wanted = new Set(about);
  const scored = reading.sentences
    .filter((sentence) => !GREETING.test(sentence.text) && sentence.stems.length > 0)
    .map((sentence) => ({ sentence, score: weightOf(sentence, reading, wanted) }));
  return scored
    .sort((a, b) => b.score - a.score || a.sentence.index - b.sentence.index)
    .slice(0, count)
    .map((one) => one.sentence);
}

function weightOf(sentence: Sentence, reading: Reading, wanted: ReadonlySet<string>): number {
  const unique = new Set(sentence.stems);
  let score = 0;
  for (const stem of unique) {
    score +=
      Math.log(1 + (reading.stems.get(stem) ?? 0)) +
      (concernsOf(stem).size > 0 ? 0.6 : 0) +
      (wanted.has(stem) ? 2.5 : 0);
  }
  if (/\d/.test(sentence.text)) score += 0.8;
  // long sentences hold more words without saying more; the start of a text says what it is about
  return score / Math.sqrt(unique.size + 2) + (sentence.index < 2 ? 0.5 : 0);
}

export function summary(material: Material, maxLength: number, sentences = 2): string {
  const key = keySentences(material.reading, sentences).sort((a, b) => a.index - b.index);
  const text = key.map((sentence) => closed(sentence.text)).join(' ');
  return shorten(text === '' ? material.text : text, maxLength);
}

export function title(material: Material, maxLength: number): string {
  const subject = material.facts.find(
    (fact) => /^(subject|title|betreff|headline)$/i.test(fact.key) && typeof fact.value === 'string',
  );
  if (subject) return shorten(String(subject.value), maxLength);
  const [first] = keySentences(material.reading, 1);
  const text = (first?.text ?? material.text)
    .replace(/^(hi|hello|hey|dear)\b[^,.!]{0,20}[,.!]\s*/i, '')
    .replace(/[.!?]+$/, '');
  return shorten(text.charAt(0).toUpperCase() + text.slice(1), Math.min(maxLength, 80));
}

/** The subjects of a text in its own words, most frequent first. */
export function keywords(reading: Reading, count: number): string[] {
  return [...reading.nouns.entries()]
    .filter(([stem]) => stem.length > 2)
    .map(([stem, { word, count: times }]) => ({ word, score: times + (concernsOf(stem).size > 0 ? 1 : 0) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map((one) => one.word.toLowerCase());
}

/** A short courteous answer that takes up what was written: who, what, which numbers, and what happens next. */
export function reply(material: Material, maxLength: number): string {
  const { reading, text } = material;
  const person = signedBy(text) ?? personsIn(text)[0]?.value;
  const mood = moodOf(reading).value;
  const point = keySentences(reading, 1)[0];
  const lines = [`${person ? `Dear ${person}` : 'Hello'},`, ''];
  lines.push(
    mood < -0.2
      ? 'I am sorry about the trouble you have had.'
      : mood > 0.4 && praises(reading)
        ? 'Thank you for your kind words.'
        : 'Thank you for getting in touch.',
  );
  if (point) lines.push(`You wrote: "${shorten(point.text.replace(/"/g, "'"), 160)}"`);
  lines.push(nextStep(material), '', 'Kind regards');
  return shorten(lines.join('\n').replace(/\n(?=[^\n])(?<!\n\n)/g, '\n'), maxLength);
}

function praises(reading: Reading): boolean {
  const concerns = [...reading.stems.keys()].map(concernsOf);
  const count = (name: string): number => concerns.filter((own) => own.has(name)).length;
  return count('praise') > Math.max(count('billing'), count('technical'), count('complaint'));
}

/** What will be done, as far as the text and its numbers say it. */
export function nextStep(material: Material): string {
  const { text, reading } = material;
  const reference = referencesIn(text)[0]?.value;
  const money = amountsIn(text).find((amount) => amount.value.currency !== undefined);
  const about = reference ? ` for ${reference}` : '';
  const has = (concern: string): boolean =>
    [...reading.stems.keys()].some((stem) => concernsOf(stem).has(concern));
  const asksBack = /\brefund|money back|charged (?:twice|double|again)|overcharg|double charge/i.test(text);
  if (asksBack)
    return `We will check the charge${money ? ` of ${money.text}` : ''}${about} and refund what was taken wrongly.`;
  if (/\bcancel/i.test(text))
    return `We will take care of the cancellation${about} and confirm it to you in writing.`;
  if (has('shipping') && /\b(where|late|arriv|deliver|track|parcel|package|lost)/i.test(text))
    return `We will trace the delivery${about} and tell you where it is.`;
  if (has('technical') && !has('praise'))
    return `Our technical team will look into the problem${about} and come back to you with a solution.`;
  if (has('sales')) return 'We will prepare the information and an offer for you.';
  if (reading.sentences.some((sentence) => sentence.isQuestion))
    return `We will look into your question${about} and answer it in detail.`;
  return `We have noted this${about} and will come back to you${datesIn(text)[0] ? ` with ${datesIn(text)[0]?.text} in mind` : ''}.`;
}

function signedBy(text: string): string | undefined {
  const match =
    /(?:regards|sincerely|cheers|thanks|best|yours),?\s*\n?\s*([A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2})\s*$/i.exec(
      text.trim(),
    );
  const name = match?.[1];
  return name && /^[A-Z]/.test(name) && !/^(For|In|And|You|To|A|So)\b/.test(name) ? name : undefined;
}

/** Sentences that ask somebody to do something. */
export function requests(reading: Reading): Sentence[] {
  return reading.sentences.filter((sentence) =>
    /\b(please|can you|could you|would you|need(s)? to|must|should|have to|has to|want|will|make sure|let's|action|todo)\b/i.test(
      sentence.text,
    ),
  );
}

/** The sentence that speaks most about what a field is called or described as. */
export function sentenceAbout(reading: Reading, words: string): Sentence | undefined {
  const stems = new Set(stemsOf(words));
  const concerns = new Set([...stems].flatMap((stem) => [...concernsOf(stem)]));
  let best: Sentence | undefined;
  let most = 0;
  for (const sentence of reading.sentences) {
    // a heading names a matter and says nothing about it
    const isHeading = sentence.stems.length < 2 && reading.sentences.length > 1;
    let score = isHeading ? -1.5 : 0;
    for (const stem of new Set(sentence.stems)) {
      if (stems.has(stem)) score += 2;
      else if ([...concernsOf(stem)].some((concern) => concerns.has(concern))) score += 0.5;
    }
    if (score > most) [best, most] = [sentence, score];
  }
  return best;
}

export function closed(text: string): string {
  return /[.!?:;]$/.test(text) ? text : `${text}.`;
}

/** Cut at a word, never inside one. */
export function shorten(text: string, maxLength: number): string {
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  if (maxLength <= 1) return characters.slice(0, Math.max(0, maxLength)).join('');
  const cut = characters.slice(0, maxLength - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > maxLength * 0.6 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
