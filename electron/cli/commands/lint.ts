import { READINESS_AREAS, type ReadinessReport, readinessOf } from '../../../shared/spec/readiness';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { pureLibraries } from '../compose';
import { EXIT, usage } from '../exit-code';
import { readValidFlow } from '../flow-file';
import { type Output, plain } from '../output';

export const lint: Command = {
  name: 'lint',
  about: 'the readiness report: a score per area, what is missing, and where every failure ends',
  operands: '<flow.json>',
  atLeast: 1,
  atMost: 1,
  options: [
    { name: 'fail-under', value: 'score', about: 'end with 1 when the score (0 to 100) is lower' },
    JSON_OPTION,
  ],
  example: 'baton lint flow.json --fail-under 80',
  run: async ({ args, host, out }) => {
    const bar = args.integer('fail-under', 0);
    if (bar !== undefined && bar > 100)
      throw usage(`--fail-under is a score from 0 to 100, not ${bar}.`, 'See: baton lint --help');
    const { flow, report } = readValidFlow(args.operand(0), host.cwd, pureLibraries());
    const readiness = readinessOf(flow, report.problems);
    if (out.isJson) out.json(reportJson(readiness));
    else print(out, readiness, bar);
    return bar !== undefined && readiness.score < bar ? EXIT.failed : EXIT.ok;
  },
};

function reportJson({ score, areas, findings, failureModes }: ReadinessReport): object {
  return {
    score,
    areas: Object.fromEntries(READINESS_AREAS.map((area) => [area, areas[area].score])),
    findings,
    failureModes,
  };
}

function print(out: Output, report: ReadinessReport, bar: number | undefined): void {
  for (const area of READINESS_AREAS) {
    const { score, passed, checks } = report.areas[area];
    const sign =
      score === 100
        ? out.paint('green', '✓')
        : score >= 50
          ? out.paint('yellow', '!')
          : out.paint('red', '✗');
    out.line(
      `${sign} ${area.padEnd(14)} ${String(score).padStart(3)}  ${checks === 0 ? 'nothing to check' : `${passed} of ${checks} checks hold`}`,
    );
  }
  out.line();
  for (const finding of report.findings)
    out.line(
      `${finding.code}  ${finding.pointer === '' ? '/' : plain(finding.pointer)}\n    ${plain(finding.message)}`,
    );
  if (report.findings.length > 0) out.line();
  const open = report.failureModes.filter((mode) => !mode.handled);
  out.line('Where failures end:');
  for (const mode of report.failureModes) {
    out.line(
      `  ${mode.handled ? out.paint('green', '✓') : out.paint('red', '✗')} ${mode.node}  ${mode.kind}: ${plain(mode.sentence)}`,
    );
  }
  out.line(
    `${report.failureModes.length - open.length} of ${report.failureModes.length} failures end at something drawn.`,
  );
  out.line();
  const failed = bar !== undefined && report.score < bar ? out.paint('red', ` (under ${bar})`) : '';
  out.line(`${out.paint('bold', `Readiness ${report.score} of 100`)}${failed}`);
}
