/** Finds the hard facts of a text: amounts, numbers, dates, addresses, names, references. */
import { CURRENCIES, NUMBER_WORDS } from './lexicon';

export interface Found<T> {
  readonly value: T;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Amount {
  readonly amount: number;
  readonly currency: string | undefined;
  readonly isPercent: boolean;
}

const NUMBER = String.raw`\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?`;
const CURRENCY = String.raw`[$€£¥₹]|\b(?:usd|eur|gbp|jpy|chf|inr|cad|aud|sek|pln)\b`;
const AMOUNT = new RegExp(
  String.raw`(${CURRENCY})?\s?((?<![\w.])-?(?:${NUMBER}))(k\b|m\b)?\s?(%|percent\b|${CURRENCY}|(?:dollars?|euros?|pounds?)\b)?`,
  'gi',
);

/** Every number of a text with its currency or percent sign; parts of dates, times and references are left out. */
export function amountsIn(text: string): Found<Amount>[] {
  const taken = [
    ...datesIn(text),
    ...referencesIn(text),
    ...emailsIn(text),
    ...urlsIn(text),
    ...phonesIn(text),
    ...timesIn(text),
  ];
  const found: Found<Amount>[] = [];
  for (const match of text.matchAll(AMOUNT)) {
    const [all, before, digits, factor, after] = match;
    const start = match.index + all.indexOf(digits as string);
    const end = match.index + all.length;
    if (taken.some((other) => start < other.end && end > other.start)) continue;
    const amount =
      parseNumber(digits as string) *
      (factor?.toLowerCase() === 'k' ? 1_000 : factor?.toLowerCase() === 'm' ? 1_000_000 : 1);
    if (!Number.isFinite(amount)) continue;
    const sign = (before ?? after ?? '').toLowerCase();
    const isPercent = sign === '%' || sign === 'percent';
    found.push({ value: { amount, currency: CURRENCIES[sign], isPercent }, text: all.trim(), start, end });
  }
  return found;
}

export function numberWordsIn(text: string): Found<Amount>[] {
  return [...text.matchAll(/\b[a-z]+\b/gi)].flatMap((match) => {
    const amount = NUMBER_WORDS[match[0].toLowerCase()];
    if (amount === undefined) return [];
    return [
      {
        value: { amount, currency: undefined, isPercent: false },
        text: match[0],
        start: match.index,
        end: match.index + match[0].length,
      },
    ];
  });
}

/** "1,250.00", "1.250,00", "1 250" and "1250" are one number. */
export function parseNumber(text: string): number {
  const plain = text.replace(/[' ]/g, '');
  const comma = plain.lastIndexOf(',');
  const dot = plain.lastIndexOf('.');
  if (comma === -1 && dot === -1) return Number(plain);
  if (comma !== -1 && dot !== -1) {
    return Number(comma > dot ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', ''));
  }
  const mark = comma === -1 ? '.' : ',';
  const parts = plain.split(mark);
  const last = parts.at(-1) ?? '';
  // one group of exactly three behind a comma is a thousand; behind a dot it is only one if there are several
  const isGrouping = parts.length > 2 || (mark === ',' && last.length === 3);
  return Number(isGrouping ? parts.join('') : parts.join('.'));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = String.raw`(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`;

/** Dates written out in full, as ISO 8601. "Tomorrow" is none: there is no clock here. */
export function datesIn(text: string): Found<string>[] {
  const found: Found<string>[] = [];
  const add = (
    match: RegExpMatchArray,
    year: string | undefined,
    month: number,
    day: string | undefined,
  ): void => {
    const iso = isoDate(Number(year), month, Number(day ?? 1));
    const start = match.index ?? 0;
    const end = start + match[0].length;
    if (iso && !found.some((other) => start < other.end && end > other.start))
      found.push({ value: iso, text: match[0], start, end });
  };
  for (const m of text.matchAll(/\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b/g)) add(m, m[1], Number(m[2]), m[3]);
  for (const m of text.matchAll(/\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/g)) add(m, m[3], Number(m[2]), m[1]);
  for (const m of text.matchAll(/\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b/g)) {
    const dayFirst = Number(m[1]) > 12;
    add(m, m[3], Number(dayFirst ? m[2] : m[1]), dayFirst ? m[1] : m[2]);
  }
  for (const m of text.matchAll(
    new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?${MONTH},? (\d{4})\b`, 'gi'),
  ))
    add(m, m[3], monthOf(m[2]), m[1]);
  for (const m of text.matchAll(
    new RegExp(String.raw`\b${MONTH} (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b`, 'gi'),
  ))
    add(m, m[3], monthOf(m[1]), m[2]);
  return found.sort((a, b) => a.start - b.start);
}

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1;
}

function isoDate(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || year < 1000) return undefined;
  const lastDay =
    [
      31,
      year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
      31,
      30,
      31,
      30,
      31,
      31,
      30,
      31,
      30,
      31,
    ][month - 1] ?? 0;
  if (day > lastDay) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function all(text: string, pattern: RegExp, trim = /[.,;:)\]]+$/): Found<string>[] {
  return [...text.matchAll(pattern)].map((match) => {
    const value = match[0].replace(trim, '');
    return { value, text: value, start: match.index, end: match.index + value.length };
  });
}

export const timesIn = (text: string): Found<string>[] =>
  all(text, /\b([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b/g);
export const emailsIn = (text: string): Found<string>[] =>
  all(text, /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b/g);
export const urlsIn = (text: string): Found<string>[] => all(text, /\bhttps?:\/\/[^\s<>"')]+/g);
export const phonesIn = (text: string): Found<string>[] =>
  all(text, /(?<![\w-])(?:\+\d{1,3}[ -]?)(?:\(?\d{2,5}\)?[ -]?){1,5}\d{2,5}\b|\(\d{3}\) ?\d{3}-\d{4}/g);
export const pathsIn = (text: string): Found<string>[] =>
  all(
    text,
    /(?<![\w/:.])(?:\.{0,2}\/)?(?:[\w-]+\/)*[\w-]+\.(?:txt|md|csv|tsv|json|xml|html?|log|ya?ml|pdf|docx?|xlsx?|eml)\b/gi,
  );

/** Order, invoice and ticket numbers: letters and digits that belong together, or digits behind a #. */
export function referencesIn(text: string): Found<string>[] {
  const found = all(
    text,
    /(?<![\w$€£.])#?(?:[A-Z]{1,6}[-_/]?(?=\d)[\dA-Z]+(?:[-_/][\dA-Z]+)*|[A-Z]{2,6}(?:-[A-Z\d]+)*-\d[\dA-Z]*(?:-[\dA-Z]+)*)\b|#[A-Z]?-?\d{2,}\b/g,
  );
  const labelled =
    /\b(?:no|nr|number|id|order|invoice|ticket|reference|ref|case|account)\b\.?\s*(?:no\.?|nr\.?|number|id)?\s*[:#]?\s*(\d{4,12})\b/gi;
  for (const match of text.matchAll(labelled)) {
    const digits = match[1] as string;
    const start = match.index + match[0].lastIndexOf(digits);
    if (!found.some((other) => start < other.end && start + digits.length > other.start)) {
      found.push({ value: digits, text: digits, start, end: start + digits.length });
    }
  }
  return found
    .map((one) => ({ ...one, value: one.value.replace(/^#/, '') }))
    .sort((a, b) => a.start - b.start);
}

const NOT_NAMES = new Set(
  'Hi Hello Hey Dear Please Thanks Thank Best Kind Regards Sincerely Cheers The This That These I We You It My Our Your If When Invoice Order Date Due Total Subtotal Amount Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December To From Subject Re Customer Ticket Dr Mr Mrs Ms'.split(
    ' ',
  ),
);
const COMPANY =
  /\b((?:[A-Z][\w&'-]*\s+){1,4}(?:Inc|GmbH|Ltd|LLC|Corp|Corporation|AG|SA|SE|PLC|plc|Co|Company|Group|Limited|BV|Oy|AB|Industries|Supplies|Logistics|Consulting|Systems|Solutions|Services)\b\.?)/g;

export function companiesIn(text: string): Found<string>[] {
  return all(text, COMPANY, /[.\s]+$/).map((one) => ({
    ...one,
    value: one.value.replace(/^(?:From|By|At|With|The|Dear|Invoice|Vendor|Supplier)\s+/, ''),
  }));
}

/** Names of persons: two or three capitalised words that are no company, or what follows "I am" and a greeting's end. */
export function personsIn(text: string): Found<string>[] {
  const companies = companiesIn(text);
  const found: Found<string>[] = [];
  for (const match of text.matchAll(
    /\b(?:[A-Z][a-zà-ÿ'-]+|[A-Z]\.)(?:[ ](?:[A-Z][a-zà-ÿ'-]+|[A-Z]\.|van|von|de|der)){0,3}/g,
  )) {
    const words = match[0].split(' ');
    while (words.length > 0 && NOT_NAMES.has(words[0] as string)) words.shift();
    const value = words.join(' ');
    const start = match.index + match[0].length - value.length;
    const before = text.slice(Math.max(0, start - 24), start);
    const introduced =
      /(?:\bI am|\bI'm|\bname is|\bthis is|\b[Mm]r\.?|\b[Mm]rs\.?|\b[Mm]s\.?|\b[Dd]r\.?|[Rr]egards,?|[Ss]incerely,?|[Cc]heers,?|[Tt]hanks,|[Bb]est,)\s*$/.test(
        before,
      );
    if (words.length === 0 || (words.length < 2 && !introduced) || words.some((word) => NOT_NAMES.has(word)))
      continue;
    if (companies.some((company) => start < company.end && match.index + match[0].length > company.start))
      continue;
    const one = { value, text: value, start, end: start + value.length };
    if (introduced) found.unshift(one);
    else found.push(one);
  }
  for (const match of text.matchAll(
    /\b([A-Z][a-zà-ÿ]{2,})(?= (?:must|will|should|shall|has to|needs to|said|says|agreed|asked|wrote|reported)\b)/g,
  )) {
    const value = match[0];
    const start = match.index;
    if (
      NOT_NAMES.has(value) ||
      found.some((other) => start < other.end && start + value.length > other.start)
    )
      continue;
    found.push({ value, text: value, start, end: start + value.length });
  }
  return found;
}

/** The words around a place, to see what a number or date is about. */
export function around(
  text: string,
  found: { readonly start: number; readonly end: number },
  before = 48,
  after = 24,
): { before: string; after: string } {
  const left = text.slice(Math.max(0, found.start - before), found.start);
  const right = text.slice(found.end, found.end + after);
  // what stands in another line or sentence is about something else
  return { before: left.split(/\n|[.!?;] /).at(-1) ?? '', after: right.split(/\n|[.!?;,] ?/)[0] ?? '' };
}
