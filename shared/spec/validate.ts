/**
 * Everything that can be said about a document, at once.
 *
 * D1. Never throws and never hangs, whatever the document is: limits first, then shape, then meaning.
 * D2. Meaning is checked for the parts whose shape is fine; a broken part costs one problem, not a row of followers.
 * D3. Problems stand in the order of their kind (shape, graph, contract, readiness), within it in document order.
 */
import type { SpecLibraries } from './analysis-port';
import { checkCredentials } from './credential-check';
import { checkCycles, checkNesting } from './cycle-check';
import { checkExpressions } from './expression-check';
import { checkFields } from './field-check';
import { Findings } from './findings';
import type { Flow } from './flow';
import { indexFlow } from './flow-index';
import { checkGraphs } from './graph-check';
import { checkHandoffs } from './handoff-check';
import { interfaceHash, semanticHash } from './hashes';
import { checkLimits } from './limits';
import { checkFormat, FORMAT_VERSION, loadFlow, noObject, tooOld } from './load';
import { checkCurrencies } from './money-check';
import { checkNames } from './names-check';
import type { Problem, ValidationReport } from './problem';
import { requirementsOf } from './requirements';
import { checkSchemas } from './schema-check';
import { isRecord } from './schema-walk';
import { checkShape } from './shape';
import { checkStacks } from './stack-check';
import { checkUrls } from './url-check';
import { checkWarnings } from './warnings-check';
import { checkWriters } from './writers-check';

/** Checks a document in memory. Hashes come with every document that can be read; requirements with a sound shape. */
export function validateFlow(document: unknown, libs: SpecLibraries): ValidationReport {
  const limits = checkLimits(document);
  if (limits.refused) return { valid: false, problems: [...limits.problems] };
  if (!isRecord(document)) return report([...limits.problems, noObject()]);
  const format = checkFormat(document);
  const wrongFormat =
    format.problem ??
    (format.version !== undefined && format.version < FORMAT_VERSION ? tooOld(format.version) : undefined);
  if (wrongFormat) return report([wrongFormat]);
  const shape = checkShape(document);
  const meaning = checkMeaning(document, shape.broken, libs);
  const isSound = shape.problems.length === 0 && limits.problems.length === 0;
  return {
    ...report([...limits.problems, ...shape.problems, ...meaning]),
    ...hashesOf(document, libs),
    // a document without shape problems has passed the schema of a flow
    ...(isSound ? { requirements: requirementsOf(document as unknown as Flow) } : {}),
  };
}

/** Checks the text of a file: what loading finds, and what the document says. */
export function validateText(source: string | Uint8Array, libs: SpecLibraries): ValidationReport {
  const loaded = loadFlow(source);
  if (!loaded.document) return { valid: false, problems: [...loaded.problems] };
  return validateFlow(loaded.document, libs);
}

function checkMeaning(
  document: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<string>,
  libs: SpecLibraries,
): Problem[] {
  const index = indexFlow(document, broken);
  const findings = new Findings(document);
  checkGraphs(index, findings);
  checkCycles(index, findings);
  const stacks = checkStacks(index, findings);
  const isFlat = checkNesting(index, findings);
  checkNames(index, findings);
  checkSchemas(index, libs, findings);
  checkExpressions(index, libs, findings);
  checkHandoffs(index, findings);
  if (isFlat) checkWriters(index, stacks, findings);
  checkCurrencies(index, findings);
  checkFields(index, findings);
  checkUrls(index, findings);
  checkCredentials(index, findings);
  checkWarnings(index, findings);
  return findings.list();
}

function report(problems: readonly Problem[]): ValidationReport {
  const sorted = problems
    .map((problem, i) => ({ problem, i }))
    .sort((a, b) => rank(a.problem) - rank(b.problem) || a.i - b.i);
  return {
    valid: !problems.some((problem) => problem.severity === 'error'),
    problems: sorted.map(({ problem }) => problem),
  };
}

function rank(problem: Problem): number {
  return problem.severity === 'warning' ? 4 : Number(problem.code.charAt(1));
}

/** A number that JSON cannot hold (1e999 reads as infinity) has no hash. */
function hashesOf(
  document: unknown,
  libs: SpecLibraries,
): Pick<ValidationReport, 'semanticHash' | 'interfaceHash'> {
  try {
    return {
      semanticHash: semanticHash(document, libs.sha256),
      interfaceHash: interfaceHash(document, libs.sha256),
    };
  } catch {
    return {};
  }
}
