/** What supervisor, planner and chat have in common: a dialogue with their own model, made again from its replies. */
import { type Json, parseJson as parseSound } from '../base/json';
import type { JsonSchema } from '../spec/values';
import type { StepContext, Verdict } from './behaviour';

export interface Line {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** What the team works on: the payload that came with the edge, else the flow's input. */
export function topicOf(step: StepContext): string {
  const given = step.handoff ?? step.input;
  return typeof given === 'string' ? given : JSON.stringify(given);
}

/** A JSON value out of a model's text; a code fence around it is taken off. */
export function parseJson(text: string): Json | undefined {
  const inner = /```(?:json)?\s*([\s\S]*?)```/i.exec(text)?.[1] ?? text;
  try {
    return parseSound(inner);
  } catch {
    return undefined; // the caller asks again with what is wrong
  }
}

/**
 * Reads one reply. The first that cannot be used is answered with what is wrong with it, the second in a row fails the
 * step.
 */
export class Dialogue {
  readonly lines: Line[];
  #bad = 0;

  constructor(first: string) {
    this.lines = [{ role: 'user', text: first }];
  }

  /** The value of a usable reply; undefined after a miss that is asked again; a verdict when it is the last straw. */
  hear<T>(
    text: string,
    parse: (text: string) => Parsed<T>,
  ): { readonly value: T } | { readonly verdict: Verdict } | undefined {
    this.lines.push({ role: 'assistant', text });
    const parsed = parse(text);
    if (parsed.ok) {
      this.#bad = 0;
      return { value: parsed.value };
    }
    this.#bad++;
    if (this.#bad > 1)
      return {
        verdict: { do: 'fail', kind: 'invalid_output', code: 'output/shape', message: parsed.message },
      };
    this.lines.push({
      role: 'user',
      text: `That cannot be used: ${parsed.message} Answer again and mend exactly this.`,
    });
    return undefined;
  }

  tell(text: string): void {
    this.lines.push({ role: 'user', text });
  }
}

export function describeAgents(step: StepContext, names: readonly string[]): string {
  return names
    .map((name) => {
      const agent = step.agent(name);
      const does = agent.does.length ? ` Does: ${agent.does.join('; ')}.` : '';
      const can = agent.capabilities.length ? ` Capabilities: ${agent.capabilities.join(', ')}.` : '';
      return `- ${name}: ${agent.role}.${does}${can}`;
    })
    .join('\n');
}

/** Asks for the result of the whole in the form declared for it, and commits it by a port. */
export function giveResult(
  step: StepContext,
  port: string,
  ask: {
    readonly model: string;
    readonly system: string;
    readonly question: string;
    readonly schema: JsonSchema;
  },
): Verdict {
  const { model, system, question, schema } = ask;
  const dialogue = new Dialogue(question);
  for (const reply of step.replies.filter((candidate) => candidate.purpose === 'output')) {
    const heard = dialogue.hear(reply.text, (text) => parseResult(step, schema, text));
    if (heard) return 'verdict' in heard ? heard.verdict : { do: 'commit', output: heard.value, port };
  }
  return { do: 'model', purpose: 'output', model, system, messages: dialogue.lines, output: schema };
}

function parseResult(step: StepContext, schema: JsonSchema, text: string): Parsed<Json> {
  const value = parseJson(text);
  if (value === undefined) return { ok: false, message: 'it is not JSON.' };
  const wrong = step.misfit(schema, value);
  return wrong === undefined ? { ok: true, value } : { ok: false, message: wrong };
}
