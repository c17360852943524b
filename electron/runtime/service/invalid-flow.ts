import { AppError } from '../../../shared/base/app-error';
import type { ValidationReport } from '../../../shared/spec/problem';

const MAX_SHOWN = 50;

/** Why a document cannot be run: how many errors, the first in words, all in the details. */
export function invalidFlow(report: ValidationReport): AppError {
  const errors = report.problems.filter((problem) => problem.severity === 'error');
  const what = errors.length === 1 ? 'one problem' : `${errors.length} problems`;
  const message =
    `The flow has ${what} that must be mended before it can run. ${errors[0]?.message ?? ''}`.trim();
  return new AppError('spec/invalid', message, {
    details: {
      problems: errors
        .slice(0, MAX_SHOWN)
        .map(({ code, pointer, message: text }) => ({ code, pointer, message: text })),
    },
  });
}
