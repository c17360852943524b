/** Every expression of a document: where it stands and what it may know there. */
import { toPointer } from '../base/json-pointer';
import type { Findings } from './findings';
import type { FlowIndex, NodeEntry } from './flow-index';
import { walkMapping } from './mapping';
import type { FlowNode, HumanFields } from './nodes';
import type { Gate, PolicyRef } from './parts';
import { parseTemplate } from './template';

/** Scope variables beyond what the node itself gives. */
export type Extra = 'output' | 'error' | 'branches' | 'messages' | 'loop';

export interface ExpressionSite {
  readonly source: string;
  readonly pointer: string;
  readonly extra: readonly Extra[];
}

type Sites = Generator<ExpressionSite>;
const NOTHING: readonly Extra[] = [];
const OUTPUT: readonly Extra[] = ['output'];

/** Reads templates and mappings, and reports those that are damaged (E305) or hold something that only looks like a hole. */
export class SiteReader {
  constructor(private readonly findings: Findings) {}

  *expression(source: string | undefined, pointer: string, extra: readonly Extra[] = NOTHING): Sites {
    if (source !== undefined) yield { source, pointer, extra };
  }

  *template(text: string | undefined, pointer: string, extra: readonly Extra[] = NOTHING): Sites {
    if (text === undefined) return;
    const parsed = parseTemplate(text);
    for (const problem of parsed.problems) {
      this.findings.error(
        'E305',
        pointer,
        `The text has a damaged hole at character ${problem.offset + 1}: ${problem.message}.`,
      );
    }
    for (const part of parsed.parts)
      if (part.type === 'hole' && part.source) yield { source: part.source, pointer, extra };
  }

  *mapping(mapping: unknown, pointer: string, extra: readonly Extra[] = NOTHING): Sites {
    for (const { source, pointer: at } of walkMapping(mapping, pointer)) yield { source, pointer: at, extra };
  }

  *gate(gate: Gate | undefined, pointer: string): Sites {
    for (const [i, check] of (gate?.checks ?? []).entries())
      yield* this.expression(check.expr, `${pointer}/checks/${i}/expr`, OUTPUT);
  }

  *policy(policy: PolicyRef | undefined, pointer: string): Sites {
    if (typeof policy === 'object')
      yield* this.expression(policy.retry?.when, `${pointer}/retry/when`, ['output', 'error']);
  }

  /** All expressions of a node and of the edges out of it. */
  *node(entry: NodeEntry): Sites {
    const { node, pointer } = entry;
    if (node) {
      yield* this.ownFields(node, pointer);
      for (const [field, source] of Object.entries(node.writes ?? {})) {
        yield* this.expression(source, `${pointer}/writes/${field}`, OUTPUT);
      }
      yield* this.gate(node.gate, `${pointer}/gate`);
      yield* this.policy(node.policy, `${pointer}/policy`);
      if (node.compensate) yield* this.mapping(node.compensate.args, `${pointer}/compensate/args`, OUTPUT);
    }
    for (const { edge, pointer: at } of entry.graph.edgesOut(entry.id)) {
      if (!edge) continue;
      const extra: readonly Extra[] = edge.port === 'fallback' ? ['error'] : OUTPUT;
      yield* this.expression(edge.when, `${at}/when`, extra);
      if (edge.handoff) yield* this.mapping(edge.handoff.payload, `${at}/handoff/payload`, extra);
    }
  }

  private *ownFields(node: FlowNode, at: string): Sites {
    switch (node.kind) {
      case 'agent':
        return yield* this.template(node.prompt, `${at}/prompt`);
      case 'tool':
      case 'code':
        return yield* this.mapping(node.args, `${at}/args`);
      case 'human':
        return yield* this.human(node, at);
      case 'branch':
        for (const [i, { when }] of node.cases.entries())
          yield* this.expression(when, `${at}/cases/${i}/when`);
        return;
      case 'join':
        return yield* this.mapping(node.collect, `${at}/collect`, ['branches']);
      case 'map':
        return yield* this.expression(node.items, `${at}/items`);
      case 'loop':
        return yield* this.expression(node.while, `${at}/while`, ['loop']);
      case 'subflow':
        return yield* this.mapping(node.input, `${at}/input`);
      case 'transform':
      case 'end':
        return yield* this.mapping(node.output, `${at}/output`);
      case 'wait':
        return yield* this.expression(node.until, `${at}/until`);
      case 'supervisor':
        return yield* this.template(node.instructions, `${at}/instructions`);
      case 'planner':
        yield* this.template(node.goal, `${at}/goal`);
        return yield* this.human(node.approve ?? {}, `${at}/approve`);
      case 'chat':
        return yield* this.expression(node.until, `${at}/until`, ['messages']);
      case 'start':
      case 'parallel':
        return;
    }
  }

  private *human(fields: Partial<HumanFields>, at: string): Sites {
    yield* this.template(fields.title, `${at}/title`);
    yield* this.template(fields.body, `${at}/body`);
    for (const [i, source] of (fields.show ?? []).entries())
      yield* this.expression(source, `${at}/show/${i}`);
    yield* this.mapping(fields.propose, `${at}/propose`);
    yield* this.expression(fields.review?.when, `${at}/review/when`);
  }

  /** Expressions of a role contract; their scope is that of each node that uses the agent. */
  *agent(index: FlowIndex, name: string): Sites {
    const agent = index.parts('agents').get(name);
    if (!agent) return;
    const pointer = toPointer(['agents', name]);
    yield* this.template(agent.instructions, `${pointer}/instructions`);
    yield* this.gate(agent.gate, `${pointer}/gate`);
    yield* this.policy(agent.policy, `${pointer}/policy`);
  }

  /** Expressions of a tool definition: they know nothing but `args`. */
  *tool(index: FlowIndex, name: string): Sites {
    const tool = index.parts('tools').get(name);
    if (tool?.kind !== 'http') return;
    const pointer = toPointer(['tools', name]);
    yield* this.template(tool.url, `${pointer}/url`);
    yield* this.mapping(tool.headers, `${pointer}/headers`);
    yield* this.mapping(tool.query, `${pointer}/query`);
    yield* this.mapping(tool.body, `${pointer}/body`);
  }
}
