import { isJsonObject, type Json } from '../../base/json';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, fail, type StepContext, type Verdict, WAIT } from '../behaviour';
import { describeAgents, Dialogue, parseJson, topicOf } from '../behaviour-team';

interface Said {
  readonly by: string;
  readonly text: string;
}
type Talk = { readonly messages: readonly Said[]; readonly next: Verdict | null };

/** One participant speaks a round, until the condition holds or the bound is reached. */
export const behaviour: BehaviourOf<NodeOf<'chat'>> = {
  decide: (node, step) => {
    const { messages, next } = talkOf(node, step);
    if (next) return next;
    const over =
      node.until !== undefined &&
      messages.length > 0 &&
      step.test(node.until, `until/${messages.length}`, { messages: messages as unknown as Json });
    if (!over && messages.length < node.maxRounds) return WAIT;
    if (!over && !step.connected('exhausted')) {
      return fail(
        'loop_limit',
        'loop/limit',
        `The chat did not come to its end within ${node.maxRounds} rounds.`,
      );
    }
    return conclude(node, step, messages, over ? 'next' : 'exhausted');
  },
  task: (node, step) => {
    const { messages } = talkOf(node, step);
    const said = messages.map((message) => `${message.by}: ${message.text}`).join('\n');
    return said === '' ? topicOf(step) : `${topicOf(step)}\n\nSaid so far:\n${said}`;
  },
};

/** What was said, and what has to happen before the next condition can be asked. */
function talkOf(node: NodeOf<'chat'>, step: StepContext): Talk {
  const messages: Said[] = [];
  let replies = 0;
  for (let round = 1; round <= node.maxRounds; round++) {
    if (
      round > 1 &&
      node.until !== undefined &&
      step.test(node.until, `until/${messages.length}`, { messages: messages as unknown as Json })
    )
      break;
    const speaker = speakerOf(node, step, messages, round, replies);
    if ('verdict' in speaker) return { messages, next: speaker.verdict };
    replies = speaker.replies;
    const key = `${step.key}[${round}]/${speaker.name}`;
    const outcome = step.member(key);
    if (outcome === undefined)
      return { messages, next: { do: 'assign', assignments: [{ key, node: speaker.name }] } };
    if (outcome.state === 'running') return { messages, next: WAIT };
    if (outcome.state === 'failed') return { messages, next: { do: 'fail', ...outcome.trouble } };
    const text = outcome.state === 'done' ? outcome.output : '';
    messages.push({ by: speaker.name, text: typeof text === 'string' ? text : JSON.stringify(text) });
  }
  return { messages, next: null };
}

function speakerOf(
  node: NodeOf<'chat'>,
  step: StepContext,
  messages: readonly Said[],
  round: number,
  replies: number,
): { readonly name: string; readonly replies: number } | { readonly verdict: Verdict } {
  const first = node.participants[0] ?? '';
  if (node.speaker !== 'model')
    return { name: node.participants[(round - 1) % node.participants.length] ?? first, replies };
  const dialogue = new Dialogue(
    `${topicOf(step)}\n\nSaid so far: ${JSON.stringify(messages)}\nWho speaks next?`,
  );
  for (let i = replies; i < step.replies.length; i++) {
    const reply = step.replies[i];
    if (reply?.purpose !== 'route') break;
    const heard = dialogue.hear(reply.text, (text) => parseSpeaker(node, text));
    if (heard && 'verdict' in heard) return { verdict: heard.verdict };
    if (heard) return { name: heard.value, replies: i + 1 };
  }
  const system = `You choose who speaks next.\nParticipants:\n${describeAgents(step, node.participants)}`;
  const output = {
    type: 'object',
    required: ['speaker'],
    properties: { speaker: { enum: node.participants } },
  };
  return {
    verdict: {
      do: 'model',
      purpose: 'route',
      model: step.agent(first)?.model ?? '',
      system,
      messages: dialogue.lines,
      output,
    },
  };
}

function parseSpeaker(
  node: NodeOf<'chat'>,
  text: string,
): { ok: true; value: string } | { ok: false; message: string } {
  const value = parseJson(text);
  const name = isJsonObject(value) ? value['speaker'] : text.trim();
  if (typeof name === 'string' && node.participants.includes(name)) return { ok: true, value: name };
  return { ok: false, message: `name one of ${node.participants.join(', ')}.` };
}

function conclude(node: NodeOf<'chat'>, step: StepContext, messages: readonly Said[], port: string): Verdict {
  if (node.output === undefined)
    return { do: 'commit', output: { messages: messages as unknown as Json }, port };
  const schema = node.output;
  const dialogue = new Dialogue(
    `${topicOf(step)}\n\nThe conversation: ${JSON.stringify(messages)}\nGive its result.`,
  );
  for (const reply of step.replies.filter((candidate) => candidate.purpose === 'output')) {
    const heard = dialogue.hear(reply.text, (text) => {
      const value = parseJson(text);
      if (value === undefined) return { ok: false, message: 'it is not JSON.' };
      const wrong = step.misfit(schema, value);
      return wrong === undefined ? { ok: true, value } : { ok: false, message: wrong };
    });
    if (heard && 'verdict' in heard) return heard.verdict;
    if (heard) return { do: 'commit', output: heard.value, port };
  }
  const model = step.agent(node.participants[0] ?? '')?.model ?? '';
  return {
    do: 'model',
    purpose: 'output',
    model,
    system: 'Sum the conversation up in the form asked for.',
    messages: dialogue.lines,
    output: schema,
  };
}
