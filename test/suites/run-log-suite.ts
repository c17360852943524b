/** What every run store does. Run against the one in memory and the one on SQLite. */
import { RunLogBench, type RunLogSubject } from './run-log-bench';
import { listTests } from './run-log-lists';
import { recordTests } from './run-log-record';
import { keepingTests } from './run-log-keeping';

/** Call it inside the `describe` of the store. */
export function runLogSuite(makeSubject: () => RunLogSubject): void {
  const bench = new RunLogBench(makeSubject);
  recordTests(bench);
  listTests(bench);
  keepingTests(bench);
}
