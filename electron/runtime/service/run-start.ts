/** Everything that is checked before a run exists: the flow, its input, and what a person has allowed. */
import type { Json } from '../../../shared/base/json';
import { AppError } from '../../../shared/base/app-error';
import type { RequestInput, RequestOutput } from '../../../shared/ipc/contract';
import type { Grants } from '../../../shared/ports/calls';
import type { Pure } from '../../../shared/ports/pure';
import type { Flow } from '../../../shared/spec/flow';
import type { Model } from '../../../shared/spec/parts';
import type { Requirements, ValidationReport } from '../../../shared/spec/problem';
import type { RuntimeApi, StartOptions } from '../api';
import { invalidFlow } from './invalid-flow';
import { covers, type GrantStore, isNothing, wantsOf } from './grants';
import path from 'node:path';

type StartInput = RequestInput<'run.start'>;
type StartOutput = RequestOutput<'run.start'>;

export interface RunStartDeps {
  readonly runtime: Pick<RuntimeApi, 'begin'>;
  readonly pure: Pure;
  readonly grants: GrantStore;
  readonly libraryFolder: string;
  validate(document: unknown): Promise<ValidationReport>;
  requirements(flow: Flow): Requirements;
  by(): string;
  now(): number;
}

export async function startRun(deps: RunStartDeps, input: StartInput): Promise<StartOutput> {
  const flow = input.document;
  const report = await deps.validate(flow);
  const { semanticHash } = report;
  if (!report.valid || semanticHash === undefined) throw invalidFlow(report);
  checkInput(deps.pure, flow, input.input);
  const wants = wantsOf(deps.requirements(withModels(flow, input.models)));
  const mayGo =
    input.mode === 'rehearsal' ||
    isNothing(wants) ||
    allowed(deps, semanticHash, wants, input.grant === true);
  if (!mayGo) return { started: false, wants };
  const { runId } = await deps.runtime.begin(startOptions(deps, input, semanticHash, wants));
  return { started: true, runId };
}

function allowed(deps: RunStartDeps, semanticHash: string, wants: Requirements, agrees: boolean): boolean {
  const granted = deps.grants.get(semanticHash);
  if (granted && covers(granted, wants)) return true;
  if (agrees) deps.grants.set(semanticHash, wants, deps.by(), deps.now());
  return agrees;
}

function startOptions(
  deps: RunStartDeps,
  input: StartInput,
  semanticHash: string,
  wants: Requirements,
): StartOptions {
  const { models, breakpoints, stepping } = input;
  const baseFolder = input.path === undefined ? deps.libraryFolder : path.dirname(input.path);
  // A rehearsal touches nothing, so it is allowed nothing.
  const granted: Grants['granted'] = input.mode === 'rehearsal' ? {} : { ...wants, flow: semanticHash };
  const grants: Grants = { trust: false, baseFolder, granted };
  const overrides = {
    ...(models ? { models: models as Record<string, Json> } : {}),
    ...(breakpoints ? { breakpoints } : {}),
    ...(stepping === undefined ? {} : { stepping }),
  };
  return {
    flow: input.document,
    semanticHash,
    input: input.input,
    mode: input.mode,
    grants,
    overrides,
    ...(input.seed === undefined ? {} : { seed: input.seed }),
    ...(input.answers ? { answers: input.answers } : {}),
    ...(input.faults ? { faults: input.faults } : {}),
  };
}

/** The flow as it will run: what a model is pointed at decides which hosts and secrets are needed. */
export function withModels(flow: Flow, overrides: StartInput['models']): Flow {
  if (!overrides) return flow;
  const models: Record<string, Model> = { ...flow.models };
  for (const [name, target] of Object.entries(overrides)) {
    const model = Object.hasOwn(models, name) ? models[name] : undefined;
    if (!model) {
      throw new AppError(
        'input/invalid',
        `The flow has no model named ${name} that could be pointed at another one.`,
        {
          details: { model: name },
        },
      );
    }
    const { baseURL: _url, secret: _secret, ...rest } = model;
    models[name] = { ...rest, ...target };
  }
  return { ...flow, models };
}

function checkInput(pure: Pure, flow: Flow, input: Json): void {
  if (flow.input === undefined) return;
  const misses = pure.schema(flow.input, flow.schemas).check(input);
  const [first] = misses;
  if (!first) return;
  throw new AppError('input/invalid', `The input does not fit the flow: ${first.message}.`, {
    details: { misses: misses.slice(0, 50).map(({ pointer, message }) => ({ pointer, message })) },
  });
}
