/** Random valid flows from a seed: all kinds, nesting, cycles, scopes and policies. The same seed, the same flow. */
import type { Json } from '../../shared/base/json';
import { type Random, seededRandom } from '../../shared/base/random';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Edge } from '../../shared/spec/parts';
import { CAN_FAIL, FIXED_NODES, flowParts, KINDS, type Piece, VALUE } from './flow-parts';

interface Graph {
  readonly nodes: Record<string, FlowNode>;
  readonly edges: Edge[];
}

export class FlowMaker {
  readonly #random: Random;
  readonly #maxDepth: number;
  #count = 0;
  readonly #subflows: Record<string, { nodes: Record<string, FlowNode>; edges: Edge[] }> = {};

  constructor(readonly seed: number) {
    this.#random = seededRandom('flow', seed);
    this.#maxDepth = this.#chance(0.1) ? 5 : 3;
  }

  make(): Flow {
    const root = this.#graph(1, 2 + this.#upTo(4), new Set(), true);
    const review: FlowNode = { kind: 'human', mode: 'form', title: 'Help', form: { type: 'object' } };
    const escalates = this.#chance(0.3);
    if (escalates) {
      root.nodes['review'] = review;
      root.edges.push({ from: 'review', port: 'approved', to: this.#endOf(root) });
    }
    return {
      format: 'baton.flow/1',
      id: `random-${this.seed}`,
      name: `Random ${this.seed}`,
      version: '1.0.0',
      ...flowParts(this.#chance(0.3), this.#chance(0.5) ? 'warn' : 'fail'),
      policies: {
        default: {
          timeout: 'PT5S',
          retry: { maxAttempts: 1 + this.#upTo(3), initial: 'PT0.1S', max: 'PT1S' },
          concurrency: 1 + this.#upTo(5),
          ...(this.#lot('breaker') < 0.25
            ? { breaker: { failures: 2, window: 'PT1M', cooldown: 'PT10S' } }
            : {}),
        },
      },
      budget: {
        steps: this.#chance(0.1) ? 5 + this.#upTo(30) : 3000,
        tokens: this.#lot('tokens') < 0.15 ? 2500 + Math.floor(this.#lot('limit') * 4000) : 5_000_000,
        handoffs: 200,
        duration: 'P30D',
        onExceeded: this.#chance(0.5) ? 'fail' : 'pause',
      },
      onFailure: escalates
        ? { do: 'escalate', to: 'review' }
        : { do: this.#chance(0.4) ? 'compensate' : 'fail' },
      ...root,
      subflows: this.#subflows,
    };
  }

  #endOf(graph: Graph): string {
    return Object.keys(graph.nodes).find((id) => graph.nodes[id]?.kind === 'end') ?? '';
  }

  #upTo(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Drawn apart from the drawing, which stays the same whatever is decided here. */
  #lot(what: string): number {
    return seededRandom(what, this.seed)();
  }

  #id(kind: string): string {
    this.#count++;
    return `${kind}${this.#count}`;
  }

  /** A graph with start, a chain of pieces, end. `fields` are written by this graph's ancestors' siblings and stay untouched. */
  #graph(depth: number, size: number, fields: Set<string>, named = false): Graph {
    const graph: Graph = { nodes: {}, edges: [] };
    const start = named ? 'start' : this.#id('start');
    graph.nodes[start] = { kind: 'start' };
    let last: readonly [string, string] = [start, 'next'];
    for (let i = 0; i < size; i++) last = this.#piece(graph, depth, last, fields);
    const end = this.#id('end');
    const from = last[0];
    graph.nodes[end] = { kind: 'end', output: { last: { $: `steps.${from}` } } };
    graph.edges.push({ from: last[0], port: last[1], to: end });
    return graph;
  }

  /** Adds one piece after `last`; gives the port the next piece hangs on. */
  #piece(
    graph: Graph,
    depth: number,
    last: readonly [string, string],
    fields: Set<string>,
  ): readonly [string, string] {
    const choices: readonly Piece[] =
      depth >= this.#maxDepth
        ? KINDS.filter((kind) => !['parallel', 'map', 'loop', 'subflow', 'bounded'].includes(kind))
        : KINDS;
    const kind = choices[this.#upTo(choices.length)] ?? 'transform';
    switch (kind) {
      case 'parallel':
        return this.#parallel(graph, depth, last, fields);
      case 'branch':
        return this.#branch(graph, last);
      case 'back':
        return this.#back(graph, last);
      case 'handoff':
        return this.#handoff(graph, last);
      case 'choice':
        return this.#choice(graph, last);
      case 'choose':
        return this.#choose(graph, last);
      default:
        return this.#single(graph, kind, depth, last, fields);
    }
  }

  #attach(graph: Graph, id: string, node: FlowNode, last: readonly [string, string]): void {
    graph.nodes[id] = node;
    graph.edges.push({ from: last[0], port: last[1], to: id });
  }

  #single(
    graph: Graph,
    kind: Piece,
    depth: number,
    last: readonly [string, string],
    fields: Set<string>,
  ): readonly [string, string] {
    const id = this.#id(kind);
    this.#attach(graph, id, this.#node(kind, depth, fields), last);
    if (CAN_FAIL.has(kind) && this.#chance(0.4)) {
      const spare = this.#id('spare');
      graph.nodes[spare] = { kind: 'transform', output: { value: { $: 'error.kind' } } };
      graph.edges.push({
        from: id,
        port: 'fallback',
        to: spare,
        ...(this.#chance(0.3) ? { on: ['timeout', 'unavailable', 'invalid_output'] } : {}),
      });
      const meet = this.#id('meet');
      graph.nodes[meet] = { kind: 'transform', output: { value: 1 } };
      graph.edges.push(
        { from: spare, port: 'next', to: meet },
        { from: id, port: this.#portOf(kind), to: meet },
      );
      this.#rest(graph, id, kind, meet);
      return [meet, 'next'];
    }
    this.#rest(graph, id, kind, '');
    return [id, this.#portOf(kind)];
  }

  #portOf(kind: Piece): string {
    return kind === 'human' || kind === 'form' ? 'approved' : 'next';
  }

  #rest(graph: Graph, id: string, kind: Piece, to: string): void {
    if (to !== '' && kind === 'loop' && this.#chance(0.5))
      graph.edges.push({ from: id, port: 'exhausted', to });
  }

  #writes(): Record<string, string> {
    const writes: Record<string, string> = {};
    if (this.#chance(0.3)) writes['log'] = '"x"';
    if (this.#chance(0.2)) writes['total'] = '1';
    if (this.#chance(0.2)) writes['best'] = '$millis() > 0 ? 3 : 4';
    return writes;
  }

  #node(kind: Piece, depth: number, fields: Set<string>): FlowNode {
    const common = { reads: ['log', 'total'], writes: this.#writes() };
    switch (kind) {
      case 'agent':
        return {
          kind: 'agent',
          agent: (['worker', 'helper', 'clerk'] as const)[this.#upTo(3)] ?? 'worker',
          prompt: 'Go on {{ run.id }}',
          ...common,
        };
      case 'tool':
        return {
          kind: 'tool',
          tool: this.#chance(0.5) ? 'look' : 'put',
          args: { n: { $: '$count(context.log)' } },
          ...common,
        };
      case 'once':
        return {
          kind: 'tool',
          tool: 'pay',
          args: { n: 1 },
          ...common,
          ...(this.#chance(0.7) ? { compensate: { tool: 'undo', args: { of: { $: 'output.value' } } } } : {}),
        };
      case 'code':
        return { kind: 'code', source: 'return { value: 1 };', output: VALUE, ...common };
      case 'human':
        return {
          kind: 'human',
          mode: 'approve',
          title: 'Well?',
          form: VALUE,
          propose: { value: 3 },
          ...(this.#chance(0.3) ? { review: { rate: 0.5 } } : {}),
        };
      case 'form':
      case 'stale':
      case 'supervisor':
        return { ...FIXED_NODES[kind] } as FlowNode;
      case 'bounded': {
        const name = this.#id('flow');
        this.#subflows[name] = this.#graph(depth + 1, 1 + this.#upTo(2), fields);
        return {
          kind: 'subflow',
          flow: name,
          ...(this.#chance(0.5)
            ? { policy: { timeout: 'PT20M' } }
            : { budget: { steps: 3, duration: 'PT2H' } }),
        };
      }
      case 'wait':
        return { kind: 'wait', for: this.#chance(0.5) ? 'PT1S' : 'PT1H' };
      case 'map':
        return {
          kind: 'map',
          items: `[1..${1 + this.#upTo(4)}]`,
          concurrency: 1 + this.#upTo(3),
          onItemFailure: (['fail', 'skip', 'collect'] as const)[this.#upTo(3)] ?? 'fail',
          body: this.#graph(depth + 1, 1 + this.#upTo(2), fields),
          reads: ['log', 'total'],
        };
      case 'loop':
        return {
          kind: 'loop',
          while: `iteration <= ${1 + this.#upTo(4)}`,
          maxIterations: 3,
          body: this.#graph(depth + 1, 1 + this.#upTo(2), fields),
          reads: ['log', 'total'],
        };
      case 'subflow': {
        const name = this.#id('flow');
        this.#subflows[name] = this.#graph(depth + 1, 1 + this.#upTo(2), fields);
        return { kind: 'subflow', flow: name, input: { given: 1 } };
      }
      case 'chat':
        return {
          kind: 'chat',
          participants: ['worker', 'helper'],
          until: `$count(messages) >= ${1 + this.#upTo(3)}`,
          maxRounds: 3,
        };
      case 'planner': {
        const use = this.#id('use');
        return {
          kind: 'planner',
          model: 'main',
          goal: 'Plan',
          catalogue: { nodes: { [use]: { kind: 'tool', tool: 'look', args: {} } } },
        };
      }
      default:
        return {
          kind: 'transform',
          output: { value: { $: '$count(context.log)' }, at: { $: '$millis()' }, lot: { $: '$random()' } },
          ...common,
        };
    }
  }

  #parallel(
    graph: Graph,
    depth: number,
    last: readonly [string, string],
    fields: Set<string>,
  ): readonly [string, string] {
    const fork = this.#id('parallel');
    const join = this.#id('join');
    this.#attach(graph, fork, { kind: 'parallel' }, last);
    const branches = 2 + this.#upTo(2);
    const wait: 'all' | 'any' | { count: number } = this.#chance(0.7)
      ? 'all'
      : this.#chance(0.5)
        ? 'any'
        : { count: 1 };
    graph.nodes[join] = {
      kind: 'join',
      wait,
      onBranchFailure: (['fail', 'cancel', 'skip'] as const)[this.#upTo(3)] ?? 'fail',
      ...(this.#chance(0.2) ? { deadline: 'PT10S' } : {}),
    };
    for (let i = 0; i < branches; i++) {
      const first = this.#id('leg');
      graph.nodes[first] = {
        kind: 'transform',
        output: { value: i },
        writes: { log: `"leg${i}"` },
        reads: ['log'],
      };
      graph.edges.push({ from: fork, port: 'branch', to: first });
      let end: readonly [string, string] = [first, 'next'];
      const size = 1 + this.#upTo(2);
      for (let j = 0; j < size; j++) end = this.#piece(graph, depth + 1, end, fields);
      graph.edges.push({ from: end[0], port: end[1], to: join });
    }
    return [join, 'next'];
  }

  #branch(graph: Graph, last: readonly [string, string]): readonly [string, string] {
    const id = this.#id('branch');
    this.#attach(
      graph,
      id,
      {
        kind: 'branch',
        cases: [{ port: 'yes', when: `$count(context.log) > ${this.#upTo(3)}` }],
        reads: ['log'],
      },
      last,
    );
    const meet = this.#id('meet');
    graph.nodes[meet] = { kind: 'transform', output: { value: 2 } };
    graph.edges.push({ from: id, port: 'yes', to: meet }, { from: id, port: 'else', to: meet });
    return [meet, 'next'];
  }

  /** A drawn way back with a bound. */
  #back(graph: Graph, last: readonly [string, string]): readonly [string, string] {
    const again = this.#id('again');
    const decide = this.#id('decide');
    const bound = 1 + this.#upTo(3);
    this.#attach(graph, again, { kind: 'tool', tool: 'look', args: {}, writes: { log: '"again"' } }, last);
    graph.nodes[decide] = {
      kind: 'branch',
      cases: [{ port: 'back', when: `$count(context.log) < ${2 + this.#upTo(2)}` }],
      reads: ['log'],
    };
    graph.edges.push(
      { from: again, port: 'next', to: decide },
      { from: decide, port: 'back', to: again, maxTraversals: bound },
    );
    return [decide, 'else'];
  }

  /** Several ways to hand over: the agent chooses. */
  #choice(graph: Graph, last: readonly [string, string]): readonly [string, string] {
    const giver = this.#id('chooser');
    const meet = this.#id('meet');
    this.#attach(graph, giver, { kind: 'agent', agent: 'worker', prompt: 'Choose' }, last);
    graph.nodes[meet] = { kind: 'transform', output: { value: 3 } };
    for (let i = 0; i < 2; i++) {
      const taker = this.#id('taken');
      graph.nodes[taker] = { kind: 'transform', output: { $: 'handoff' } };
      const handoff = { name: `to_${taker}`, schema: VALUE, ...(i === 0 ? { payload: { value: 1 } } : {}) };
      graph.edges.push({ from: giver, port: 'handoff', to: taker, handoff });
      graph.edges.push({ from: taker, port: 'next', to: meet });
    }
    return [meet, 'next'];
  }

  /** A person chooses, or does not in time. */
  #choose(graph: Graph, last: readonly [string, string]): readonly [string, string] {
    const id = this.#id('choose');
    const meet = this.#id('meet');
    this.#attach(graph, id, { ...FIXED_NODES.choose } as FlowNode, last);
    graph.nodes[meet] = { kind: 'transform', output: { value: 5 } };
    for (const port of ['red', 'blue', 'expired']) graph.edges.push({ from: id, port, to: meet });
    return [meet, 'next'];
  }

  #handoff(graph: Graph, last: readonly [string, string]): readonly [string, string] {
    const giver = this.#id('giver');
    const taker = this.#id('taker');
    this.#attach(graph, giver, { kind: 'agent', agent: 'worker', prompt: 'Give' }, last);
    graph.nodes[taker] = {
      kind: 'agent',
      agent: 'helper',
      accepts: VALUE as Json as { [key: string]: Json },
    };
    graph.edges.push({
      from: giver,
      port: 'handoff',
      to: taker,
      handoff: { name: `to_${taker}`, schema: VALUE },
    });
    return [taker, 'next'];
  }
}
