import path from 'node:path';
import { expect, test } from 'vitest';
import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import type { StartOptions } from '../../../../../electron/runtime/api';
import { GrantStore } from '../../../../../electron/runtime/service/grants';
import { type RunStartDeps, startRun, withModels } from '../../../../../electron/runtime/service/run-start';
import type { Flow } from '../../../../../shared/spec/flow';
import type { Requirements, ValidationReport } from '../../../../../shared/spec/problem';
import { flowNamed } from '../../../../fakes/flow-files';
import { tempFolder } from '../../../../fakes/temp-folder';

const nothing: Requirements = { secrets: [], models: [], tools: [], mcpServers: [], hosts: [], folders: [] };
const needsHost: Requirements = { ...nothing, hosts: ['api.example.com'] };
const flow: Flow = {
  ...flowNamed('Refunds'),
  input: { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } },
};

function setUp(
  requirements: Requirements,
  report: ValidationReport = { valid: true, semanticHash: 'sha256:a', problems: [] },
) {
  const started: StartOptions[] = [];
  const deps: RunStartDeps = {
    runtime: {
      begin: async (options) => {
        started.push(options);
        return { runId: `run-${started.length}` };
      },
    },
    pure: createPure(),
    grants: new GrantStore(path.join(tempFolder(), 'grants.json')),
    libraryFolder: '/library',
    validate: async () => report,
    requirements: () => requirements,
    by: () => 'ada',
    now: () => 1,
  };
  return { deps, started };
}
const live = { document: flow, input: { amount: 5 }, mode: 'live' as const };

test('a flow that needs nothing runs at once, with its own folder as base', async () => {
  const { deps, started } = setUp(nothing);
  const answer = await startRun(deps, { ...live, path: '/flows/refunds.json', seed: 4 });
  expect({ answer, grants: started[0]?.grants, seed: started[0]?.seed }).toEqual({
    answer: { started: true, runId: 'run-1' },
    grants: { trust: false, baseFolder: '/flows', granted: { ...nothing, flow: 'sha256:a' } },
    seed: 4,
  });
});

test('a flow with problems is refused with all errors and no run', async () => {
  const problem = {
    code: 'E203',
    severity: 'error' as const,
    pointer: '/nodes/x',
    message: 'x is never reached.',
  };
  const warning = { ...problem, code: 'W401', severity: 'warning' as const };
  const { deps, started } = setUp(nothing, { valid: false, problems: [warning, problem] });
  await expect(startRun(deps, live)).rejects.toMatchObject({
    code: 'spec/invalid',
    details: { problems: [{ code: 'E203', pointer: '/nodes/x', message: 'x is never reached.' }] },
  });
  expect(started).toEqual([]);
});

test('input that does not fit is refused with what does not', async () => {
  const { deps, started } = setUp(needsHost);
  await expect(startRun(deps, { ...live, input: { amount: 'much' } })).rejects.toMatchObject({
    code: 'input/invalid',
    details: { misses: [{ pointer: '/amount' }] },
  });
  expect(started).toEqual([]);
});

test('what touches the world is asked for once, then remembered', async () => {
  const { deps, started } = setUp(needsHost);
  const answers = [
    await startRun(deps, live),
    await startRun(deps, { ...live, grant: true }),
    await startRun(deps, live),
  ];
  expect({ answers, granted: started.map(({ grants }) => grants.granted) }).toEqual({
    answers: [
      { started: false, wants: needsHost },
      { started: true, runId: 'run-1' },
      { started: true, runId: 'run-2' },
    ],
    granted: Array(2).fill({ ...needsHost, flow: 'sha256:a' }),
  });
});

test('a flow that needs more than was granted asks again', async () => {
  const { deps } = setUp(needsHost);
  await startRun(deps, { ...live, grant: true });
  const more = {
    ...deps,
    requirements: () => ({ ...needsHost, hosts: ['api.example.com', 'evil.example'] }),
  };
  expect(await startRun(more, live)).toMatchObject({ started: false });
});

test('a rehearsal asks nobody and is allowed nothing', async () => {
  const { deps, started } = setUp(needsHost);
  const answer = await startRun(deps, { ...live, mode: 'rehearsal' });
  expect({ started: answer.started, granted: started[0]?.grants.granted }).toEqual({
    started: true,
    granted: {},
  });
});

test('what a model is pointed at is what counts for grants', async () => {
  const seen: Flow[] = [];
  const withModel: Flow = {
    ...flow,
    models: {
      writer: {
        provider: 'openai',
        model: 'm',
        secret: 'KEY',
        price: { inputPerMTok: 1, outputPerMTok: 1, currency: 'USD' },
      },
    },
  };
  const { deps, started } = setUp(nothing);
  const watching = {
    ...deps,
    requirements: (asked: Flow) => {
      seen.push(asked);
      return nothing;
    },
  };
  const models = { writer: { provider: 'builtin', model: 'en-lite' } };
  await startRun(watching, { ...live, document: withModel, models });
  expect({
    asked: seen[0]?.models?.['writer'],
    overrides: started[0]?.overrides?.models,
    flow: started[0]?.flow,
  }).toEqual({
    asked: {
      provider: 'builtin',
      model: 'en-lite',
      price: { inputPerMTok: 1, outputPerMTok: 1, currency: 'USD' },
    },
    overrides: models,
    flow: withModel,
  });
});

test('a model the flow does not have cannot be pointed anywhere', () => {
  const withModel: Flow = { ...flow, models: { writer: { provider: 'openai', model: 'm' } } };
  expect(() => withModels(withModel, { constructor: { provider: 'x', model: 'y' } })).toThrow('constructor');
});
