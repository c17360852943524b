/** Changing the named parts of a document: shared state, models, tools, agents, policies, schemas. */
import type { Flow } from '../spec/flow';
import { allGraphs } from './graphs';
import type { PartSection } from './rename';
import { setIn } from './set-in';

/** Takes a part away. Whatever still refers to it is left: the validator names each place. */
export function removePart(doc: Flow, section: PartSection, name: string): Flow {
  return setIn(doc, [section, name], undefined);
}

/** Ids of nodes that use a part, so that a person sees what a change touches. */
export function usersOf(doc: Flow, section: PartSection, name: string): readonly string[] {
  const users: string[] = [];
  for (const { graph } of allGraphs(doc)) {
    for (const [id, node] of Object.entries(graph.nodes)) {
      const uses: Record<PartSection, boolean> = {
        context: (node.reads?.includes(name) ?? false) || Object.hasOwn(node.writes ?? {}, name),
        models: 'model' in node && node.model === name,
        mcpServers: false,
        tools: (node.kind === 'tool' && node.tool === name) || node.compensate?.tool === name,
        agents:
          (node.kind === 'agent' && node.agent === name) ||
          (node.kind === 'supervisor' && node.workers.includes(name)) ||
          (node.kind === 'chat' && node.participants.includes(name)),
        policies: node.policy === name,
        schemas: false,
        subflows: node.kind === 'subflow' && node.flow === name,
      };
      if (uses[section]) users.push(id);
    }
  }
  return users;
}

/** Who writes and who reads each piece of shared state. */
export interface VariableUse {
  readonly field: string;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

export function variableUses(doc: Flow): readonly VariableUse[] {
  const fields = new Set(Object.keys(doc.context ?? {}));
  const nodes = allGraphs(doc).flatMap(({ graph }) => Object.entries(graph.nodes));
  for (const [, node] of nodes) {
    for (const field of [...(node.reads ?? []), ...Object.keys(node.writes ?? {})]) fields.add(field);
  }
  return [...fields].map((field) => ({
    field,
    writers: nodes.filter(([, node]) => Object.hasOwn(node.writes ?? {}, field)).map(([id]) => id),
    readers: nodes.filter(([, node]) => node.reads?.includes(field)).map(([id]) => id),
  }));
}
