import { AppError } from '../../../shared/base/app-error';
import type { Problem, ValidationReport } from '../../../shared/spec/problem';

const MAX_SHOWN = 50;

/** Why a document cannot be run: how many errors, the first in words, all in the details. */
export function invalidFlow(report: ValidationReport): AppError {
  const errors = report.problems.filter((problem) => problem.severity === 'error');
  const lacking = unsupportedKinds(errors);
  if (lacking) return lacking;
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

/** A flow that is sound but for kinds of node this engine lacks, as one of a later engine is. */
export function unsupportedKinds(errors: readonly Problem[]): AppError | undefined {
  if (errors.length === 0 || errors.some((problem) => problem.code !== 'E103')) return undefined;
  const nodes = errors.map(({ pointer }) => pointer.split('/').at(-2) ?? '');
  const message = [
    `This engine cannot run: ${nodes.join(', ')}. Nothing was started.`,
    ...errors.slice(0, MAX_SHOWN).map((problem) => `  ${problem.message}`),
  ].join('\n');
  return new AppError('flow/unsupported-kind', message, { details: { nodes } });
}
