/** What the checks of the readiness report share. */
import { escapePointerToken } from '../base/json-pointer';
import type { Flow } from './flow';
import type { FlowNode } from './nodes';
import { everyNode } from './walk-document';

export interface Check {
  readonly ok: boolean;
  readonly pointer: string;
  readonly node?: string;
  /** What is missing and what to do; read only when the check does not hold. */
  readonly message: string;
}

export interface PlacedNode {
  readonly id: string;
  readonly node: FlowNode;
  readonly pointer: string;
}

/** Every node that is switched on, bodies, catalogues and subflows included. */
export function everyFlowNode(flow: Flow): readonly PlacedNode[] {
  // The flow has passed its schema, so its nodes are what their type says.
  return [...everyNode(flow as unknown as Record<string, unknown>)]
    .map(({ id, node, pointer }) => ({ id, pointer, node: node as unknown as FlowNode }))
    .filter(({ node }) => !node.disabled);
}

export function pointerTo(...path: readonly string[]): string {
  return path.map((token) => `/${escapePointerToken(token)}`).join('');
}

/** Agents that some node of the flow gives work to. */
export function agentsInUse(flow: Flow): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { node } of everyFlowNode(flow)) {
    if (node.kind === 'agent') used.add(node.agent);
    if (node.kind === 'supervisor') for (const worker of node.workers) used.add(worker);
    if (node.kind === 'chat') for (const participant of node.participants) used.add(participant);
  }
  return used;
}
