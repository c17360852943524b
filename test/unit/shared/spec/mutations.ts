/** Damages a document in seeded, repeatable ways, for fuzzing. */
import { type Random, seededRandom } from '../../../../shared/base/random';

const HOSTILE: readonly string[] = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '{{',
  '}}',
  '{{ {{ }} }}',
  '\\{{',
  '${7*7}',
  '#/schemas/X',
  '#',
  '(((((((((((((((((',
  '$eval("1")',
  '(a+)+$',
  '(?=x)',
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  '𝒳\u202e',
  'steps.',
  'https://{{ x }}',
  'PT',
  '1e999',
];

type Container = Record<string, unknown> | unknown[];

/** A copy of the document with so many things in it gone wrong. */
export function mutate(text: string, seed: number, count: number): unknown {
  const random = seededRandom('mutate', seed);
  let document: unknown = JSON.parse(text);
  for (let i = 0; i < count; i++) document = mutateOnce(document, random);
  return document;
}

function mutateOnce(document: unknown, random: Random): unknown {
  const places = containers(document);
  const place = pick(places, random);
  if (!place) return odd(random, document);
  const keys = Object.keys(place);
  const key = pick(keys, random);
  if (key === undefined) {
    set(place, 'new', odd(random, document));
    return document;
  }
  const value: unknown = Reflect.get(place, key);
  switch (Math.floor(random() * 7)) {
    case 0:
      if (Array.isArray(place)) place.splice(Number(key), 1);
      else Reflect.deleteProperty(place, key);
      break;
    case 1:
      set(place, key, odd(random, document));
      break;
    case 2:
      set(place, `${key}x`, structuredClone(value));
      break;
    case 3:
      set(place, key, structuredClone(pick(places, random)));
      break;
    case 4:
      set(place, pick(HOSTILE, random) ?? '', structuredClone(value));
      break;
    case 5:
      set(place, key, nested(value, Math.floor(random() * 200)));
      break;
    default:
      set(place, key, pick(HOSTILE, random));
  }
  return document;
}

function set(place: Container, key: string, value: unknown): void {
  if (Array.isArray(place)) place.push(value);
  else Object.defineProperty(place, key, { value, enumerable: true, configurable: true, writable: true });
}

function nested(value: unknown, depth: number): unknown {
  let result = value;
  for (let i = 0; i < depth; i++) result = i % 2 === 0 ? [result] : { nodes: result };
  return result;
}

function odd(random: Random, document: unknown): unknown {
  const values = [
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    [],
    {},
    [[]],
    { $: '(' },
    { $: 'steps.x' },
    { $ref: '#' },
    'text',
    document,
  ];
  return structuredClone(pick(values, random));
}

function containers(document: unknown): Container[] {
  const found: Container[] = [];
  const pending: unknown[] = [document];
  for (let value = pending.pop(); pending.length > 0 || value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    found.push(value as Container);
    if (found.length > 2_000) break;
    pending.push(...Object.values(value).filter((inner) => typeof inner === 'object' && inner !== null));
  }
  return found;
}

function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
