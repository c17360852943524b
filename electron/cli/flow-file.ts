/** A flow given on the command line: a JSON file, or a bundle that holds one. */
import path from 'node:path';
import { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import { type LoadedFlow, loadFlow } from '../../shared/spec/load';
import type { Problem, ValidationReport } from '../../shared/spec/problem';
import { validateFlow } from '../../shared/spec/validate';
import { type OpenedBundle, openBundle } from '../runtime/export/bundle';
import { recordingPath } from '../runtime/export/export-flow';
import { looksLikeZip } from '../runtime/export/zip';
import { unsupportedKinds } from '../runtime/service/invalid-flow';
import { EXIT, UnreadableError } from './exit-code';
import { readBytes } from './files';

export interface FlowFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly loaded: LoadedFlow;
  readonly bundle: OpenedBundle | undefined;
  /** Where relative paths of the flow start. */
  readonly folder: string;
}

export interface CheckedFlow extends FlowFile {
  readonly flow: Flow;
  readonly semanticHash: string;
  readonly report: ValidationReport;
}

export function readFlowFile(file: string, cwd: string): FlowFile {
  const bytes = readBytes(file, cwd);
  const folder = file === '-' ? cwd : path.dirname(path.resolve(cwd, file));
  if (!looksLikeZip(bytes)) return { file, bytes, loaded: loadFlow(bytes), bundle: undefined, folder };
  const bundle = openBundle(bytes);
  const inner = bundle.files.get('flow.json');
  if (!inner) throw new UnreadableError('bundle/invalid', `${file} is a bundle without a flow.json.`);
  return { file, bytes: inner, loaded: loadFlow(inner), bundle, folder };
}

/** A flow that can be run. @throws AppError `spec/invalid`, `flow/unsupported-kind`, `spec/from-future`; `UnreadableError` when it is no JSON. */
export function readValidFlow(file: string, cwd: string, pure: Pure): CheckedFlow {
  const found = readFlowFile(file, cwd);
  const { document, refusal, problems } = found.loaded;
  if (refusal || !document) {
    const { code = 'spec/invalid', message = 'It cannot be used.' } = refusal ?? {};
    const details = { file, problems: problemsJson(problems) };
    const Refusal = problems.some((problem) => problem.code === 'E101') ? UnreadableError : AppError;
    throw new Refusal(code, `${file}: ${message}`, { details });
  }
  const report = validateFlow(document, pure);
  if (!report.valid || report.semanticHash === undefined) throw invalid(file, report);
  // A document without errors has passed the schema of a flow.
  return { ...found, flow: document as unknown as Flow, semanticHash: report.semanticHash, report };
}

function invalid(file: string, report: ValidationReport): AppError {
  const errors = report.problems.filter((problem) => problem.severity === 'error');
  const lacking = unsupportedKinds(errors);
  if (lacking) return lacking;
  const count = errors.length === 1 ? 'a problem' : `${errors.length} problems`;
  const list = errors
    .slice(0, 10)
    .map((problem) => `  ${problem.code} ${problem.pointer || '/'}: ${problem.message}`);
  const more = errors.length > 10 ? [`  and ${errors.length - 10} more: baton validate ${file}`] : [];
  const message = [`${file} has ${count} that must be mended before it can be used:`, ...list, ...more].join(
    '\n',
  );
  return new AppError('spec/invalid', message, { details: { file, problems: problemsJson(errors) } });
}

function problemsJson(problems: readonly Problem[]): Json {
  return problems
    .slice(0, 200)
    .map(({ code, severity, pointer, message }) => ({ code, severity, pointer, message }));
}

/** The cassette a test names: inside the bundle, or beside the flow and never outside its folder. */
export function readRecording(
  found: Pick<FlowFile, 'bundle' | 'folder' | 'file'>,
  cassette: string,
): Uint8Array {
  if (found.bundle) {
    const bytes = found.bundle.files.get(recordingPath(cassette)) ?? found.bundle.files.get(cassette);
    if (bytes) return bytes;
    throw new UnreadableError(
      'file/unreadable',
      `The bundle ${found.file} does not hold the cassette ${cassette}.`,
    );
  }
  return readBytes(cassette, found.folder);
}

/** Exit code of a refusal to load: what is no JSON or from a newer version is unreadable, anything else invalid. */
export function exitOfRefusal(loaded: LoadedFlow): number {
  const isUnreadable =
    loaded.refusal?.code === 'spec/from-future' || loaded.problems.some((problem) => problem.code === 'E101');
  return isUnreadable ? EXIT.usage : EXIT.failed;
}
