/** Finds the number a field asks for: by label, by the words around it, by its kind. */
import { amountsIn, around, type Amount, type Found, numberWordsIn, parseNumber } from './extract';
import { confidenceOf, round } from './choose';
import { type Field, isAbout, numberOf } from './field';
import type { Material } from './material';
import { moodOf } from './mood';
import { concernsOf, read, stemsOf } from './nlp';
import { factFor } from './fact-lookup';

export interface Guess<T> {
  readonly value: T;
  readonly confidence: number;
}

const MONEY =
  /amount|price|cost|total|refund|fee|budget|salary|payment|balance|value|sum|charge|credit|invoice|subtotal|tax|vat|net|gross|discount|revenue|limit|spend|paid|due/;
const COUNT =
  /count|quantity|qty|number_of|items|units|pieces|days|hours|minutes|weeks|months|years|people|persons|seats|nights|times|age|duration|attempts/;
const PERCENT = /percent|rate|ratio|share|pct|margin|growth/;

export function guessNumber(field: Field, material: Material): Guess<number> | undefined {
  const fact = factFor(field, material);
  const stated = typeof fact === 'number' ? fact : typeof fact === 'string' ? leadingNumber(fact) : undefined;
  if (stated !== undefined) return { value: stated, confidence: 0.95 };
  if (
    material.rows.length > 0 &&
    isAbout(field, /^(count|rows?|row_?count|number_of_rows|total_?rows|records?)$/)
  )
    return { value: material.rows.length, confidence: 0.9 };
  const scored = scoreOf(field, material);
  if (scored) return scored;
  const amounts = amountsIn(material.text);
  const words = isAbout(field, COUNT) || amounts.length === 0 ? numberWordsIn(material.text) : [];
  const ranked = [...amounts, ...words]
    .map((found) => ({ found, score: fitOf(found, field, material.text) }))
    .sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  if (!best || best.score <= 0) return noAmount(field, material);
  if (isAbout(field, /refund/) && (denies(material) || !asksMoneyBack(material)))
    return { value: 0, confidence: 0.75 };
  const rival = second && second.found.value.amount !== best.found.value.amount ? second.score : 0;
  return {
    value: best.found.value.amount,
    confidence: confidenceOf(best.score, Math.max(0, rival), material.reading.wordCount),
  };
}

function leadingNumber(text: string): number | undefined {
  const [first, ...more] = amountsIn(text);
  if (first && more.length === 0) return first.value.amount;
  const plain = /^[^\d-]{0,4}(-?\d[\d.,' ]*)/.exec(text.trim())?.[1];
  const value = plain === undefined ? Number.NaN : parseNumber(plain.trim().replace(/[.,]$/, ''));
  return Number.isFinite(value) ? value : undefined;
}

function denies(material: Material): boolean {
  return /\b(no refund|not? (?:want|need|asking for|looking for) a refund|without a refund|don't (?:want|need) (?:a|my) (?:refund|money))\b/i.test(
    material.text,
  );
}

/** A number in a text that never speaks of money taken or given back ("error 500") is no refund. */
function asksMoneyBack(material: Material): boolean {
  return /\b(?:re-?fund|reimburs|repay|compensat|credit|overcharg|overpa[iy]|money back|charge|billed|debited|deducted|paid|pay back|back to my|returned?\b)/i.test(
    material.text,
  );
}

/** Nothing is asked for where no amount is named: zero is the honest answer for a refund, none for a price. */
function noAmount(field: Field, material: Material): Guess<number> | undefined {
  if (isAbout(field, /quantity|qty/)) return { value: 1, confidence: 0.5 };
  if (isAbout(field, /count|number_of/)) {
    if (material.rows.length > 0) return { value: material.rows.length, confidence: 0.8 };
    return { value: 0, confidence: 0.4 };
  }
  if (isAbout(field, /refund|discount|fee|penalty/)) return { value: 0, confidence: 0.6 };
  return undefined;
}

function fitOf(found: Found<Amount>, field: Field, text: string): number {
  const { amount, currency, isPercent } = found.value;
  const near = around(text, found);
  const before = stemsOf(near.before);
  const after = stemsOf(near.after);
  let score = 0.4;
  field.stems.forEach((stem) => {
    const weight = field.nameStems.includes(stem) ? 2 : 0.8;
    const distance = before.length - 1 - before.lastIndexOf(stem);
    if (before.includes(stem)) score += weight * (distance < 4 ? 1.4 : 0.7);
    if (after.slice(0, 3).includes(stem)) score += after[0] === stem ? 2.5 * weight : weight;
    if (before.includes(stem) || after.includes(stem)) return;
    const concerns = concernsOf(stem);
    if (
      [...before, ...after].some((other) => [...concernsOf(other)].some((concern) => concerns.has(concern)))
    )
      score += 0.25 * weight;
  });
  if (isAbout(field, MONEY)) score += currency !== undefined ? 2 : isPercent ? -3 : -0.3;
  else if (isAbout(field, PERCENT)) score += isPercent ? 2.5 : -1;
  else if (isAbout(field, COUNT))
    score += Number.isInteger(amount) && currency === undefined && !isPercent ? 0.8 : -3;
  if (isAbout(field, /^(?:(?!sub).)*total|amount_due|grand/) && /\bsub-?total\b/i.test(near.before))
    score -= 3;
  if (isAbout(field, /total|amount_due/) && /\b(total|due|payable)\b/i.test(near.before)) score += 2;
  if (isAbout(field, /tax|vat/) !== /\b(tax|vat)\b.{0,12}$/i.test(near.before)) score -= 1;
  if (isAbout(field, /refund/))
    score += /\b(refund|back|return|overcharg|twice|double|again|wrongly)\b/i.test(near.before + near.after)
      ? 1.5
      : 0;
  if (isAbout(field, /limit|max/) && /\b(limit|max|up to|at most|over|above)\b/i.test(near.before))
    score += 1.5;
  const isQuantity = /^\s?[x×]\s/.test(near.after) || /\b(qty|quantity)\W*$/i.test(near.before);
  if (isAbout(field, MONEY)) score += isQuantity ? -2 : Number.isInteger(amount) ? 0 : 0.6;
  else if (isAbout(field, COUNT)) score += isQuantity ? 2 : 0;
  score += withinBounds(amount, field) ? 0 : -2.5;
  return score;
}

function withinBounds(amount: number, field: Field): boolean {
  const min = numberOf(field.schema, 'minimum') ?? -Infinity;
  const max = numberOf(field.schema, 'maximum') ?? Infinity;
  return amount >= min && amount <= max;
}

/** Scores and ratings are judged, not found, unless the text states one. */
function scoreOf(field: Field, material: Material): Guess<number> | undefined {
  if (
    !isAbout(
      field,
      /score|rating|sentiment|mood|satisfaction|urgency|severity|priority|risk|quality|relevance|probability|likelihood|polarity|stars/,
    )
  )
    return undefined;
  const stated = /\b(\d(?:\.\d+)?)\s*(?:\/|out of)\s*(5|10|100)\b/.exec(material.text);
  const [low, high] = scaleBounds(field);
  if (stated?.[1] && stated[2])
    return { value: low + (Number(stated[1]) / Number(stated[2])) * (high - low), confidence: 0.9 };
  const share = judged(field, material);
  return {
    value: scaled(share, low, high, field),
    confidence: round(0.55 + 0.35 * Math.abs(share - 0.5) * 2),
  };
}

function scaleBounds(field: Field): [number, number] {
  const min = numberOf(field.schema, 'minimum') ?? numberOf(field.schema, 'exclusiveMinimum');
  const max = numberOf(field.schema, 'maximum') ?? numberOf(field.schema, 'exclusiveMaximum');
  const low =
    min ??
    (isAbout(field, /sentiment|polarity|mood/) && max === undefined
      ? -1
      : isAbout(field, /rating|stars/)
        ? 1
        : 0);
  return [low, max ?? (isAbout(field, /rating|stars/) ? 5 : 1)];
}

function scaled(share: number, low: number, high: number, field: Field): number {
  const value = low + share * (high - low);
  return field.schema['type'] === 'integer' || high - low > 20 ? Math.round(value) : round(value);
}

/** From 0 to 1: how much of it there is. */
function judged(field: Field, material: Material): number {
  const mood = moodOf(material.reading);
  if (isAbout(field, /urgency|severity|priority/))
    return clampShare(
      0.4 + 0.12 * weightIn(material, 'urgent') - 0.15 * weightIn(material, 'relaxed') - 0.2 * mood.value,
    );
  if (isAbout(field, /risk|fraud/))
    return clampShare(
      0.2 + 0.13 * (weightIn(material, 'security') + 0.7 * weightIn(material, 'legal')) - 0.1 * mood.value,
    );
  if (isAbout(field, /relevance|quality|probability|likelihood/))
    return clampShare(0.45 + 0.1 * overlapWithGuidance(material) + 0.15 * mood.value);
  if (isAbout(field, /sentiment|mood|satisfaction|rating|polarity|stars/))
    return clampShare(0.5 + mood.value / 2);
  return clampShare(0.5 + 0.08 * overlapWithGuidance(material) + 0.2 * mood.value);
}

function weightIn(material: Material, concern: string): number {
  let weight = 0;
  for (const [stem, count] of material.reading.stems)
    if (concernsOf(stem).has(concern)) weight += Math.min(2, count);
  return weight;
}

function overlapWithGuidance(material: Material): number {
  const wanted = read(material.guidance).stems;
  let shared = 0;
  for (const stem of material.reading.stems.keys()) if (wanted.has(stem)) shared++;
  return Math.min(4, shared);
}

function clampShare(share: number): number {
  return Math.min(0.98, Math.max(0.02, share));
}

/** Makes a number keep the bounds of its schema. */
export function fitted(value: number, schema: Field['schema']): number {
  const isInteger =
    schema['type'] === 'integer' ||
    (Array.isArray(schema['type']) &&
      schema['type'].includes('integer') &&
      !schema['type'].includes('number'));
  const step = numberOf(schema, 'multipleOf') ?? (isInteger ? 1 : undefined);
  const exclusiveMin = numberOf(schema, 'exclusiveMinimum');
  const exclusiveMax = numberOf(schema, 'exclusiveMaximum');
  const gap = step ?? 0.01;
  const low = Math.max(
    numberOf(schema, 'minimum') ?? -Infinity,
    exclusiveMin === undefined ? -Infinity : exclusiveMin + gap,
  );
  const high = Math.min(
    numberOf(schema, 'maximum') ?? Infinity,
    exclusiveMax === undefined ? Infinity : exclusiveMax - gap,
  );
  let fit = Math.min(high, Math.max(low, value));
  if (step !== undefined) {
    fit = Math.round(fit / step) * step;
    if (fit > high) fit -= step;
    if (fit < low) fit = Math.ceil(low / step) * step;
    fit = Number(fit.toPrecision(15));
  }
  return fit === 0 ? 0 : fit;
}
