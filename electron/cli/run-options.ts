/** Options that commands which drive a run share. */
import path from 'node:path';
import { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { Grants } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import { didYouMean } from './did-you-mean';
import { type Answer, Answers, Fault } from '../../shared/spec/parts';
import { Requirements } from '../../shared/spec/problem';
import { z } from '../../shared/spec/zod';
import { covers, isNothing, wantsOf } from '../runtime/service/grants';
import { withModels } from '../runtime/service/run-start';
import type { Arguments, CommandContext, OptionSpec } from './command';
import { requirementsOf } from './compose';
import { usage } from './exit-code';
import { readShaped } from './files';

export const GRANT_OPTIONS: readonly OptionSpec[] = [
  { name: 'allow', value: 'file', about: 'what the flow may touch, as a JSON list a refused run shows' },
  { name: 'trust', about: 'let the flow touch everything it asks for' },
  { name: 'secrets', value: 'file', about: 'a .env file with mode 600; the environment comes first' },
];
export const ANSWERS_OPTION: OptionSpec = {
  name: 'answers',
  value: 'file',
  about: 'decisions for human checkpoints',
};
export const FAULTS_OPTION: OptionSpec = { name: 'faults', value: 'file', about: 'failures to inject' };
export const WAIT_OPTION: OptionSpec = { name: 'wait', about: 'stay while only people are waited for' };
export const CASSETTE_OPTIONS: readonly OptionSpec[] = [
  { name: 'record', value: 'cassette', about: 'record model and tool exchanges to this file' },
  { name: 'replay', value: 'cassette', about: 'answer from this file; nothing is called' },
];

const AnswersFile = z.union([Answers, z.array(Answers)]);
const FaultsFile = z.union([z.strictObject({ faults: z.array(Fault) }), z.array(Fault)]);

export function readAnswers(args: Arguments, cwd: string): Answers | undefined {
  const file = args.value('answers');
  if (file === undefined) return undefined;
  const found = readShaped(file, cwd, AnswersFile, 'an answers file');
  return Array.isArray(found) ? oneByOne(found) : found;
}

/** A list of answers objects: each place takes what they say about it one by one. */
function oneByOne(list: readonly Answers[]): Answers {
  const answers = new Map<string, Answer[]>();
  for (const [key, given] of list.flatMap((each) => Object.entries(each)))
    answers.set(key, [...(answers.get(key) ?? []), ...[given].flat()]);
  return Object.fromEntries(answers);
}

export function readFaults(args: Arguments, cwd: string): readonly Fault[] | undefined {
  const file = args.value('faults');
  if (file === undefined) return undefined;
  const found = readShaped(file, cwd, FaultsFile, 'a faults file');
  return 'faults' in found ? found.faults : found;
}

export interface ModelTarget {
  readonly provider: string;
  readonly model: string;
  readonly baseURL?: string;
  readonly secret?: string;
}

/** Name under which the key of a hosted provider is usually kept. */
const USUAL_SECRETS: Readonly<Record<string, string>> = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
};

/** `name=provider:model[@baseURL]`. A model's own name may hold colons and at signs; a base URL begins with http. */
export function parseModelOption(text: string, flow: Flow): readonly [string, ModelTarget] {
  const match = /^([^=]+)=([^:=]+):(.+?)(?:@(https?:\/\/.+))?$/.exec(text);
  if (!match)
    throw usage(`--model must be name=provider:model or name=provider:model@baseURL, not "${text}".`);
  const [, name = '', provider = '', model = '', baseURL] = match;
  const own = flow.models && Object.hasOwn(flow.models, name) ? flow.models[name] : undefined;
  if (!own) {
    const known = Object.keys(flow.models ?? {});
    const list = known.length === 0 ? 'It has no models.' : `It has: ${known.join(', ')}.`;
    throw usage(`The flow has no model named "${name}".${didYouMean(name, known)} ${list}`);
  }
  const secret = own.provider === provider ? own.secret : USUAL_SECRETS[provider];
  return [
    name,
    {
      provider,
      model,
      ...(baseURL === undefined ? {} : { baseURL }),
      ...(secret === undefined ? {} : { secret }),
    },
  ];
}

export function readModels(args: Arguments, flow: Flow): Readonly<Record<string, ModelTarget>> | undefined {
  const given = args.values('model');
  return given.length === 0
    ? undefined
    : Object.fromEntries(given.map((text) => parseModelOption(text, flow)));
}

const PartialRequirements = Requirements.partial();

/** What a person agreed to with `--allow` or `--trust`; undefined when nothing was said. */
export function readGrants({ args, host }: CommandContext, baseFolder: string): Grants | undefined {
  if (args.has('trust')) return { trust: true, baseFolder, granted: {} };
  const file = args.value('allow');
  if (file === undefined) return undefined;
  const allowed = readShaped(file, host.cwd, PartialRequirements, 'a grants file');
  return { trust: false, baseFolder, granted: { ...NOTHING, ...allowed } as Grants['granted'] }; // JSON by its schema
}

const NOTHING: Requirements = { secrets: [], models: [], tools: [], mcpServers: [], hosts: [], folders: [] };

/** The grants of a run, refused before it starts when the flow wants more. @throws AppError `grant/missing`. */
export function grantsFor(
  context: CommandContext,
  flow: Flow,
  folder: string,
  models: Readonly<Record<string, ModelTarget>> | undefined,
): Grants {
  const given = readGrants(context, path.resolve(folder));
  const wants = wantsOf(requirementsOf(withModels(flow, models)));
  if (given?.trust || isNothing(wants))
    return given ?? { trust: false, baseFolder: path.resolve(folder), granted: {} };
  if (given && covers(given.granted as unknown as Requirements, wants)) return given;
  throw missing(wants);
}

function missing(wants: Requirements): AppError {
  const lines = [
    ...wants.secrets.map((secret) => `  the secret ${secret.name}`),
    ...wants.models.map(
      (model) =>
        `  the model ${model.provider} ${model.model}${model.baseURL === undefined ? '' : ` at ${model.baseURL}`}`,
    ),
    ...wants.hosts.map((host) => `  the host ${host}`),
    ...wants.mcpServers.map((server) => `  the MCP server ${server.command ?? server.url ?? server.name}`),
    ...wants.folders.map((folder) => `  the folder ${folder.path} (${folder.access})`),
    ...wants.tools.map((tool) => `  the tool ${tool.name} (${tool.effect})`),
  ];
  return new AppError('grant/missing', `Nothing was started. The flow wants to use:\n${lines.join('\n')}`, {
    details: { wants: wants as unknown as Json },
    hint: 'Allow exactly this with --allow <file> (the "wants" of --json), or everything with --trust. Or rehearse it: --rehearse.',
  });
}
