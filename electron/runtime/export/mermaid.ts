/** A flow as a Mermaid flowchart: the picture any wiki or pull request can draw. */
import type { Flow } from '../../../shared/spec/flow';
import type { FlowNode, Graph } from '../../../shared/spec/nodes';
import type { Edge } from '../../../shared/spec/parts';
import { sortEdges } from '../../../shared/spec/canonical';

/** Opening and closing marks of a node's shape, by kind. */
const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  start: ['([', '])'],
  end: ['([', '])'],
  human: ['[/', '/]'],
  branch: ['{', '}'],
  parallel: ['{{', '}}'],
  join: ['{{', '}}'],
  tool: ['[[', ']]'],
  wait: ['>', ']'],
};
const BOX: readonly [string, string] = ['[', ']'];

export function mermaidOf(flow: Flow): string {
  const lines = ['flowchart LR'];
  drawGraph(flow, lines, '  ');
  for (const [name, subflow] of Object.entries(flow.subflows ?? {})) {
    lines.push(`  subgraph sub_${name} [${quote(`Subflow ${name}`)}]`);
    drawGraph(subflow, lines, '    ');
    lines.push('  end');
  }
  return `${lines.join('\n')}\n`;
}

function drawGraph(graph: Pick<Graph, 'nodes' | 'edges'>, lines: string[], indent: string): void {
  for (const [id, node] of Object.entries(graph.nodes)) drawNode(id, node, lines, indent);
  for (const edge of sortEdges(graph.edges)) lines.push(`${indent}${drawEdge(edge)}`);
}

function drawNode(id: string, node: FlowNode, lines: string[], indent: string): void {
  const inner = innerGraph(node);
  const [open, close] = SHAPES[node.kind] ?? BOX;
  lines.push(`${indent}${nodeId(id)}${open}"${nodeLabel(id, node)}"${close}`);
  if (!inner) return;
  lines.push(`${indent}subgraph in_${id} [${quote(`${node.name ?? id}: each pass`)}]`);
  drawGraph(inner, lines, `${indent}  `);
  lines.push(`${indent}end`, `${indent}${nodeId(id)} -.-> in_${id}`);
}

function innerGraph(node: FlowNode): Pick<Graph, 'nodes' | 'edges'> | undefined {
  if (node.kind === 'map' || node.kind === 'loop') return node.body;
  return node.kind === 'planner' ? { nodes: node.catalogue.nodes, edges: [] } : undefined;
}

/** `end` and a few others are words of Mermaid, so every id gets a prefix. */
function nodeId(id: string): string {
  return `n_${id}`;
}

/** The label with our own markup; what the document says is escaped. */
function nodeLabel(id: string, node: FlowNode): string {
  const name = node.name ?? id;
  const what = node.disabled ? `${node.kind}, switched off` : node.kind;
  const escaped = escapeText(name);
  return node.kind === 'start' || node.kind === 'end' ? escaped : `${escaped}<br/><small>${what}</small>`;
}

function drawEdge(edge: Edge): string {
  const label = edgeLabel(edge);
  const arrow = edge.port === 'fallback' ? '-.->' : '-->';
  return `${nodeId(edge.from)} ${arrow}${label === '' ? '' : `|${quote(label)}|`} ${nodeId(edge.to)}`;
}

function edgeLabel(edge: Edge): string {
  const parts = [
    edge.label ?? (edge.port === 'next' ? '' : (edge.handoff?.name ?? edge.port)),
    edge.on ? `on ${edge.on.join(', ')}` : '',
    edge.when ? `when ${edge.when}` : '',
    edge.maxTraversals ? `at most ${edge.maxTraversals}×` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Text between quotes. */
function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

/** Mermaid reads `#…;` as an entity and `<` as markup. */
function escapeText(text: string): string {
  return text
    .replace(/[#&]/g, (c) => (c === '#' ? '#35;' : '#38;'))
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replace(/\s+/g, ' ')
    .replace(/^(.{200}).+$/, '$1…');
}
