/** Questions about nodes whose kind is only known at run time. */
import type { Flow } from '../spec/flow';
import type { FlowNode, NodeKind } from '../spec/nodes';
import type { NodeKindDefinition } from './define';
import { nodeKinds } from './kinds.generated';
import { type Say, sayPlainly } from './words';

/** The definition of a kind, or undefined when this version does not know it. */
export function definitionOf(kind: string): NodeKindDefinition | undefined {
  // Each entry takes only nodes of its own kind; callers give it a node of the kind they asked for.
  return Object.hasOwn(nodeKinds, kind)
    ? (nodeKinds[kind as NodeKind] as unknown as NodeKindDefinition)
    : undefined;
}

/** One line that says what a node does. A document under edit may lack anything, so a summary may not fail. */
export function summaryOf(node: FlowNode, flow: Flow, say: Say = sayPlainly): string {
  const definition = definitionOf(node.kind);
  if (!definition) return say('This version does not know the kind “{kind}”', { kind: node.kind });
  try {
    return definition.summary(node, flow, say);
  } catch {
    // A field the summary needs is missing or of another type: the validator says which.
    return say('Not complete yet');
  }
}

/** What a person calls a node: its name, else the title of its kind where the id says no more, else its id. */
export function nameOf(id: string, node: FlowNode): string {
  // A foreign file may hold anything here; what is no text is no name.
  if (typeof node.name === 'string' && node.name !== '') return node.name;
  const title = definitionOf(node.kind)?.title;
  if (title === undefined) return id;
  const number = /^([a-z]+)(\d*)$/.exec(id);
  if (number?.[1] === node.kind) return number[2] ? `${title} ${number[2]}` : title;
  return node.kind === 'start' || node.kind === 'end' ? title : id;
}
