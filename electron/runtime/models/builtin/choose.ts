/** Chooses among named things by what a text says: likeness of words, of concerns, and what the guidance says. */
import { CONCERNS, REST_CHOICE } from './lexicon';
import type { Material } from './material';
import { concernsOf, type Reading, read, type Sentence, stemsOf } from './nlp';
import { moodOf } from './mood';

export interface Option {
  readonly name: string;
  readonly description?: string;
}
export interface Chosen {
  readonly index: number;
  readonly confidence: number;
  readonly scores: readonly number[];
  /** The sentence that spoke most for the choice. */
  readonly evidence: string | undefined;
}

interface Profile {
  readonly words: ReadonlySet<string>;
  readonly described: ReadonlySet<string>;
  readonly concerns: ReadonlySet<string>;
  readonly isRest: boolean;
}

const WORD = 3;
const DESCRIBED = 1.6;
const CONCERN = 1.5;
const REST_SCORE: number = 0.9;

export function chooseAmong(options: readonly Option[], material: Material, about = ''): Chosen {
  const scale = scaleOf(options, about);
  if (scale) return chooseOnScale(options, scale, material);
  const profiles = options.map((option) => profileOf(option, material.guidance));
  const reading = material.reading;
  const scores: number[] = profiles.map((profile) => (profile.isRest ? REST_SCORE : 0));
  for (const [stem, count] of reading.stems) {
    const gains = profiles.map((profile) => gainOf(stem, profile));
    const matching = gains.filter((gain) => gain > 0).length;
    if (matching === 0) continue;
    // a word that speaks for every choice speaks for none
    const rarity = Math.log(1 + options.length / matching) / Math.log(1 + options.length);
    gains.forEach((gain, i) => {
      scores[i] = (scores[i] ?? 0) + gain * rarity * Math.min(2, Math.sqrt(count));
    });
  }
  boostOpening(profiles, reading, scores);
  return verdict(scores, profiles, reading, options);
}

function gainOf(stem: string, profile: Profile): number {
  if (profile.words.has(stem)) return WORD;
  if (profile.described.has(stem)) return DESCRIBED;
  let shared = 0;
  for (const concern of concernsOf(stem)) if (profile.concerns.has(concern)) shared = CONCERN;
  return shared;
}

/** People say what they want first, or in the subject. */
function boostOpening(profiles: readonly Profile[], reading: Reading, scores: number[]): void {
  const first = reading.sentences.find((sentence) => sentence.stems.length > 2);
  if (!first || reading.sentences.length < 3) return;
  profiles.forEach((profile, i) => {
    const gain = first.stems.reduce(
      (sum, stem) => sum + (first.negated.has(stem) ? 0 : gainOf(stem, profile)),
      0,
    );
    scores[i] = (scores[i] ?? 0) + 0.25 * gain;
  });
}

function profileOf(option: Option, guidance: string): Profile {
  const words = new Set(stemsOf(option.name));
  const text = [option.description ?? '', ...definitionsOf(option.name, guidance)].join(' ');
  const described = new Set(stemsOf(text));
  const concerns = new Set<string>();
  for (const stem of words)
    for (const concern of concernsOf(stem)) if (isNamed(concern, option.name)) concerns.add(concern);
  // a name that is no concern of its own takes those its words belong to
  if (concerns.size === 0)
    for (const stem of words) for (const concern of concernsOf(stem)) concerns.add(concern);
  return { words, described, concerns, isRest: REST_CHOICE.test(option.name) };
}

function isNamed(concern: string, name: string): boolean {
  const lower = name.toLowerCase();
  return (
    Object.hasOwn(CONCERNS, concern) &&
    (lower.includes(concern.slice(0, 5)) ||
      lower.split(/[^a-z]+/).some((part) => part.length > 3 && concern.startsWith(part.slice(0, 5))))
  );
}

/** "billing: anything about money" in the guidance explains the choice "billing". */
function definitionsOf(name: string, guidance: string): string[] {
  const plain = name.replace(/[_-]+/g, ' ').toLowerCase();
  return guidance
    .split(/[\n;]|(?<=[.!?])\s/)
    .filter((line) => {
      const lower = line.toLowerCase();
      const at = lower.search(new RegExp(`\\b${plain.replace(/[^a-z0-9 ]/g, '.')}\\b`));
      return (
        at !== -1 &&
        /[:=(-]|\b(is|are|means|for|if|when|about|covers)\b/.test(lower.slice(at + plain.length)) &&
        lower.length < 400
      );
    })
    .map((line) => line.slice(line.toLowerCase().indexOf(plain) + plain.length));
}

function verdict(
  scores: readonly number[],
  profiles: readonly Profile[],
  reading: Reading,
  options: readonly Option[],
): Chosen {
  const order = scores.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const best = order[0] ?? 0;
  const top = scores[best] ?? 0;
  const second = options.length > 1 ? (scores[order[1] ?? 0] ?? 0) : 0;
  const profile = profiles[best];
  const confidence = profile?.isRest || top === 0 ? 0.4 : confidenceOf(top, second, reading.wordCount);
  return {
    index: best,
    confidence,
    scores,
    evidence: profile ? bestSentence(profile, reading)?.text : undefined,
  };
}

/** High when much speaks for the first and little for the second; a short text never makes one sure. */
export function confidenceOf(top: number, second: number, wordCount: number): number {
  const margin = (top - second) / (top + second + 1);
  const evidence = 1 - Math.exp(-top / 3);
  const length = wordCount < 4 ? 0.75 : 1;
  return round(Math.min(0.98, Math.max(0.2, (0.36 + 0.72 * margin * evidence + 0.14 * evidence) * length)));
}

export function round(value: number, digits = 2): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

function bestSentence(profile: Profile, reading: Reading): Sentence | undefined {
  let best: Sentence | undefined;
  let most = 0;
  for (const sentence of reading.sentences) {
    const score = sentence.stems.reduce(
      (sum, stem) => sum + (sentence.negated.has(stem) ? 0 : gainOf(stem, profile)),
      0,
    );
    if (score > most) [best, most] = [sentence, score];
  }
  return best ?? reading.sentences[0];
}

type Scale = 'urgency' | 'mood' | 'verdict';

const SCALES: Readonly<Record<Scale, readonly RegExp[]>> = {
  urgency: [
    /^(low|minor|p[34]|relaxed|trivial)$/i,
    /^(medium|normal|moderate|standard|p2)$/i,
    /^(high|urgent|critical|major|severe|p[01]|emergency|blocker)$/i,
  ],
  mood: [
    /^(very )?(negative|unhappy|angry|bad|frustrated)$/i,
    /^(neutral|mixed|ok|unknown)$/i,
    /^(very )?(positive|happy|good|satisfied)$/i,
  ],
  verdict: [
    /^(reject(ed)?|decline(d)?|den(y|ied)|no|fail(ed)?|invalid|not_?ok|false)$/i,
    /^(review|escalate|needs?[ _-]?\w*|unclear|unsure|manual|maybe|hold)$/i,
    /^(approve(d)?|accept(ed)?|yes|pass(ed)?|valid|ok|true)$/i,
  ],
};

/** Choices such as low / medium / high are places on a scale, not subjects. */
function scaleOf(options: readonly Option[], about: string): Scale | undefined {
  for (const [name, steps] of Object.entries(SCALES) as [Scale, readonly RegExp[]][]) {
    const placed = options.map((option) => steps.findIndex((step) => step.test(option.name)));
    if (options.length > 1 && placed.every((place) => place !== -1) && new Set(placed).size > 1) {
      // "high" alone may be a confidence or a price: the field's name decides where it is not urgency
      return name === 'urgency' && /sentiment|mood|tone/i.test(about) ? 'mood' : name;
    }
  }
  return undefined;
}

function chooseOnScale(options: readonly Option[], scale: Scale, material: Material): Chosen {
  const { value, evidence, strength } =
    scale === 'mood' ? moodOf(material.reading) : concernBalance(scale, material.reading);
  const steps = SCALES[scale];
  const wanted = value > 0.33 ? 2 : value < -0.33 ? 0 : 1;
  const places = options.map((option) => steps.findIndex((step) => step.test(option.name)));
  const fitting = places
    .map((place, i) => ({ i, distance: Math.abs(place - wanted) }))
    .sort((a, b) => a.distance - b.distance || a.i - b.i);
  const index = pickDegree(options, places, fitting[0]?.i ?? 0, value);
  const confidence = round(
    Math.min(0.95, 0.5 + 0.35 * Math.min(1, strength / 2) + (wanted === 1 ? 0.05 : 0.1 * Math.abs(value))),
  );
  return { index, confidence, scores: places.map((place) => -Math.abs(place - wanted)), evidence };
}

/** Of "high" and "critical" the stronger word is for the stronger text. */
function pickDegree(
  options: readonly Option[],
  places: readonly number[],
  index: number,
  value: number,
): number {
  const extreme = /critical|urgent|emergency|blocker|severe|p0|very|angry/i;
  const same = options.map((_, i) => i).filter((i) => places[i] === places[index]);
  const strong = same.find((i) => extreme.test(options[i]?.name ?? ''));
  const mild = same.find((i) => !extreme.test(options[i]?.name ?? ''));
  return (Math.abs(value) > 0.75 ? strong : mild) ?? index;
}

function concernBalance(
  scale: 'urgency' | 'verdict',
  reading: Reading,
): { value: number; strength: number; evidence: string | undefined } {
  const [up, down] = scale === 'urgency' ? ['urgent', 'relaxed'] : ['approve', 'reject'];
  let plus = 0;
  let minus = 0;
  let unclear = 0;
  let evidence: string | undefined;
  for (const sentence of reading.sentences) {
    const before = plus + minus;
    for (const stem of sentence.stems) {
      const concerns = concernsOf(stem);
      const negated = sentence.negated.has(stem);
      if (concerns.has(up as string)) {
        if (negated) minus++;
        else plus++;
      }
      if (concerns.has(down as string)) {
        if (negated) plus += 0.5;
        else minus++;
      }
      if (scale === 'verdict' && concerns.has('review') && !negated) unclear++;
    }
    if (plus + minus > before) evidence ??= sentence.text;
  }
  if (scale === 'urgency') {
    const shouting = /!{2,}|\bASAP\b|\bURGENT\b/.test(reading.text) ? 1.5 : 0;
    plus += shouting + Math.max(0, -moodOf(reading).value) * 0.8;
  }
  const total = plus + minus;
  const value = total === 0 ? 0 : (plus - minus) / (total + 0.6 + unclear);
  return { value, strength: total, evidence };
}

/** How alike two texts are, from 0 to 1: shared words and concerns over all words of the shorter. */
export function likeness(text: string, other: string): number {
  const a = new Set(read(text).stems.keys());
  const b = new Set([...read(other).stems.keys(), ...stemsOf(other)]);
  if (a.size === 0 || b.size === 0) return 0;
  const concerns = new Set([...a].flatMap((stem) => [...concernsOf(stem)]));
  let shared = 0;
  for (const stem of b) {
    if (a.has(stem)) shared += 1;
    else if ([...concernsOf(stem)].some((concern) => concerns.has(concern))) shared += 0.4;
  }
  return Math.min(1, shared / Math.min(a.size, b.size));
}
