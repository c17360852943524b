/** Pictures format and parse numbers and dates; a hostile one asks for endless padding or endless backtracking. */
import { limitError } from './meter';

const MAX_PICTURE = 256;
export function checkPicture(name: string, value: unknown, picture: unknown): void {
  if (typeof picture !== 'string') return;
  if (picture.length > MAX_PICTURE || (/\d{6}|,\D*\d{4}/.test(picture) && name !== 'formatNumber')) {
    throw limitError('picture', `The picture of $${name} is too long or asks for too many characters.`);
  }
  if (/^[iI]/.test(picture) && typeof value === 'number' && Math.abs(value) > 100_000) {
    throw limitError('picture', `${value} is too large for Roman numerals.`);
  }
  if (name === 'toMillis') checkParsePicture(value, picture);
  if (name === 'parseInteger' && typeof value === 'string' && value.length > 1024) {
    throw limitError('picture', 'The text given to $parseInteger is too long.');
  }
}

/** Parsing by picture runs a backtracking pattern: parts of open width must be kept apart by something. */
function checkParsePicture(text: unknown, picture: string): void {
  const parts = picture.match(/\[[^\]]*\]|[^[]+/g) ?? [];
  let loose = 0;
  let apart = true;
  for (const part of parts) {
    if (!part.startsWith('[')) {
      apart = /[^A-Za-z0-9]/.test(part);
      continue;
    }
    const fixed = /0\d/.test(part);
    if ((!apart && !fixed) || /[wW]/.test(part.slice(2))) loose++;
    apart = false;
  }
  if (loose > 2 || (typeof text === 'string' && text.length > 128)) {
    throw limitError(
      'picture',
      'The picture of $toMillis leaves too many ways to read the text: put a separator between its parts.',
    );
  }
}
