import type { Json } from '../../../shared/base/json';
import type { Command } from '../command';
import { JSON_OPTION } from '../command';
import { pureLibraries } from '../compose';
import { EXIT, usage } from '../exit-code';
import { type Difference, playCase } from '../golden';
import { casesOf, findTestFiles, type NamedCase } from '../golden-files';
import { oneLine, plain } from '../output';
import { serializeError } from '../../../shared/base/app-error';

interface CaseResult {
  readonly flow: string;
  readonly name: string;
  readonly ok: boolean;
  readonly differences: readonly Difference[];
}

export const test: Command = {
  name: 'test',
  about: 'plays the tests of flows and recorded runs: each must end as it did',
  operands: '<folder, flow or bundle>',
  atLeast: 1,
  atMost: 50,
  options: [JSON_OPTION],
  example: 'baton test flows/',
  more: 'Tests are rehearsed, or played on their cassette, on virtual time: nothing is called and nothing is waited for.',
  run: async ({ args, host, out }) => {
    const cases = args.operands.flatMap((given) =>
      findTestFiles(given, host.cwd).flatMap((file) => casesOf(file, given, host.cwd, pureLibraries())),
    );
    if (cases.length === 0)
      throw usage(
        `There is nothing to test in ${args.operands.join(', ')}: no flow with "tests", no bundle.`,
      );
    const results: CaseResult[] = [];
    for (const named of cases) {
      const result = await play(named);
      results.push(result);
      if (out.isJson) continue;
      out.line(
        `${result.ok ? out.paint('green', '✓ passed') : out.paint('red', '✗ failed')}  ${plain(named.flow)}  ${plain(named.name)}`,
      );
      for (const { pointer, expected, actual } of result.differences) {
        out.line(`    ${plain(pointer)}\n      expected ${shown(expected)}\n      actual   ${shown(actual)}`);
      }
    }
    const failed = results.filter((result) => !result.ok).length;
    const passed = results.length - failed;
    if (out.isJson) out.json({ passed, failed, cases: results });
    else out.line(`${passed} passed, ${failed} failed`);
    return failed === 0 ? EXIT.ok : EXIT.failed;
  },
};

async function play({ flow, name, golden }: NamedCase): Promise<CaseResult> {
  const differences =
    'problem' in golden
      ? [impossible(golden.problem)]
      : await playCase(golden).catch((error: unknown) => [impossible(serializeError(error).message)]);
  return { flow, name, ok: differences.length === 0, differences };
}

function impossible(message: string): Difference {
  return { pointer: '', expected: 'a case that can be played', actual: message };
}

function shown(value: Json): string {
  return oneLine(JSON.stringify(value), 400);
}
