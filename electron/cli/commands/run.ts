import path from 'node:path';
import type { Json } from '../../../shared/base/json';
import type { Executors, Grants } from '../../../shared/ports/calls';
import type { Flow } from '../../../shared/spec/flow';
import { parseCassette, recordExecutors, replayExecutors } from '../../runtime/cassette';
import { runMasker } from '../../runtime/export/masking';
import { sampleInput } from '../../runtime/simulator';
import type { StartOptions } from '../../runtime/api';
import { type Command, type CommandContext, DB_OPTION, JSON_OPTION } from '../command';
import { memoryDatabase, NO_CALLS, openDatabase, pureLibraries, realExecutors } from '../compose';
import { drive } from '../drive';
import { usage } from '../exit-code';
import { fileOrJson, readText } from '../files';
import { type CheckedFlow, readValidFlow } from '../flow-file';
import { plain } from '../output';
import {
  ANSWERS_OPTION,
  CASSETTE_OPTIONS,
  FAULTS_OPTION,
  GRANT_OPTIONS,
  grantsFor,
  readAnswers,
  readFaults,
  readModels,
  WAIT_OPTION,
} from '../run-options';
import { openSecrets } from '../secrets';
import { skippingClock } from '../skipping-clock';
import { openTape, type Tape } from '../tape';

export const run: Command = {
  name: 'run',
  about: 'runs a flow',
  operands: '<flow.json>',
  atLeast: 1,
  atMost: 1,
  options: [
    { name: 'input', value: 'file or JSON', about: 'the input of the flow' },
    DB_OPTION,
    { name: 'rehearse', about: 'play it with recorded and made-up answers: no model, no tool, no waiting' },
    FAULTS_OPTION,
    ANSWERS_OPTION,
    { name: 'seed', value: 'number', about: 'seed of everything random' },
    { name: 'run-id', value: 'id', about: 'name of the run' },
    {
      name: 'model',
      value: 'name=provider:model[@baseURL]',
      many: true,
      about: 'point a model of the flow at another one',
    },
    WAIT_OPTION,
    ...CASSETTE_OPTIONS,
    ...GRANT_OPTIONS,
    JSON_OPTION,
  ],
  example: 'baton run flow.json --input \'{"ticket":"I was charged twice"}\' --answers answers.json --trust',
  more: 'Prints the output of the flow. With --json: one event a line as it is committed, and last a "result" line.',
  run: runFlow,
};

async function runFlow(context: CommandContext): Promise<number> {
  const { args, host } = context;
  const isRehearsal = args.has('rehearse');
  checkCombination(context, isRehearsal);
  const found = readValidFlow(args.operand(0), host.cwd, pureLibraries());
  const models = readModels(args, found.flow);
  const start = startOptions(context, found, isRehearsal);
  const isOffline = isRehearsal || args.has('replay');
  // A rehearsal and a cassette touch nothing, so nothing has to be allowed.
  const grants: Grants = isOffline
    ? { trust: false, baseFolder: path.resolve(found.folder), granted: {} }
    : grantsFor(context, found.flow, found.folder, models);
  const secrets = openSecrets(host.env, args.value('secrets'), host.cwd);
  const clock = isRehearsal ? skippingClock(host.now()) : undefined;
  const parts = await executorsFor(context, found.flow, isRehearsal);
  const store =
    isRehearsal && !args.has('db')
      ? await memoryDatabase()
      : await openDatabase(args.value('db'), host.cwd, 'owner');
  const overrides = models
    ? { overrides: { models: models as unknown as Readonly<Record<string, Json>> } }
    : {};
  let runId: string | undefined;
  try {
    return await drive(context, {
      store,
      executors: parts.executors,
      secrets,
      wait: args.has('wait'),
      ...(clock ? { clock } : {}),
      begin: (runtime) => {
        const started = runtime.start({ ...start, ...overrides, grants });
        runId = started.runId;
        return started;
      },
      end: async () => {
        await parts.close();
        if (runId !== undefined) parts.tape?.end(runMasker(found.flow, store.events(runId)).masker);
      },
    });
  } finally {
    store.close();
  }
}

function checkCombination({ args }: CommandContext, isRehearsal: boolean): void {
  const chosen = ['rehearse', 'record', 'replay'].filter((name) => args.has(name));
  if (chosen.length > 1) throw usage(`--${chosen[0]} and --${chosen[1]} cannot be used together.`);
  if (isRehearsal && args.has('wait'))
    throw usage('--wait has no meaning in a rehearsal: nothing is waited for.');
}

function startOptions(
  context: CommandContext,
  found: CheckedFlow,
  isRehearsal: boolean,
): Omit<StartOptions, 'grants'> {
  const { args, host } = context;
  const answers = readAnswers(args, host.cwd);
  const faults = readFaults(args, host.cwd);
  const seed = args.integer('seed', 0);
  const runId = args.value('run-id');
  if (runId !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(runId)) {
    throw usage(
      '--run-id must begin with a letter or digit and hold only letters, digits, dots, dashes and underscores.',
    );
  }
  return {
    flow: found.flow,
    semanticHash: found.semanticHash,
    input: inputOf(context, found.flow, isRehearsal),
    mode: isRehearsal ? 'rehearsal' : args.has('replay') ? 'replay' : 'live',
    ...(runId === undefined ? {} : { runId }),
    ...(seed === undefined ? {} : { seed }),
    ...(answers ? { answers } : {}),
    ...(faults ? { faults } : {}),
  };
}

function inputOf({ args, host, out }: CommandContext, flow: Flow, isRehearsal: boolean): Json {
  const given = args.value('input');
  if (given !== undefined) return fileOrJson(given, host.cwd, 'input');
  if (!isRehearsal) return {};
  const test = flow.tests?.find((candidate) => candidate.input !== undefined);
  if (!test && flow.input === undefined) return {};
  out.note(
    `No --input: using ${test ? `the one of the test "${plain(test.name)}"` : 'a made-up one that fits the flow'}.`,
  );
  return sampleInput(flow, flow.rehearsal?.seed ?? 1);
}

interface ExecutorParts {
  readonly executors: Executors;
  readonly tape?: Tape;
  close(): Promise<void>;
}

async function executorsFor(
  { args, host }: CommandContext,
  flow: Flow,
  isRehearsal: boolean,
): Promise<ExecutorParts> {
  const nothing = async (): Promise<void> => undefined;
  if (isRehearsal) return { executors: NO_CALLS, close: nothing };
  const replay = args.value('replay');
  const cassette = replay === undefined ? undefined : parseCassette(readText(replay, host.cwd));
  const real = await realExecutors();
  const close = (): Promise<void> => real.close();
  if (cassette) return { executors: replayExecutors(cassette, real), close };
  const record = args.value('record');
  if (record === undefined) return { executors: real, close };
  const tape = openTape(record, host.cwd, flow);
  return { executors: recordExecutors(real, tape.write), tape, close };
}
