import { expect, test } from 'vitest';
import { de } from '../../../renderer/i18n/de/de';
import { en } from '../../../renderer/i18n/en/en';

const holes = (message: string) => new Set([...message.matchAll(/\{(\w+)/g)].map((match) => match[1]));

test('every message has a German one', () => {
  const known = new Set(Object.keys(de));
  expect(Object.keys(en).filter((key) => !known.has(key))).toEqual([]);
});

test('no German message asks for a value the English one is not given', () => {
  const wrong = Object.entries(de).filter(([key, message]) => {
    const given = holes(en[key as keyof typeof en] ?? ''); // a German key is an English one
    return [...holes(message ?? '')].some((hole) => !given.has(hole));
  });
  expect(wrong).toEqual([]);
});
