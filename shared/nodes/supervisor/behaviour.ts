import { isJsonObject, type Json } from '../../base/json';
import { present } from '../../base/present';
import type { NodeOf } from '../../spec/nodes';
import type { JsonSchema } from '../../spec/values';
import { type Assignment, type BehaviourOf, fail, type StepContext, type Verdict, WAIT } from '../behaviour';
import { describeAgents, Dialogue, type Parsed, parseJson, topicOf } from '../behaviour-team';

const DEFAULT_MAX_ROUNDS = 8;

interface Task extends Assignment {
  readonly worker: string;
  readonly task: string;
}
type Reply = { readonly done: Json } | { readonly tasks: readonly Task[] };
interface Progress {
  readonly dialogue: Dialogue;
  readonly rounds: readonly (readonly Task[])[];
  readonly verdict?: Verdict;
  readonly done?: { readonly output: Json };
}

/** Each round its model assigns work to drawn workers or says it is done; results go back in assigned order. */
export const behaviour: BehaviourOf<NodeOf<'supervisor'>> = {
  decide: (node, step) => {
    const { dialogue, rounds, verdict, done } = progressOf(node, step);
    if (verdict) return verdict;
    if (done) return { do: 'commit', output: done.output, port: 'next' };
    const open = rounds[rounds.length - 1]?.filter((task) => isOpen(step, task)) ?? [];
    if (open.length > 0)
      return open.some((task) => step.member(task.key) === undefined)
        ? { do: 'assign', assignments: open }
        : WAIT;
    if (rounds.length >= (node.maxRounds ?? DEFAULT_MAX_ROUNDS)) {
      return fail(
        'loop_limit',
        'supervisor/max-rounds',
        `The team did not finish within ${rounds.length} rounds, its bound.`,
      );
    }
    return {
      do: 'model',
      purpose: 'route',
      model: node.model,
      system: systemOf(node, step),
      messages: dialogue.lines,
      output: replySchema(node),
    };
  },
  task: (node, step, key) => {
    const tasks = progressOf(node, step).rounds.flat();
    return present(
      tasks.find((candidate) => candidate.key === key),
      'task of',
      key,
    ).task;
  },
};

function isOpen(step: StepContext, task: Assignment): boolean {
  const outcome = step.member(task.key);
  return outcome === undefined || outcome.state === 'running';
}

function progressOf(node: NodeOf<'supervisor'>, step: StepContext): Progress {
  const dialogue = new Dialogue(topicOf(step));
  const rounds: Task[][] = [];
  let turn = 0;
  for (const reply of step.replies) {
    const heard = dialogue.hear(reply.text, (text) => parseReply(node, step, text, rounds.length + 1, turn));
    if (!heard) continue;
    if ('verdict' in heard) return { dialogue, rounds, verdict: heard.verdict };
    if ('done' in heard.value) return { dialogue, rounds, done: { output: heard.value.done } };
    rounds.push([...heard.value.tasks]);
    turn += heard.value.tasks.length;
    const results = heard.value.tasks.map((task) => resultOf(step, task));
    if (results.includes(undefined)) break;
    dialogue.tell(`Results: ${JSON.stringify(results)}`);
  }
  return { dialogue, rounds };
}

/** What the supervisor is told of a task; undefined while it is at work. */
function resultOf(step: StepContext, { key, worker, task }: Task): Json | undefined {
  const outcome = step.member(key);
  if (outcome?.state === 'done') return { worker, task, result: outcome.output };
  return outcome?.state === 'failed' ? { worker, task, failed: outcome.trouble.message } : undefined;
}

function parseReply(
  node: NodeOf<'supervisor'>,
  step: StepContext,
  text: string,
  round: number,
  turn: number,
): Parsed<Reply> {
  const value = parseJson(text);
  if (!isJsonObject(value))
    return node.output === undefined && text.trim() !== '' && value === undefined
      ? { ok: true, value: { done: text } }
      : miss('it is not an object with "assign" or "done".');
  if (value['done'] !== undefined) {
    const wrong = node.output === undefined ? undefined : step.misfit(node.output, value['done']);
    return wrong === undefined
      ? { ok: true, value: { done: value['done'] } }
      : miss(`"done" does not fit: ${wrong}`);
  }
  const list = value['assign'];
  if (!Array.isArray(list) || list.length === 0)
    return miss('"assign" must be a list with at least one task.');
  const tasks: Task[] = [];
  for (const entry of list as readonly Json[]) {
    const picked = pickWorker(node, step, entry, { round, tasks, turn: turn + tasks.length });
    if (typeof picked === 'string') return miss(picked);
    const same = tasks.filter((task) => task.worker === picked.worker).length;
    tasks.push({
      ...picked,
      node: picked.worker,
      key: `${step.key}[${round}]/${picked.worker}${same > 0 ? `#${same + 1}` : ''}`,
    });
  }
  return { ok: true, value: { tasks } };
}

function miss(message: string): { ok: false; message: string } {
  return { ok: false, message };
}

/** Who does a task: named by the model, found by capability, or the next in listed order. */
function pickWorker(
  node: NodeOf<'supervisor'>,
  step: StepContext,
  entry: Json,
  { round, tasks, turn }: { readonly round: number; readonly tasks: readonly Task[]; readonly turn: number },
): { worker: string; task: string } | string {
  if (!isJsonObject(entry) || typeof entry['task'] !== 'string')
    return 'each entry of "assign" needs a "task" in words.';
  const task = entry['task'];
  if (node.route === 'round-robin')
    return { worker: present(node.workers[turn % node.workers.length], 'worker'), task };
  if (node.route === 'capability' && typeof entry['capability'] === 'string') {
    const capability = entry['capability'];
    // Breakers open and close while the team works: who has started stays chosen.
    const started = step.assigned.filter(({ key }) => key.startsWith(`${step.key}[${round}]/`));
    const chosen = started[tasks.length];
    if (chosen) return { worker: chosen.node, task };
    const able = node.workers.filter((name) => step.agent(name).capabilities.includes(capability));
    const load = (name: string): number =>
      tasks.filter((other) => other.worker === name).length + (step.isAvailable(name) ? 0 : 1_000);
    const worker = [...able].sort((a, b) => load(a) - load(b))[0];
    return worker === undefined ? `no worker has the capability "${capability}".` : { worker, task };
  }
  const worker = entry['worker'];
  if (typeof worker === 'string' && node.workers.includes(worker)) return { worker, task };
  return `"${typeof worker === 'string' ? worker : 'worker'}" is not one of ${node.workers.join(', ')}.`;
}

function systemOf(node: NodeOf<'supervisor'>, step: StepContext): string {
  return [
    step.template(node.instructions, 'instructions'),
    '',
    'You lead a team. Each round, assign tasks to workers or say that you are done.',
    'Workers:',
    describeAgents(step, node.workers),
  ].join('\n');
}

function replySchema(node: NodeOf<'supervisor'>): JsonSchema {
  const byCapability = node.route === 'capability';
  const who: Record<string, Json> = byCapability
    ? { capability: { type: 'string' } }
    : { worker: { enum: node.workers } };
  const needs = node.route === 'round-robin' ? ['task'] : ['task', byCapability ? 'capability' : 'worker'];
  return {
    type: 'object',
    properties: {
      assign: {
        type: 'array',
        items: { type: 'object', required: needs, properties: { ...who, task: { type: 'string' } } },
      },
      done: node.output ?? { type: 'string' },
    },
  };
}
