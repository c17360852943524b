/** Durations of a document that the validator has passed. */
import { parseDuration } from '../base/duration';
import { present } from '../base/present';

/** Milliseconds of a duration; of none where none is given. */
export function durationMs(text: string): number;
export function durationMs(text: string | undefined): number | undefined;
export function durationMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : present(parseDuration(text), 'duration', text);
}
