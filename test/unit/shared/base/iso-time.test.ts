import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from '../../../../shared/base/iso-time';

test('a point in time is written as the platform writes it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (atMs) => {
      expect(isoTime(atMs)).toBe(new Date(atMs).toISOString());
    }),
  );
});

test('leap days, the turn of a year and the epoch are right', () => {
  const known = [
    '1970-01-01T00:00:00.000Z',
    '2000-02-29T23:59:59.999Z',
    '2100-03-01T00:00:00.000Z',
    '1999-12-31T23:59:59.001Z',
  ];
  expect(known.map((text) => isoTime(Date.parse(text)))).toEqual(known);
});
