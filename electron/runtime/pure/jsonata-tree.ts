/** The parts of JSONata's syntax tree we rely on. The library's own types leave most of it out. */
export interface Tree {
  type: string;
  value?: unknown;
  position?: number;
  name?: string;
  steps?: Tree[];
  expressions?: Tree[];
  arguments?: Tree[];
  procedure?: Tree;
  stages?: Tree[];
  predicate?: Tree[];
  group?: TreePairs;
  terms?: { descending: boolean; expression: Tree }[];
  expression?: Tree;
  expr?: Tree;
  lhs?: Tree | [Tree, Tree][];
  rhs?: Tree;
  condition?: Tree;
  then?: Tree;
  else?: Tree;
  body?: Tree;
  pattern?: Tree;
  update?: Tree;
  delete?: Tree;
  focus?: string;
  index?: string;
  tuple?: boolean;
  keepArray?: boolean;
  keepSingletonArray?: boolean;
  consarray?: boolean;
  thunk?: boolean;
  /** Set by us: the result of this node is about to be called. */
  isCallee?: boolean;
  /** Set by us: the result of this node is about to be changed by a transform. */
  isPattern?: boolean;
}
export interface TreePairs {
  lhs: [Tree, Tree][];
}

const CHILDREN = [
  'procedure',
  'expression',
  'expr',
  'rhs',
  'condition',
  'then',
  'else',
  'body',
  'pattern',
  'update',
  'delete',
] as const;
const LISTS = ['steps', 'expressions', 'arguments', 'stages', 'predicate'] as const;

/** Every direct part of a node that is evaluated or matched. */
export function childrenOf(node: Tree): Tree[] {
  const children: Tree[] = [];
  for (const key of CHILDREN) {
    const child = node[key];
    if (child !== undefined) children.push(child);
  }
  for (const key of LISTS) children.push(...(node[key] ?? []));
  if (Array.isArray(node.lhs)) children.push(...node.lhs.flat());
  else if (node.lhs !== undefined) children.push(node.lhs);
  if (node.group) children.push(...node.group.lhs.flat());
  if (node.terms) children.push(...node.terms.map((term) => term.expression));
  return children;
}

export function pairsOf(node: Tree): [Tree, Tree][] {
  return Array.isArray(node.lhs) ? node.lhs : [];
}

export function leftOf(node: Tree): Tree {
  // a binary node always has one; only object constructors hold pairs here
  return node.lhs as Tree;
}
