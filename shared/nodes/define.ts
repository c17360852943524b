/**
 * What a node kind tells everyone about itself, as data: the palette, the canvas, the inspector and the documentation
 * read it. What the kind does when it runs is in its `behaviour.ts`, which nothing here may import.
 *
 * N1. `create` gives a node that passes the shape check in any flow; the parts it needs come along under free names.
 * N2. Every `path` of `inspector` exists in the kind's schema (checked by a test over all kinds).
 * N3. `summary` says in words what this very node does; it never throws, whatever the node holds. Its words go through
 *     `say`, so that they can be said in another language.
 */
import type { Agent, Model, Tool } from '../spec/parts';
import type { Flow, Subflow } from '../spec/flow';
import type { NodeKind, NodeOf } from '../spec/nodes';
import type { InspectorField } from './fields';
import type { Say } from './words';

export const NODE_GROUPS = ['work', 'people', 'flow', 'teams', 'ends'] as const;
export type NodeGroup = (typeof NODE_GROUPS)[number];

/** Parts a new node needs that the flow does not have yet. */
export interface NewParts {
  readonly models?: Readonly<Record<string, Model>>;
  readonly agents?: Readonly<Record<string, Agent>>;
  readonly tools?: Readonly<Record<string, Tool>>;
  readonly subflows?: Readonly<Record<string, Subflow>>;
}

export interface NewNode<K extends NodeKind> {
  readonly node: NodeOf<K>;
  readonly parts?: NewParts;
}

export interface NodeKindDefinition<K extends NodeKind = NodeKind> {
  readonly kind: K;
  readonly title: string;
  readonly group: NodeGroup;
  /** One sentence, shown where the kind is chosen. */
  readonly description: string;
  /** More words it is found by. */
  readonly keywords: readonly string[];
  /** Which of the shared sections (what it reads, what happens when it fails, …) make sense for it. */
  readonly shares: readonly SharedPart[];
  readonly create: (flow: Flow, takenIds: ReadonlySet<string>) => NewNode<K>;
  readonly summary: (node: NodeOf<K>, flow: Flow, say: Say) => string;
  readonly inspector: readonly InspectorField[];
}

/** Fields common to several kinds; `fields.ts` says how each is drawn. */
export type SharedPart =
  | 'reads'
  | 'writes'
  | 'policy'
  | 'retry'
  | 'budget'
  | 'gate'
  | 'compensate'
  | 'disabled';

export function defineNodeKind<K extends NodeKind>(definition: NodeKindDefinition<K>): NodeKindDefinition<K> {
  return definition;
}
