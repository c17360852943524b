import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, utf8Length } from '../../../../shared/base/utf8';

describe('decodeUtf8', () => {
  test('reads what an encoder wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(decodeUtf8(bytes)).toEqual({ ok: true, value: text });
        expect(utf8Length(text)).toBe(bytes.length);
      }),
      { seed: 5 },
    );
    const long = 'aé€😀'.repeat(20_000);
    expect(decodeUtf8(Buffer.from(long))).toEqual({ ok: true, value: long });
  });

  test('accepts and refuses the same bytes as a strict decoder', () => {
    const byte = fc.oneof(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xa0, 0xf0, 0x90, 0xf4, 0xff),
      fc.nat(255),
    );
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 6 }).chain(() => fc.array(byte, { maxLength: 6 })),
        (list) => {
          const bytes = Uint8Array.from(list);
          let expected: string | undefined;
          try {
            expected = strict.decode(bytes);
          } catch {
            expected = undefined;
          }
          const decoded = decodeUtf8(bytes);
          expect(decoded.ok ? decoded.value : undefined).toBe(expected);
        },
      ),
      { seed: 6, numRuns: 5_000 },
    );
  });

  test('says which byte does not fit', () => {
    expect(decodeUtf8(Uint8Array.of(0x41, 0xc3))).toEqual({ ok: false, error: { offset: 1 } });
  });
});
