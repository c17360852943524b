import { isJsonObject, type Json } from '../../base/json';
import { present } from '../../base/present';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, fail, type StepContext, type Verdict, WAIT } from '../behaviour';
import { describeAgents, Dialogue, giveResult, type Parsed, parseJson, topicOf } from '../behaviour-team';

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
    const { output } = outcome;
    messages.push({ by: speaker.name, text: typeof output === 'string' ? output : JSON.stringify(output) });
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
  if (node.speaker !== 'model') return { name: participant(node, round - 1), replies };
  const dialogue = new Dialogue(
    `${topicOf(step)}\n\nSaid so far: ${JSON.stringify(messages)}\nWho speaks next?`,
  );
  let read = replies;
  for (const reply of step.replies.slice(replies)) {
    read++;
    const heard = dialogue.hear(reply.text, (text) => parseSpeaker(node, text));
    if (heard) return 'verdict' in heard ? heard : { name: heard.value, replies: read };
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
      model: modelOf(node, step),
      system,
      messages: dialogue.lines,
      output,
    },
  };
}

function participant(node: NodeOf<'chat'>, turn: number): string {
  return present(node.participants[turn % node.participants.length], 'participant');
}

/** Whoever is listed first lends the chat its model. */
function modelOf(node: NodeOf<'chat'>, step: StepContext): string {
  return step.agent(participant(node, 0)).model;
}

function parseSpeaker(node: NodeOf<'chat'>, text: string): Parsed<string> {
  const value = parseJson(text);
  const name = isJsonObject(value) ? value['speaker'] : text.trim();
  if (typeof name === 'string' && node.participants.includes(name)) return { ok: true, value: name };
  return { ok: false, message: `name one of ${node.participants.join(', ')}.` };
}

function conclude(node: NodeOf<'chat'>, step: StepContext, messages: readonly Said[], port: string): Verdict {
  if (node.output === undefined)
    return { do: 'commit', output: { messages: messages as unknown as Json }, port };
  return giveResult(step, port, {
    model: modelOf(node, step),
    system: 'Sum the conversation up in the form asked for.',
    question: `${topicOf(step)}\n\nThe conversation: ${JSON.stringify(messages)}\nGive its result.`,
    schema: node.output,
  });
}
