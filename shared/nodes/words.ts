/** Small helpers the summaries of the node kinds are written with. */
import { isoDurationWords } from '../base/duration-words';
import { isJsonObject, type Json } from '../base/json';
import type { Flow } from '../spec/flow';
import type { Graph } from '../spec/nodes';
import type { Model } from '../spec/parts';

/** At most `max` characters of the first line. */
export function clip(text: string, max = 60): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > max ? `${line.slice(0, max - 1).trimEnd()}…` : line;
}

/** Says an English sentence, `{name}` filled in; the window says it in its own language. */
export type Say = (english: string, values?: Readonly<Record<string, string | number>>) => string;

export function sayPlainly(english: string, values: Readonly<Record<string, string | number>> = {}): string {
  return english.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function roundsWords(count: number, say: Say): string {
  return count === 1 ? say('1 round') : say('{count} rounds', { count });
}

/** The keys a mapping fills, in words. */
export function mappingWords(mapping: Json | undefined, say: Say): string {
  if (mapping === undefined) return say('nothing');
  if (!isJsonObject(mapping)) return clip(JSON.stringify(mapping), 40);
  const keys = Object.keys(mapping);
  if (keys.length === 1 && keys[0] === '$') return clip(String(mapping['$']), 40);
  if (keys.length === 0) return say('an empty object');
  if (keys.length <= 3) return keys.join(', ');
  return say('{keys} and {count} more', { keys: keys.slice(0, 3).join(', '), count: keys.length - 3 });
}

export function durationOr(iso: string | undefined, otherwise: string): string {
  return iso === undefined ? otherwise : isoDurationWords(iso);
}

/** The first name of the form `base`, `base2`, … that is not taken. */
export function freeName(
  base: string,
  taken: Readonly<Record<string, unknown>> | ReadonlySet<string> | undefined,
): string {
  const isTaken = (name: string) =>
    taken instanceof Set ? taken.has(name) : taken !== undefined && Object.hasOwn(taken, name);
  if (!isTaken(base)) return base;
  let number = 2;
  while (isTaken(`${base}${number}`)) number += 1;
  return `${base}${number}`;
}

/** The offline model every installation has: a new flow works without a key or a network. */
const LOCAL_MODEL: Model = { provider: 'builtin', model: 'en-lite' };

/** A model name to start with, and the part to add when the flow has none. */
export function firstModel(flow: Flow): {
  readonly name: string;
  readonly parts: { readonly models?: Record<string, Model> };
} {
  const name = Object.keys(flow.models ?? {})[0];
  return name === undefined
    ? { name: 'local', parts: { models: { local: LOCAL_MODEL } } }
    : { name, parts: {} };
}

/** Agent names to start a team with, making as many as are missing. */
export function someAgents(flow: Flow, count: number) {
  const have = Object.keys(flow.agents ?? {}).slice(0, count);
  const model = firstModel(flow);
  const agents: Record<string, { role: string; model: string }> = {};
  while (have.length + Object.keys(agents).length < count) {
    const name = freeName('worker', { ...flow.agents, ...agents });
    agents[name] = { role: 'Describe what this agent does', model: model.name };
  }
  return { names: [...have, ...Object.keys(agents)], model: model.name, parts: { ...model.parts, agents } };
}

/** A body whose start leads to its end, under ids nobody has yet. */
export function emptyBody(taken: ReadonlySet<string>): Graph {
  const start = freeName('bodyStart', taken);
  const end = freeName('bodyEnd', taken);
  return {
    nodes: { [start]: { kind: 'start', name: 'Start' }, [end]: { kind: 'end', name: 'End' } },
    edges: [{ from: start, port: 'next', to: end }],
  };
}
