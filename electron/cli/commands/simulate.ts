import { AppError } from '../../../shared/base/app-error';
import { durationWords } from '../../../shared/base/duration-words';
import type { Coverage, SimulationReport } from '../../../shared/ipc/contract';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { pureLibraries } from '../compose';
import { EXIT } from '../exit-code';
import { fileOrJson } from '../files';
import { readValidFlow } from '../flow-file';
import { type Output, plain } from '../output';
import { checkUnattended } from '../../runtime/start-checks';
import { ANSWERS_OPTION, FAULTS_OPTION, readAnswers, readFaults } from '../run-options';
import { statusWords } from '../words';

const MOST_RUNS = 1_000_000;

export const simulate: Command = {
  name: 'simulate',
  about: 'rehearses a flow many times: outcomes, cost, latency, and which paths were never taken',
  operands: '<flow.json>',
  atLeast: 1,
  atMost: 1,
  options: [
    { name: 'runs', value: 'number', about: 'how often (default: 100)' },
    { name: 'seed', value: 'number', about: 'seed of the first run; run n uses seed + n' },
    { name: 'input', value: 'file or JSON', about: 'the input of every run' },
    FAULTS_OPTION,
    ANSWERS_OPTION,
    JSON_OPTION,
  ],
  example: 'baton simulate flow.json --runs 1000 --faults outage.json',
  run: async ({ args, host, out }) => {
    const runs = args.integer('runs', 1) ?? 100;
    if (runs > MOST_RUNS) throw new AppError('usage/wrong', `--runs may be at most ${MOST_RUNS}.`);
    const seed = args.integer('seed', 0);
    const faults = readFaults(args, host.cwd);
    const answers = readAnswers(args, host.cwd);
    const given = args.value('input');
    const pure = pureLibraries();
    const { flow } = readValidFlow(args.operand(0), host.cwd, pure);
    checkUnattended(pure, flow, answers, faults);
    const { simulate: play } = await import('../../runtime/simulator');
    const report = play({
      pure,
      document: flow,
      runs,
      ...(seed === undefined ? {} : { seed }),
      ...(given === undefined ? {} : { input: fileOrJson(given, host.cwd, 'input') }),
      ...(faults ? { faults } : {}),
      ...(answers ? { answers } : {}),
    });
    if (out.isJson) out.json(report);
    else print(out, report);
    return EXIT.ok;
  },
};

function print(out: Output, report: SimulationReport): void {
  out.line(`${report.runs} rehearsals, seed ${report.seed}`);
  for (const [status, count] of Object.entries(report.outcomes)) {
    out.line(`  ${statusWords(out, status)}  ${count} (${Math.round((100 * count) / report.runs)} %)`);
  }
  const { latencyMs, tokens, cost } = report;
  out.line(`               ${['p50', 'p90', 'p99'].map((name) => name.padStart(12)).join('')}`);
  out.line(
    `  time         ${[latencyMs.p50, latencyMs.p90, latencyMs.p99].map((ms) => durationWords(ms).padStart(12)).join('')}`,
  );
  out.line(
    `  tokens       ${[tokens.p50, tokens.p90, tokens.p99].map((count) => String(Math.round(count)).padStart(12)).join('')}`,
  );
  const money = cost.known
    ? [cost.p50, cost.p90, cost.p99]
        .map((amount) => `${Number(amount.toFixed(6))} ${cost.currency}`.padStart(12))
        .join('')
    : '  not known: a model has no price';
  out.line(`  cost         ${money}`);
  printCoverage(out, 'edges', report.coverage.edges);
  printCoverage(out, 'ports', report.coverage.ports);
  printCoverage(out, 'failure kinds', report.coverage.kinds);
}

function printCoverage(out: Output, what: string, { hit, total, missed }: Coverage): void {
  out.line(`  ${what}: ${hit} of ${total} taken`);
  for (const path of missed) out.line(`    never: ${plain(path)}`);
}
