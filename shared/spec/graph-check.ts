/**
 * Is every graph drawn so that it can run? Start and end, edges, ports, ways (E201 to E206, E209, E211, E212).
 * What cannot be judged because part of the graph is unreadable is not reported: the shape problem is enough.
 */
import { reach, reversed } from './digraph';
import type { Findings } from './findings';
import type { EdgeEntry, FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import { entryPoints, numberGraph } from './graph-numbers';
import { BYPASS_PORTS, canDisable, type Port } from './ports-of';

/** Checks every graph of the document but catalogues, which have no edges. */
export function checkGraphs(index: FlowIndex, findings: Findings): void {
  checkNodeIds(index, findings);
  for (const graph of index.graphs) {
    if (graph.role === 'catalogue') continue;
    checkStart(graph, findings);
    checkEnds(graph, findings);
    for (const edge of graph.edges) checkEdge(index, graph, edge, findings);
    checkSameEdges(graph, findings);
    for (const entry of graph.nodes.values()) {
      if (!entry.node) continue;
      checkPorts(graph, entry, findings);
      checkDisabled(graph, entry, findings);
    }
    if (graph.complete && isJoinedUp(graph)) checkWays(index, graph, findings);
  }
}

/** No edge leads nowhere; else it is not known which ways were meant. */
function isJoinedUp(graph: GraphEntry): boolean {
  return graph.edges.every((edge) => graph.nodes.has(edge.from) && graph.nodes.has(edge.to));
}

/** How a sentence calls a graph. */
function graphName(graph: GraphEntry): string {
  if (graph.role === 'subflow') return `subflow "${graph.subflow}"`;
  return graph.owner ? `the ${graph.role} of node "${graph.owner.id}"` : 'the flow';
}

function checkNodeIds(index: FlowIndex, findings: Findings): void {
  for (const graph of index.graphs) {
    for (const entry of graph.nodes.values()) {
      const first = index.nodes.get(entry.id);
      if (!first || first === entry) continue;
      const message = `The id "${entry.id}" is used twice: in ${graphName(first.graph)} and in ${graphName(graph)}. Node ids are unique in the whole document; rename one of them.`;
      findings.error('E211', entry.pointer, message);
    }
  }
}

function checkStart(graph: GraphEntry, findings: Findings): void {
  const starts = [...graph.nodes.values()].filter((entry) => entry.kind === 'start');
  const readable = graph.complete || starts.length > 0;
  if (starts.length === 0 && readable) {
    findings.error(
      'E201',
      `${graph.pointer}/nodes`,
      `There is no start node in ${graphName(graph)}. Add one: it is where a run begins.`,
    );
  }
  for (const entry of starts.slice(1)) {
    findings.error(
      'E201',
      entry.pointer,
      `Node "${entry.id}" is a second start in ${graphName(graph)}. There can be only one; remove it.`,
    );
  }
}

function checkEnds(graph: GraphEntry, findings: Findings): void {
  const ends = [...graph.nodes.values()].some((entry) => entry.kind === 'end');
  if (ends || !graph.complete) return;
  findings.error(
    'E202',
    `${graph.pointer}/nodes`,
    `There is no end node in ${graphName(graph)}. Add one and lead every way to an end.`,
  );
}

function checkEdge(index: FlowIndex, graph: GraphEntry, edge: EdgeEntry, findings: Findings): void {
  const from = graph.nodes.get(edge.from);
  const to = graph.nodes.get(edge.to);
  if (from) checkSource(from, edge, findings);
  else unknownNode(index, graph, edge, 'from', findings);
  if (!to) unknownNode(index, graph, edge, 'to', findings);
  else if (to.kind === 'start') {
    const fix = { title: 'Remove the edge', patch: [{ op: 'remove' as const, path: edge.pointer }] };
    findings.error(
      'E201',
      edge.pointer,
      `The edge from "${edge.from}" leads into the start "${edge.to}". Nothing can lead into a start.`,
      fix,
    );
  }
}

function unknownNode(
  index: FlowIndex,
  graph: GraphEntry,
  edge: EdgeEntry,
  end: 'from' | 'to',
  findings: Findings,
): void {
  const id = edge[end];
  const pointer = `${edge.pointer}/${end}`;
  const elsewhere = index.nodes.get(id);
  const side = end === 'from' ? 'starts at' : 'leads to';
  if (elsewhere) {
    const message = `The edge ${edge.from} → ${edge.to} ${side} "${id}", which is in ${graphName(elsewhere.graph)}. An edge joins two nodes of the same graph.`;
    findings.error('E205', pointer, message);
    return;
  }
  const guess = findings.guess(id, graph.nodes);
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  const fix =
    guess === undefined
      ? undefined
      : {
          title: `Change it to "${guess}"`,
          patch: [{ op: 'replace' as const, path: pointer, value: guess }],
        };
  findings.error(
    'E205',
    pointer,
    `The edge ${edge.from} → ${edge.to} ${side} "${id}", but there is no such node in ${graphName(graph)}.${hint}`,
    fix,
  );
}

function checkSource(from: NodeEntry, edge: EdgeEntry, findings: Findings): void {
  if (from.kind === 'end') {
    findings.error(
      'E202',
      edge.pointer,
      `The edge to "${edge.to}" starts at the end "${edge.from}". Nothing can lead out of an end.`,
    );
    return;
  }
  const names = from.ports.out.map((port) => port.name);
  if (!from.node || names.includes(edge.port)) return;
  const guess = findings.guess(edge.port, names);
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  const message = `Node "${edge.from}" has no port "${edge.port}"; it has ${names.map((name) => `"${name}"`).join(', ')}.${hint}`;
  const fix =
    guess === undefined
      ? undefined
      : {
          title: `Change it to "${guess}"`,
          patch: [{ op: 'replace' as const, path: `${edge.pointer}/port`, value: guess }],
        };
  findings.error('E205', `${edge.pointer}/port`, message, fix);
}

function checkSameEdges(graph: GraphEntry, findings: Findings): void {
  const seen = new Set<string>();
  for (const edge of graph.edges) {
    const key = JSON.stringify([edge.from, edge.port, edge.to]);
    if (seen.has(key)) {
      const fix = { title: 'Remove the second edge', patch: [{ op: 'remove' as const, path: edge.pointer }] };
      findings.error(
        'E211',
        edge.pointer,
        `There are two edges from "${edge.from}" by "${edge.port}" to "${edge.to}". One is enough.`,
        fix,
      );
    }
    seen.add(key);
  }
}

function checkPorts(graph: GraphEntry, entry: NodeEntry, findings: Findings): void {
  const byPort = new Map<string, EdgeEntry[]>();
  for (const edge of graph.edgesOut(entry.id)) {
    const list = byPort.get(edge.port);
    if (list) list.push(edge);
    else byPort.set(edge.port, [edge]);
  }
  const names = new Set(entry.ports.out.map((port) => port.name));
  const isJudged = graph.complete && [...byPort.keys()].every((name) => names.has(name)); // else E205 has said enough
  const seen = new Set<string>();
  for (const port of entry.ports.out) {
    if (seen.has(port.name)) {
      findings.error(
        'E211',
        entry.pointer,
        `Node "${entry.id}" has two ports called "${port.name}". Give each its own name.`,
      );
      continue;
    }
    seen.add(port.name);
    const edges = byPort.get(port.name) ?? [];
    const instead = port.insteadOf !== undefined && byPort.has(port.insteadOf);
    if (port.required && edges.length < port.atLeast && !instead && isJudged) {
      findings.error('E206', entry.pointer, notConnected(entry, port, edges.length));
    }
    checkGuards(entry, port, edges, findings);
  }
}

function notConnected(entry: NodeEntry, port: Port, count: number): string {
  if (port.atLeast > 1) {
    return `Node "${entry.id}" starts ${count === 1 ? 'only one branch' : 'no branch'}. A parallel needs at least ${port.atLeast} edges at "${port.name}".`;
  }
  const instead = port.insteadOf === undefined ? '' : ` or "${port.insteadOf}"`;
  return `"${port.name}"${instead} of node "${entry.id}" leads nowhere. Draw an edge from it to the next step.`;
}

/** E209: the first true edge wins, so the last one has no condition and only the last one has none. */
function checkGuards(entry: NodeEntry, port: Port, edges: readonly EdgeEntry[], findings: Findings): void {
  if (port.kind !== 'normal' || edges.some((edge) => !edge.edge)) return;
  edges.forEach((edge, i) => {
    const isLast = i === edges.length - 1;
    const isOpen = edge.edge?.when === undefined;
    if (isLast && !isOpen) {
      const message = `All edges from "${port.name}" of node "${entry.id}" have a condition, so there may be no way to go. The last one must have no "when".`;
      const fix = {
        title: 'Remove the last condition',
        patch: [{ op: 'remove' as const, path: `${edge.pointer}/when` }],
      };
      findings.error('E209', edge.pointer, message, fix);
    }
    if (!isLast && isOpen) {
      const message = `The edge ${edge.from} → ${edge.to} has no condition, so the edges after it at "${port.name}" are never taken. Give it a "when", or make it the last one.`;
      findings.error('E209', edge.pointer, message);
    }
  });
}

function checkDisabled(graph: GraphEntry, entry: NodeEntry, findings: Findings): void {
  if (entry.node?.disabled !== true) return;
  const pointer = `${entry.pointer}/disabled`;
  const fix = { title: 'Switch it on', patch: [{ op: 'remove' as const, path: pointer }] };
  if (!canDisable(entry.node)) {
    const message = `Node "${entry.id}" cannot be switched off: nobody could tell which way to go without it.`;
    findings.error('E212', pointer, message, fix);
  } else if (graph.complete && !graph.edgesOut(entry.id).some((edge) => BYPASS_PORTS.includes(edge.port))) {
    const message = `Node "${entry.id}" cannot be switched off: none of ${BYPASS_PORTS.map((name) => `"${name}"`).join(', ')} is connected to go on by.`;
    findings.error('E212', pointer, message, fix);
  }
}

/** E203 and E204: every node can be reached, and from every node an end can be. */
function checkWays(index: FlowIndex, graph: GraphEntry, findings: Findings): void {
  const { entries, numberOf, digraph } = numberGraph(graph);
  const number = (entry: NodeEntry) => numberOf.get(entry.id) as number; // every node of the graph is numbered
  const starts = entryPoints(index, graph);
  if (!starts.some((entry) => entry.kind === 'start')) return;
  const reached = new Set(reach(digraph, starts.map(number)));
  const ends = entries.filter((entry) => entry.kind === 'end').map(number);
  const ending = new Set(reach(reversed(digraph), ends));
  entries.forEach((entry, i) => {
    if (!reached.has(i)) {
      const message = `Node "${entry.id}" is never reached: no way leads to it from the start. Connect it or remove it.`;
      findings.error('E203', entry.pointer, message);
    } else if (!ending.has(i) && ends.length > 0) {
      findings.error(
        'E204',
        entry.pointer,
        `From node "${entry.id}" no way leads to an end. Connect it so that the flow can finish.`,
      );
    }
  });
}
