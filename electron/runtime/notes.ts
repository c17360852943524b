/**
 * What the host learns from events before they are committed: which of their values are sensitive. A value is so from the
 * moment it comes into being, not only from the write that puts it into a sensitive field: what it is made of is known
 * from the drawing. Such events carry a nonce, so that their hash tells nothing about the value.
 */
import { isJsonObject, type Json } from '../../shared/base/json';
import type { RunEvent } from '../../shared/events/event';
import { lastSegment } from '../../shared/events/step-key';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import { everyFlowNode } from '../../shared/spec/readiness-parts';

/** Keys of `data` that hold what a step was given, said or made. */
const PRODUCED =
  'result message toolCalls output writes handoff handoffs proposed evidence values steps'.split(' ');
/** Keys of `data` that hold what a step made of what it may read. */
const SHOWN = 'args toolCalls title body evidence proposed'.split(' ');
/** Said by the engine or the outside about a failure, not by the step. */
const ABOUT_FAILURES: ReadonlySet<string> = new Set(['attempt.failed', 'tool.failed', 'step.failed']);

interface Sources {
  readonly fields: ReadonlySet<string>;
  /** Nodes whose output, or what they hand on, may end in a sensitive field. */
  readonly producers: ReadonlySet<string>;
  readonly readers: ReadonlySet<string>;
  readonly input: boolean;
}

const known = new WeakMap<Flow, Sources | null>();

/** Top-level `data` keys by seq that hold values of sensitive fields; undefined when there are none. */
export function sensitiveKeys(flow: Flow, events: readonly RunEvent[]): Record<number, string[]> | undefined {
  let sources = known.get(flow);
  if (sources === undefined) {
    sources = sourcesOf(flow);
    known.set(flow, sources);
  }
  if (sources === null) return undefined;
  const found: Record<number, string[]> = {};
  for (const event of events) {
    const keys = keysOf(event, sources);
    if (keys.length > 0) found[event.seq] = keys;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function keysOf(event: RunEvent, { fields, producers, readers, input }: Sources): string[] {
  if (event.type === 'context.set') return fields.has(event.data.field) ? ['value'] : [];
  if (event.type === 'run.started') return input ? ['input'] : [];
  const key = event.type === 'output.set' ? event.data.node : event.step;
  if (key === undefined || ABOUT_FAILURES.has(event.type)) return [];
  const { node, undo } = lastSegment(key);
  const wanted = [
    ...(producers.has(node) ? PRODUCED : []),
    ...(readers.has(node) || (undo && producers.has(node)) ? SHOWN : []), // an undo is given what was made
  ];
  if (event.type === 'output.set') return producers.has(node) ? ['value'] : [];
  return [...new Set(wanted)].filter((name) => Object.hasOwn(event.data, name) && !isEmpty(event.data, name));
}

function isEmpty(data: object, name: string): boolean {
  const value = (data as Record<string, unknown>)[name];
  return Array.isArray(value) && value.length === 0;
}

function sourcesOf(flow: Flow): Sources | null {
  const fields = new Set(
    Object.entries(flow.context ?? {}).flatMap(([name, field]) => (field.sensitive ? [name] : [])),
  );
  if (fields.size === 0) return null;
  const nodes = new Map(everyFlowNode(flow).map(({ id, node }) => [id, node]));
  const tracer = new Tracer(flow, nodes);
  const readers = new Set<string>();
  for (const [id, node] of nodes) {
    if (node.reads?.some((field) => fields.has(field))) readers.add(id);
    for (const [field, expression] of Object.entries(node.writes ?? {}))
      if (fields.has(field)) tracer.written(id, expression);
  }
  return {
    fields,
    producers: new Set([...tracer.producers, ...tracer.writers]),
    readers,
    input: tracer.input,
  };
}

/** Follows values back along what is drawn: outputs named in an expression, items, payloads, what a body ends with. */
class Tracer {
  readonly producers = new Set<string>();
  readonly writers = new Set<string>();
  input = false;

  constructor(
    private readonly flow: Flow,
    private readonly nodes: ReadonlyMap<string, FlowNode>,
  ) {}

  /** The write itself is in the step's commit, whatever it is made of. */
  written(id: string, expression: string): void {
    if (/\boutput\b/.test(expression)) this.#mark(id);
    else this.writers.add(id); // what its output is made of does not matter
    this.#follow(id, expression);
  }

  #mark(id: string): void {
    if (this.producers.has(id)) return;
    this.producers.add(id);
    const node = this.nodes.get(id);
    if (node) this.#follow(id, JSON.stringify(madeOf(node) ?? null));
    if (node?.kind === 'map' || node?.kind === 'loop') this.#markEnds(node.body.nodes);
    if (node?.kind === 'subflow') this.#markEnds(this.flow.subflows?.[node.flow]?.nodes ?? {});
  }

  #markEnds(nodes: Flow['nodes']): void {
    for (const [id, node] of Object.entries(nodes)) if (node.kind === 'end') this.#mark(id);
  }

  #follow(id: string, text: string): void {
    for (const [, step = ''] of text.matchAll(/\bsteps\.([A-Za-z]\w*)/g)) this.#mark(step);
    if (/\binput\b/.test(text)) this.#given(id);
    if (/\b(?:handoff|branches)\b/.test(text)) for (const from of this.#before(id)) this.#mark(from);
    if (!/\b(?:item|last)\b/.test(text)) return;
    for (const [outer, node] of this.nodes) {
      if (node.kind !== 'map' && node.kind !== 'loop') continue;
      if (!JSON.stringify(node.body).includes(`"${id}"`)) continue;
      if (node.kind === 'map') this.#follow(outer, node.items);
      else this.#markEnds(node.body.nodes);
    }
  }

  /** `input` is the run's, or what a call of the subflow gave. */
  #given(id: string): void {
    this.input = true;
    for (const [start, node] of Object.entries(this.flow.nodes))
      if (node.kind === 'start') this.producers.add(start); // its output is the input
    for (const [name, graph] of Object.entries(this.flow.subflows ?? {})) {
      if (!JSON.stringify(graph).includes(`"${id}"`)) continue;
      for (const [caller, node] of this.nodes)
        if (node.kind === 'subflow' && node.flow === name && caller !== id)
          this.#follow(caller, JSON.stringify(node.input ?? null));
    }
  }

  #before(id: string): string[] {
    const found: string[] = [];
    const visit = (value: Json): void => {
      if (Array.isArray(value)) for (const each of value as readonly Json[]) visit(each);
      else if (isJsonObject(value)) {
        if (value['to'] === id && typeof value['from'] === 'string') found.push(value['from']);
        for (const member of Object.values(value)) visit(member);
      }
    };
    visit(this.flow as unknown as Json); // a document is JSON
    return found;
  }
}

/** What the output of a node is put together from by the engine itself; what others make is theirs. */
function madeOf(node: FlowNode): unknown {
  switch (node.kind) {
    case 'transform':
    case 'end':
      return node.output;
    case 'join':
      return node.collect ?? 'branches';
    case 'human':
      return node.propose;
    default:
      return undefined;
  }
}
