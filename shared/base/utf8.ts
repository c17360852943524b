import { err, ok, type Result } from './result';

const CHUNK = 8192;

/** Strict UTF-8 decoding for code that runs anywhere. The error is the offset of the first byte that does not fit. */
export function decodeUtf8(bytes: Uint8Array): Result<string, { readonly offset: number }> {
  let text = '';
  let units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const point = readCodePoint(bytes, i);
    if (!point) return err({ offset: i });
    i += point.size;
    if (point.value < 0x1_0000) units.push(point.value);
    else units.push(0xd7c0 + (point.value >> 10), 0xdc00 + (point.value & 0x3ff));
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return ok(text + String.fromCharCode(...units));
}

/** How many bytes a text takes in UTF-8. */
export function utf8Length(text: string): number {
  let sizeBytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) sizeBytes += 1;
    else if (unit < 0x800) sizeBytes += 2;
    else if (unit >= 0xd800 && unit < 0xe000)
      sizeBytes += 2; // half of a pair that takes four
    else sizeBytes += 3;
  }
  return sizeBytes;
}

interface CodePoint {
  readonly value: number;
  readonly size: number;
}

function readCodePoint(bytes: Uint8Array, at: number): CodePoint | undefined {
  const first = byteAt(bytes, at);
  if (first < 0x80) return { value: first, size: 1 };
  if (first >= 0xc2 && first < 0xe0) return tail(bytes, at, first & 0x1f, 2, 0x80);
  if (first >= 0xe0 && first < 0xf0) {
    const point = tail(bytes, at, first & 0x0f, 3, 0x800);
    return point && (point.value < 0xd800 || point.value > 0xdfff) ? point : undefined;
  }
  return first >= 0xf0 && first < 0xf5 ? tail(bytes, at, first & 0x07, 4, 0x1_0000) : undefined;
}

/** The bytes after the first; `least` refuses overlong forms. */
function tail(
  bytes: Uint8Array,
  at: number,
  bits: number,
  size: number,
  least: number,
): CodePoint | undefined {
  let value = bits;
  for (let i = 1; i < size; i++) {
    const next = byteAt(bytes, at + i);
    if ((next & 0xc0) !== 0x80) return undefined;
    value = (value << 6) | (next & 0x3f);
  }
  return value >= least && value <= 0x10_ffff ? { value, size } : undefined;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0xff; // 0xff is never part of UTF-8, so the end of the data fits nowhere
}
