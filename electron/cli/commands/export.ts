import path from 'node:path';
import fs from 'node:fs';
import type { AppError } from '../../../shared/base/app-error';
import type { Flow } from '../../../shared/spec/flow';
import { secretNames } from '../../../shared/spec/secrets-of';
import { exportFlow, FLOW_TARGETS, type FlowTarget } from '../../runtime/export/export-flow';
import { exportRun, RUN_TARGETS, type RunTarget } from '../../runtime/export/export-run';
import type { ExportResult, Loss } from '../../runtime/export/files';
import { didYouMean } from '../did-you-mean';
import type { Command, CommandContext } from '../command';
import { DB_OPTION, JSON_OPTION } from '../command';
import { openDatabase, pureLibraries } from '../compose';
import { EXIT, usage } from '../exit-code';
import { writeFile } from '../files';
import { type CheckedFlow, readRecording, readValidFlow } from '../flow-file';
import { type Output, plain } from '../output';
import { requireRun } from '../runs';

const TARGETS: readonly string[] = [...new Set<string>([...FLOW_TARGETS, ...RUN_TARGETS])];

export const exportCommand: Command = {
  name: 'export',
  about: 'writes a flow or a run in a form others can use, and says what it could not hold',
  operands: '<flow.json or run-id>',
  atLeast: 1,
  atMost: 1,
  options: [
    {
      name: 'to',
      value: 'target',
      about: `a flow: ${FLOW_TARGETS.join(', ')}; a run: ${RUN_TARGETS.join(', ')}`,
    },
    {
      name: 'output',
      short: 'o',
      value: 'path',
      about: 'file or folder to write to; - for standard output (default: this folder)',
    },
    DB_OPTION,
    JSON_OPTION,
  ],
  example: 'baton export flow.json --to markdown -o flow.md',
  more: 'What is given is a flow when there is such a file, else a run of the database. Sensitive values are masked.',
  run: async (context) => {
    const { args, host, out } = context;
    const target = args.value('to');
    if (target === undefined) throw usage(`Export to what? Give --to with one of: ${TARGETS.join(', ')}.`);
    const isFlow =
      fs.existsSync(path.resolve(host.cwd, args.operand(0))) ||
      /\.(json|zip)$/.test(args.operand(0)) ||
      args.operand(0) === '-';
    const result = isFlow ? ofFlow(context, target) : await ofRun(context, target);
    return write(context, result, out);
  },
};

function ofFlow({ args, host }: CommandContext, target: string): ExportResult {
  if (!isOneOf(FLOW_TARGETS, target)) throw unknownTarget(target, FLOW_TARGETS, 'A flow');
  const found = readValidFlow(args.operand(0), host.cwd, pureLibraries());
  return exportFlow(found.flow, target satisfies FlowTarget, { recordings: recordingsOf(found) });
}

async function ofRun({ args, host }: CommandContext, target: string): Promise<ExportResult> {
  if (!isOneOf(RUN_TARGETS, target)) throw unknownTarget(target, RUN_TARGETS, 'A run');
  const store = await openDatabase(args.value('db'), host.cwd, 'reader');
  try {
    const { runId } = requireRun(store, args.operand(0));
    const secrets = secretValues(store.flow(runId), host.env);
    return exportRun(store, runId, target satisfies RunTarget, { secrets });
  } finally {
    store.close();
  }
}

/** Values of the secrets the flow names, as far as this process has them: hidden wherever a tool may have echoed them. */
function secretValues(flow: Flow, env: Readonly<Record<string, string | undefined>>): string[] {
  return secretNames(flow as unknown as Record<string, unknown>).flatMap((name) => env[name] ?? []);
}

function isOneOf<T extends string>(targets: readonly T[], target: string): target is T {
  return (targets as readonly string[]).includes(target);
}

function unknownTarget(target: string, targets: readonly string[], what: string): AppError {
  return usage(
    `${what} cannot be exported as "${target}".${didYouMean(target, targets)} It can be: ${targets.join(', ')}.`,
  );
}

function recordingsOf(found: CheckedFlow): ReadonlyMap<string, Uint8Array> {
  const recordings = new Map<string, Uint8Array>();
  for (const { cassette } of found.flow.tests ?? []) {
    if (cassette === undefined || recordings.has(cassette)) continue;
    try {
      recordings.set(cassette, readRecording(found, cassette));
    } catch {
      // A cassette that is not there is told as a loss of the export.
    }
  }
  return recordings;
}

function write({ args, host }: CommandContext, { files, losses }: ExportResult, out: Output): number {
  const given = args.value('output');
  if (given === '-') {
    const [only] = files;
    if (files.length !== 1 || !only)
      throw usage('This export has several files; give a folder with --output.');
    if (only.path.endsWith('.zip')) throw usage('A bundle is not text; give a file with --output.');
    out.raw(new TextDecoder().decode(only.bytes));
    printLosses(out, losses, true);
    return EXIT.ok;
  }
  const isFolder =
    given === undefined ||
    given.endsWith('/') ||
    files.length !== 1 ||
    isDirectory(path.resolve(host.cwd, given));
  const written = files.map((file) => {
    const target = given === undefined ? file.path : isFolder ? path.join(given, file.path) : given;
    writeFile(target, host.cwd, file.bytes);
    return target;
  });
  if (out.isJson) out.json({ files: written, losses });
  else {
    for (const file of written) out.line(file);
    printLosses(out, losses, false);
  }
  return EXIT.ok;
}

function isDirectory(full: string): boolean {
  return fs.statSync(full, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function printLosses(out: Output, losses: readonly Loss[], onStderr: boolean): void {
  const say = (text: string): void => (onStderr ? out.note(text) : out.line(text));
  for (const loss of losses)
    say(`  ${plain(loss.path === '' ? '/' : loss.path)}: ${plain(loss.what)}: ${plain(loss.how)}`);
}
