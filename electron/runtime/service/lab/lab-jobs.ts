/** What a lab thread can do, and how. Nothing here sees a run, a secret or the database. */
import { AppError, serializeError } from '../../../../shared/base/app-error';
import { seededRandom } from '../../../../shared/base/random';
import {
  FlowDocument,
  type FlowFigures,
  type RequestInput,
  type RequestOutput,
} from '../../../../shared/ipc/contract';
import type { ExportAnswer, OwnRequests } from '../../../../shared/ipc/service';
import type { Pure } from '../../../../shared/ports/pure';
import type { LoadedFlow } from '../../../../shared/spec/load';
import type { ValidationReport } from '../../../../shared/spec/problem';
import { invalidFlow } from '../invalid-flow';
import { parseTemplate, renderTemplate } from '../../../../shared/spec/template';

type PreviewInput = RequestInput<'expression.preview'>;
type PreviewOutput = RequestOutput<'expression.preview'>;

export interface LabJobs {
  load: { input: OwnRequests['file.load']['input']; output: OwnRequests['file.load']['output'] };
  validate: { input: RequestInput<'flow.validate'>; output: ValidationReport };
  preview: { input: PreviewInput; output: PreviewOutput };
  simulate: { input: RequestInput<'rehearse.simulate'>; output: RequestOutput<'rehearse.simulate'> };
  exportFlow: { input: OwnRequests['file.exportFlow']['input']; output: ExportAnswer };
  exportRun: { input: ExportRunInput; output: ExportAnswer };
  copyRuns: { input: CopyRunsInput; output: null };
  figures: { input: FiguresInput; output: FlowFigures };
}
export interface FiguresInput {
  readonly database: string;
  readonly flowId: string;
}
export interface CopyRunsInput {
  readonly database: string;
  readonly file: string;
}
export interface ExportRunInput {
  /** The run database, read beside its owner. */
  readonly database: string;
  readonly runId: string;
  readonly target: OwnRequests['file.exportRun']['input']['target'];
  /** Values to mask wherever they turn up. */
  readonly secrets: readonly string[];
}
export type LabJob = keyof LabJobs;
export type LabInput<J extends LabJob> = LabJobs[J]['input'];
export type LabOutput<J extends LabJob> = LabJobs[J]['output'];

/** The parts of the app a lab needs; composed in one place. */
export interface LabTools {
  readonly pure: Pure;
  loadFlow(text: string): LoadedFlow;
  validate(document: unknown): ValidationReport;
  simulate(input: LabInput<'simulate'>): Promise<LabOutput<'simulate'>> | LabOutput<'simulate'>;
  exportFlow(input: LabInput<'exportFlow'>): ExportAnswer;
  exportRun(input: ExportRunInput): ExportAnswer;
  copyRuns(input: CopyRunsInput): void;
  figures(input: FiguresInput): FlowFigures;
}

export function labJobs(tools: LabTools): {
  readonly [J in LabJob]: (input: LabInput<J>) => LabOutput<J> | Promise<LabOutput<J>>;
} {
  return {
    load: ({ text }) => load(tools, text),
    validate: ({ document }) => tools.validate(document),
    preview: (input) => preview(tools.pure, input),
    simulate: (input) => {
      const report = tools.validate(input.document);
      if (!report.valid) throw invalidFlow(report);
      return tools.simulate(input);
    },
    exportFlow: (input) => tools.exportFlow(input),
    exportRun: (input) => tools.exportRun(input),
    figures: (input) => tools.figures(input),
    copyRuns: (input) => {
      tools.copyRuns(input);
      return null;
    },
  };
}

function load(tools: LabTools, text: string): LabOutput<'load'> {
  const loaded = tools.loadFlow(text);
  if (loaded.refusal) {
    const { code, message } = loaded.refusal;
    throw new AppError(code, message, { details: { problems: problemsOf(loaded.problems) } });
  }
  const report = tools.validate(loaded.document);
  const document = FlowDocument.safeParse(loaded.document);
  if (!document.success) {
    // Not even drawable: no nodes, or edges that are none.
    const [first] = report.problems;
    throw new AppError(
      'spec/invalid',
      `This file is not a flow: ${first?.message ?? 'it has no nodes and edges.'}`,
      {
        details: { problems: problemsOf(report.problems) },
      },
    );
  }
  return { document: document.data, report };
}

const MAX_PROBLEMS = 50;

function problemsOf(problems: LoadedFlow['problems']): { code: string; pointer: string; message: string }[] {
  return problems.slice(0, MAX_PROBLEMS).map(({ code, pointer, message }) => ({ code, pointer, message }));
}

function preview(pure: Pure, { source, template, scope }: PreviewInput): PreviewOutput {
  const env = { nowMs: Date.now(), random: seededRandom('preview') };
  const evaluate = (text: string) => pure.expression(text).evaluate(scope, env);
  try {
    if (!template) return { ok: true, value: evaluate(source) };
    const parsed = parseTemplate(source);
    const [problem] = parsed.problems;
    return problem
      ? { ok: false, message: problem.message }
      : { ok: true, value: renderTemplate(parsed, evaluate) };
  } catch (error) {
    return { ok: false, message: serializeError(error).message };
  }
}
