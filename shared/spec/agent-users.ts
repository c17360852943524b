/** Which nodes act under which role contract. */
import type { FlowIndex, NodeEntry } from './flow-index';

/** The agents a node puts to work, each once. */
function agentsOf(entry: NodeEntry): readonly string[] {
  const { node } = entry;
  if (node?.kind === 'agent') return [node.agent];
  if (node?.kind === 'supervisor') return [...new Set(node.workers)];
  return node?.kind === 'chat' ? [...new Set(node.participants)] : [];
}

/** Nodes by the names of the agents they use. */
export function usersOfAgents(index: FlowIndex): ReadonlyMap<string, readonly NodeEntry[]> {
  const users = new Map<string, NodeEntry[]>();
  for (const graph of index.graphs) {
    for (const entry of graph.nodes.values()) {
      for (const agent of agentsOf(entry)) {
        const list = users.get(agent);
        if (list) list.push(entry);
        else users.set(agent, [entry]);
      }
    }
  }
  return users;
}
