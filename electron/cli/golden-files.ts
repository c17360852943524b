/** Where the cases of `baton test` come from: the tests in flows, and bundles of runs. */
import fs from 'node:fs';
import path from 'node:path';
import { serializeError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { Pure } from '../../shared/ports/pure';
import { type Answers, Answers as AnswersSchema } from '../../shared/spec/parts';
import { z } from '../../shared/spec/zod';
import { type CassetteLine, parseCassette } from '../runtime/cassette';
import type { OpenedBundle } from '../runtime/export/bundle';
import { MASKED } from '../runtime/export/masking';
import { sampleInput } from '../runtime/simulator';
import { EXIT, exitCodeOf, UnreadableError } from './exit-code';
import { unreadable } from './files';
import { type CheckedFlow, readRecording, readValidFlow } from './flow-file';
import type { GoldenCase } from './golden';

export interface NamedCase {
  readonly flow: string;
  readonly name: string;
  /** The case, or why it cannot even be tried. */
  readonly golden: GoldenCase | { readonly problem: string };
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'dist']);

/** Flows and bundles: the file itself, or everything below a folder. */
export function findTestFiles(given: string, cwd: string): readonly string[] {
  const full = path.resolve(cwd, given);
  const stat = fs.statSync(full, { throwIfNoEntry: false });
  if (!stat) throw unreadable(given, 'there is no such file or folder');
  if (!stat.isDirectory()) return [given];
  const found: string[] = [];
  const walk = (folder: string): void => {
    const entries = fs
      .readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name)) walk(file);
      if (
        entry.isFile() &&
        (entry.name.endsWith('.baton.zip') || (entry.name.endsWith('.json') && isFlow(file)))
      )
        found.push(file);
    }
  };
  walk(full);
  return found.map((file) => path.relative(cwd, file) || file);
}

/** A folder also holds inputs, answers and packages: only what says it is a flow is one. */
function isFlow(file: string): boolean {
  return /"format"\s*:\s*"baton\.flow\//.test(fs.readFileSync(file, 'utf8').slice(0, 100_000));
}

/** @throws what made the one file that was `given` unreadable; below a folder such a file is a case that fails. */
export function casesOf(file: string, given: string, cwd: string, pure: Pure): readonly NamedCase[] {
  let found: CheckedFlow;
  try {
    found = readValidFlow(file, cwd, pure);
  } catch (error) {
    if (file === given && exitCodeOf(error) === EXIT.usage) throw error;
    return [{ flow: file, name: path.basename(file), golden: { problem: serializeError(error).message } }];
  }
  try {
    const { bundle } = found;
    if (bundle?.manifest.kind === 'run')
      return [{ flow: found.flow.id, name: `run ${path.basename(file)}`, golden: runCase(found, bundle) }];
    return testCases(found);
  } catch (error) {
    return [{ flow: file, name: path.basename(file), golden: { problem: serializeError(error).message } }];
  }
}

function testCases(found: CheckedFlow): NamedCase[] {
  const { flow, semanticHash } = found;
  return (flow.tests ?? []).map((test): NamedCase => {
    const { answers, faults, expect } = test;
    const base = {
      flow,
      semanticHash,
      input:
        test.input ??
        (flow.input === undefined ? {} : sampleInput({ ...flow, tests: [] }, flow.rehearsal?.seed ?? 1)),
      ...(answers ? { answers } : {}),
      ...(faults ? { faults } : {}),
      expect: {
        status: expect.status ?? 'completed',
        ...(expect.output === undefined ? {} : { output: expect.output }),
        ...(expect.path ? { path: expect.path } : {}),
      },
    };
    return { flow: flow.id, name: test.name, golden: withCassette(found, base, test.cassette) };
  });
}

function withCassette(
  found: CheckedFlow,
  base: GoldenCase,
  cassette: string | undefined,
): NamedCase['golden'] {
  if (cassette === undefined) return base;
  try {
    return { ...base, cassette: linesOf(readRecording(found, cassette)) };
  } catch (error) {
    return { problem: serializeError(error).message };
  }
}

function linesOf(bytes: Uint8Array): readonly CassetteLine[] {
  return parseCassette(new TextDecoder().decode(bytes));
}

const RunManifest = z.looseObject({
  runId: z.string(),
  mode: z.string(),
  status: z.string(),
  startedAt: z.string(),
  outcome: z.looseObject({ path: z.array(z.string()) }),
  determinism: z.looseObject({ seed: z.int() }),
});
const Decision = z.looseObject({
  task: z.string(),
  status: z.string(),
  choice: z.string().optional(),
  values: z.unknown().optional(),
});

/** A recorded run, played again from its own recordings with the decisions that were made. */
function runCase(found: CheckedFlow, bundle: OpenedBundle): GoldenCase {
  const manifest = RunManifest.parse(bundle.manifest);
  const isRehearsal = manifest.mode === 'rehearsal';
  const input = jsonOf(bundle, 'inputs.json');
  if (JSON.stringify(input).includes(MASKED)) {
    const message =
      'The input of this run is masked in the bundle (it is sensitive), so it cannot be played again.';
    throw new UnreadableError('bundle/invalid', message);
  }
  return {
    flow: found.flow,
    semanticHash: found.semanticHash,
    input,
    answers: answersOf(jsonOf(bundle, 'decisions.json')),
    ...(isRehearsal ? {} : { cassette: linesOf(fileOf(bundle, 'recordings/cassette.jsonl')) }),
    runId: manifest.runId,
    seed: manifest.determinism.seed,
    startAt: Date.parse(manifest.startedAt),
    expect: {
      status: manifest.status,
      ...(manifest.status === 'completed' ? { output: jsonOf(bundle, 'outputs.json') } : {}),
      path: manifest.outcome.path,
    },
  };
}

function answersOf(decisions: Json): Answers {
  const answers = z
    .array(Decision)
    .parse(decisions)
    .flatMap(({ task, status, choice, values }) => {
      if (choice === undefined || (status !== 'decided' && status !== 'expired')) return [];
      return [[task, { choice, ...(values === undefined ? {} : { values }) }]];
    });
  return AnswersSchema.parse(Object.fromEntries(answers));
}

function fileOf(bundle: OpenedBundle, name: string): Uint8Array {
  const bytes = bundle.files.get(name);
  if (!bytes) throw new UnreadableError('bundle/invalid', `The bundle of this run has no ${name}.`);
  return bytes;
}

function jsonOf(bundle: OpenedBundle, name: string): Json {
  return JSON.parse(new TextDecoder().decode(fileOf(bundle, name))) as Json; // JSON.parse gives JSON
}
