/** Reads how many tests passed out of the JSON reports of vitest and Playwright. */
import { readText } from './paths.mjs';

/** A runner that died before it wrote its report is one failure. */
const NO_REPORT = { passed: 0, failed: 1, skipped: 0 };

function parse(file) {
  const text = readText(file);
  return text ? JSON.parse(text) : undefined;
}

/** A run can fail though each test passed (an unhandled rejection, a file that does not load). */
function withExitCode(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function vitestCounts(file, code) {
  const report = parse(file);
  if (!report) return NO_REPORT;
  // A file with an error outside its tests has no test that could fail.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
  return withExitCode(counts, code);
}

export function playwrightCounts(file, code) {
  const report = parse(file);
  if (!report) return NO_REPORT;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return withExitCode({ passed: expected + flaky, failed: unexpected, skipped }, code);
}
