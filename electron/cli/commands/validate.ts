import type { Requirements, ValidationReport } from '../../../shared/spec/problem';
import { validateText } from '../../../shared/spec/validate';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { pureLibraries } from '../compose';
import { EXIT } from '../exit-code';
import { readFlowFile } from '../flow-file';
import { type Output, plain } from '../output';
import { plural } from '../words';

export const validate: Command = {
  name: 'validate',
  about: 'says everything that is wrong with a flow, and what it needs',
  operands: '<flow.json>',
  atLeast: 1,
  atMost: 1,
  options: [JSON_OPTION],
  example: 'baton validate flow.json',
  run: async ({ args, host, out }) => {
    const file = args.operand(0);
    const report = validateText(readFlowFile(file, host.cwd).bytes, pureLibraries());
    if (out.isJson) out.json(reportJson(report));
    else printReport(out, file, report);
    return report.valid ? EXIT.ok : EXIT.failed;
  },
};

function reportJson(report: ValidationReport): object {
  const problems = report.problems.map(({ code, severity, pointer, message, fix }) => ({
    code,
    severity,
    pointer,
    message,
    ...(fix === undefined ? {} : { fix }),
  }));
  const { valid, semanticHash = null, interfaceHash = null, requirements = null } = report;
  return { valid, semanticHash, interfaceHash, problems, requirements };
}

function printReport(out: Output, file: string, report: ValidationReport): void {
  printProblems(out, report);
  const errors = report.problems.filter((problem) => problem.severity === 'error').length;
  const warnings = report.problems.length - errors;
  const verdict = report.valid ? out.paint('green', '✓ valid') : out.paint('red', '✗ not valid');
  out.line(`${verdict}  ${file}  ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`);
  if (report.valid && report.semanticHash !== undefined)
    out.line(out.paint('dim', `meaning ${report.semanticHash}\ninterface ${report.interfaceHash ?? ''}`));
  if (report.valid && report.requirements) printRequirements(out, report.requirements);
}

export function printProblems(out: Output, { problems }: Pick<ValidationReport, 'problems'>): void {
  for (const problem of problems) {
    const sign =
      problem.severity === 'error' ? out.paint('red', '✗ error') : out.paint('yellow', '! warning');
    out.line(
      `${sign}  ${problem.code}  ${problem.pointer === '' ? '/' : plain(problem.pointer)}\n    ${plain(problem.message)}`,
    );
    if (problem.fix) out.line(`    ${out.paint('dim', `fix: ${plain(problem.fix.title)}`)}`);
  }
}

function printRequirements(out: Output, needs: Requirements): void {
  const list = (title: string, items: readonly string[]): void => {
    if (items.length > 0) out.line(`  ${title}: ${items.map(plain).join(', ')}`);
  };
  list(
    'secrets',
    needs.secrets.map((secret) => secret.name),
  );
  list(
    'models',
    needs.models.map((model) => `${model.provider} ${model.model}`),
  );
  list(
    'tools',
    needs.tools.map((tool) => `${tool.name} (${tool.kind}, ${tool.effect})`),
  );
  list(
    'MCP servers',
    needs.mcpServers.map((server) => server.name),
  );
  list('hosts', needs.hosts);
  list(
    'folders',
    needs.folders.map((folder) => `${folder.path} (${folder.access})`),
  );
}
