/** What the shell learns. */
import { AppError } from '../../shared/base/app-error';

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  paused: 4,
  crashed: 70,
  interrupted: 130,
} as const;

/** Said about the flow or its input: nothing was started. Everything else is wrong usage or something unreadable. */
const ABOUT_THE_FLOW: ReadonlySet<string> = new Set([
  'spec/invalid',
  'input/invalid',
  'grant/missing',
  'flow/unsupported-kind',
]);

export function exitCodeOf(error: unknown): number {
  if (error instanceof UnreadableError) return EXIT.usage;
  return error instanceof AppError && ABOUT_THE_FLOW.has(error.code) ? EXIT.failed : EXIT.usage;
}

export function exitCodeOfStatus(status: string): number {
  switch (status) {
    case 'completed':
      return EXIT.ok;
    case 'waiting':
      return EXIT.waiting;
    case 'paused':
      return EXIT.paused;
    default:
      return EXIT.failed;
  }
}

/** A file that cannot be read at all, whatever code says why. */
export class UnreadableError extends AppError {}

export function usage(message: string, hint?: string): AppError {
  return new AppError('usage/wrong', message, hint === undefined ? {} : { hint });
}
