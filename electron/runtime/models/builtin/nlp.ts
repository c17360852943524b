/** Reads text with wink-nlp, offline. The model is loaded on first use and each text is read once. */
import type { ItemSentence, ItemToken, ItsFunction, Model, WinkMethods } from 'wink-nlp';
import { CONCERNS } from './lexicon';

export interface Sentence {
  readonly index: number;
  readonly text: string;
  /** Stems of its meaningful words, in order. */
  readonly stems: readonly string[];
  readonly negated: ReadonlySet<string>;
  readonly isQuestion: boolean;
}

export interface Reading {
  readonly text: string;
  readonly sentences: readonly Sentence[];
  /** How often each meaningful stem occurs, a negated one counts little. */
  readonly stems: ReadonlyMap<string, number>;
  /** Nouns and names as written, by stem. */
  readonly nouns: ReadonlyMap<string, { readonly word: string; readonly count: number }>;
  readonly wordCount: number;
}

interface Engine {
  readonly nlp: WinkMethods;
  readonly concerns: ReadonlyMap<string, ReadonlySet<string>>;
}

const MAX_TEXT = 20_000;
const MAX_CACHED = 64;
const readings = new Map<string, Reading>();
let engine: Engine | undefined;

/** Loads the language once; everything else here is synchronous and needs it first. */
export async function loadLanguage(): Promise<void> {
  if (engine) return;
  const [wink, english] = await Promise.all([import('wink-nlp'), import('wink-eng-lite-web-model')]);
  const nlp = wink.default(english.default as unknown as Model, ['sbd', 'negation', 'pos']);
  const concerns = new Map<string, Set<string>>();
  for (const [concern, words] of Object.entries(CONCERNS)) {
    for (const stem of stemsWith(nlp, words)) {
      const known = concerns.get(stem);
      if (known) known.add(concern);
      else concerns.set(stem, new Set([concern]));
    }
  }
  engine = { nlp, concerns };
}

function load(): Engine {
  if (!engine) throw new Error('loadLanguage has not been awaited');
  return engine;
}

function stemsWith(nlp: WinkMethods, text: string): string[] {
  const words = nlp
    .readDoc(text)
    .tokens()
    .filter((token) => token.out(nlp.its.type) === 'word');
  return words.out(stemOf(nlp)) as string[];
}

/** The package's types give the addons of a model two names. */
function stemOf(nlp: WinkMethods): ItsFunction<string> {
  return nlp.its.stem as unknown as ItsFunction<string>;
}

/** Stems of all words of a short text such as a name, split at capitals and underscores. */
export function stemsOf(text: string): string[] {
  const plain = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_\-./]+/g, ' ')
    .toLowerCase();
  return plain.trim() === '' ? [] : stemsWith(load().nlp, plain).filter((stem) => !IGNORED.has(stem));
}

export function concernsOf(stem: string): ReadonlySet<string> {
  return load().concerns.get(stem) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();
/** Words that say nothing about what a text is about. */
const IGNORED: ReadonlySet<string> = new Set(
  'the a an of to in on at for and or if is are was were be been it its this that these those with from by as i my me we our you your he she they their us do does did has have had will would can could should may might must am not no so but there here then than very just also about into over per via any all some more most such only own same too'.split(
    ' ',
  ),
);

export function read(text: string): Reading {
  const known = readings.get(text);
  if (known) return known;
  const made = analyse(text.slice(0, MAX_TEXT));
  if (readings.size >= MAX_CACHED) readings.delete(readings.keys().next().value as string);
  readings.set(text, made);
  return made;
}

function analyse(text: string): Reading {
  const reading = {
    stems: new Map<string, number>(),
    nouns: new Map<string, { word: string; count: number }>(),
    sentences: [] as Sentence[],
    words: 0,
  };
  for (const block of blocksOf(text)) analyseBlock(block, reading);
  return {
    text,
    sentences: reading.sentences,
    stems: reading.stems,
    nouns: reading.nouns,
    wordCount: reading.words,
  };
}

interface Growing {
  readonly stems: Map<string, number>;
  readonly nouns: Map<string, { word: string; count: number }>;
  readonly sentences: Sentence[];
  words: number;
}

function analyseBlock(block: string, reading: Growing): void {
  const { nlp } = load();
  const { its } = nlp;
  nlp
    .readDoc(block)
    .sentences()
    .each((sentence: ItemSentence) => {
      const own: string[] = [];
      const negated = new Set<string>();
      sentence.tokens().each((token: ItemToken) => {
        if (token.out(its.type) !== 'word') return;
        reading.words++;
        const stem = (token.out(stemOf(nlp)) as string).toLowerCase();
        if (IGNORED.has(stem) || stem.length < 2) return;
        own.push(stem);
        const isNegated = (token.out(its.negationFlag) as unknown) === true;
        if (isNegated) negated.add(stem);
        reading.stems.set(stem, (reading.stems.get(stem) ?? 0) + (isNegated ? 0.3 : 1));
        const pos = token.out(its.pos) as string;
        if (pos !== 'NOUN' && pos !== 'PROPN') return;
        const known = reading.nouns.get(stem);
        reading.nouns.set(stem, { word: known?.word ?? token.out(), count: (known?.count ?? 0) + 1 });
      });
      const text = sentence.out().trim();
      if (text !== '')
        reading.sentences.push({
          index: reading.sentences.length,
          text,
          stems: own,
          negated,
          isQuestion: text.endsWith('?'),
        });
    });
}

/** A line break ends a thought even where no full stop does, unless the line was only wrapped. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let lengthBefore = 0;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    const last = blocks.at(-1);
    const wasWrapped = lengthBefore > 50 && /^[a-z]/.test(line) && !/[.!?:]$/.test(last ?? '');
    lengthBefore = line.length;
    if (last !== undefined && wasWrapped) blocks[blocks.length - 1] = `${last} ${line}`;
    else if (line !== '') blocks.push(line);
  }
  return blocks;
}
