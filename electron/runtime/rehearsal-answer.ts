/** Decisions made in place of a person: by an answers object, an injected fault, or what the rehearsal says. */
import { isJsonObject, type Json } from '../../shared/base/json';
import { seededRandom } from '../../shared/base/random';
import type { TaskInfo } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import type { Answer, Answers, Fault, RehearsalNode } from '../../shared/spec/parts';
import { sampleSchema } from './schema-sample';

export type RehearsedAnswer =
  | { readonly choice: string; readonly values?: Json; readonly comment?: string }
  | { readonly expire: true };

export interface AnswerOptions {
  readonly flow: Flow;
  readonly answers: Answers;
  readonly faults: readonly Fault[];
  /** Which visit of the node this is, from 1: a list of answers is used one by one. */
  readonly visit: number;
  readonly seed: number;
}

/** Choices that end a task nobody answers, by its type. */
const USUAL: Readonly<Partial<Record<TaskInfo['type'], string>>> = {
  uncertain: 'not_happened',
  budget: 'stop',
};

/** Undefined when a list of answers is used up: then somebody has to be asked. */
export function rehearsalAnswer(info: TaskInfo, options: AnswerOptions): RehearsedAnswer | undefined {
  const misfortune = info.type === 'checkpoint' ? misfortuneOf(info, options) : undefined;
  if (misfortune) return misfortune;
  const given = givenAnswer(info, options);
  if (given === 'used up') return undefined;
  if (given) return given.choice === 'expired' ? { expire: true } : given;
  return usualAnswer(info, options);
}

function givenAnswer(info: TaskInfo, { answers, visit }: AnswerOptions): Answer | 'used up' | undefined {
  for (const key of [info.task, info.step, info.node]) {
    if (key === undefined || !Object.hasOwn(answers, key)) continue;
    const answer = answers[key];
    if (!Array.isArray(answer)) return answer;
    return answer[visit - 1] ?? 'used up';
  }
  return undefined;
}

/** What a fault named for this task does to it, in a rehearsal and in a real run. */
export function faultAnswer(
  info: TaskInfo,
  { faults, seed, visit }: AnswerOptions,
): RehearsedAnswer | undefined {
  if (info.type !== 'checkpoint') return undefined;
  const fault = faults.find((one, i) => {
    if (one.kind !== 'rejected' && one.kind !== 'expired') return false;
    if (one.kind === 'expired' && info.deadlineAt === undefined) return false; // without a deadline nothing expires
    if (one.node !== '*' && one.node !== info.node && one.node !== info.step) return false;
    if (one.attempt !== '*' && one.attempt !== visit) return false;
    return one.probability === undefined || seededRandom(seed, 'fault', i, info.task)() < one.probability;
  });
  if (!fault) return undefined;
  return fault.kind === 'expired' ? { expire: true } : rejection(info);
}

function misfortuneOf(info: TaskInfo, options: AnswerOptions): RehearsedAnswer | undefined {
  const fault = faultAnswer(info, options);
  if (fault) return fault;
  const { rejected = 0, expired = 0 } = entryOf(info, options.flow)?.failures ?? {};
  const draw = rejected + expired === 0 ? 1 : seededRandom(options.seed, 'misfortune', info.task)();
  if (draw < rejected) return rejection(info);
  return draw < rejected + expired && info.deadlineAt !== undefined ? { expire: true } : undefined;
}

function rejection(info: TaskInfo): RehearsedAnswer | undefined {
  return info.choices.some(({ port }) => port === 'rejected') ? { choice: 'rejected' } : undefined;
}

function entryOf(info: TaskInfo, flow: Flow): RehearsalNode | undefined {
  const nodes = flow.rehearsal?.nodes;
  return nodes && info.node !== undefined && Object.hasOwn(nodes, info.node) ? nodes[info.node] : undefined;
}

function usualAnswer(info: TaskInfo, options: AnswerOptions): RehearsedAnswer {
  const { flow, seed } = options;
  const entry = info.type === 'checkpoint' ? entryOf(info, flow) : undefined;
  if (entry?.choice === 'expired' && info.deadlineAt !== undefined) return { expire: true };
  const ports = info.choices.map(({ port }) => port);
  const usual = info.type === 'uncertain' ? doubtOf(info, options) : USUAL[info.type];
  const wanted = [entry?.choice, usual, 'approved'].find(
    (port) => port !== undefined && ports.includes(port),
  );
  const values = valuesFor(info, flow, entry, seed);
  return { choice: wanted ?? ports[0] ?? 'approved', ...(values === undefined ? {} : { values }) };
}

/** Nothing happens in a rehearsal, so the call is made again, unless it would meet the same fault for ever. */
function doubtOf(info: TaskInfo, { faults, flow }: AnswerOptions): string {
  const isEndless = faults.some(
    (fault) =>
      fault.attempt === '*' &&
      (fault.probability ?? 1) >= 1 &&
      (fault.node === info.node || fault.node === info.step),
  );
  const shares = Object.values(entryOf(info, flow)?.failures ?? {}).reduce((sum, share) => sum + share, 0);
  return isEndless || shares >= 1 ? 'abandon' : 'not_happened';
}

/** As proposed; where nothing is proposed, made from the form. */
function valuesFor(
  info: TaskInfo,
  flow: Flow,
  entry: RehearsalNode | undefined,
  seed: number,
): Json | undefined {
  if (entry?.values !== undefined) return entry.values;
  const { form, proposed } = info;
  if (!isJsonObject(form)) return undefined;
  const required = Array.isArray(form['required']) ? form['required'].map(String) : [];
  const isWhole = isJsonObject(proposed)
    ? required.every((key) => Object.hasOwn(proposed, key))
    : proposed !== undefined;
  if (isWhole) return undefined;
  const made = sampleSchema(form, flow.schemas ?? {}, seededRandom(seed, info.task, 'form'));
  return isJsonObject(made) && isJsonObject(proposed) ? { ...made, ...proposed } : made;
}
