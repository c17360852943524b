/** Walks along directed graphs without recursion, so that no document can overflow the stack. */

export interface Digraph {
  readonly size: number;
  /** Successors of each node. */
  readonly next: readonly (readonly number[])[];
}

/** All nodes one can get to from `starts`, the starts included, nearest first. */
export function reach(graph: Digraph, starts: readonly number[]): number[] {
  const seen = new Uint8Array(graph.size);
  const order: number[] = [];
  for (const start of starts) {
    if (!seen[start]) order.push(start);
    seen[start] = 1;
  }
  for (let i = 0; i < order.length; i++) {
    for (const to of successors(graph, order[i] as number)) {
      if (seen[to]) continue;
      seen[to] = 1;
      order.push(to);
    }
  }
  return order;
}

/** The same graph with every edge turned round. */
export function reversed(graph: Digraph): Digraph {
  const next: number[][] = Array.from({ length: graph.size }, () => []);
  graph.next.forEach((list, from) => {
    for (const to of list) next[to]?.push(from);
  });
  return { size: graph.size, next };
}

/**
 * Groups of nodes that lie on common circles (Tarjan); a node on no circle is a group of its own. A group comes after all
 * groups it leads to.
 */
export function components(graph: Digraph): number[][] {
  const index = new Int32Array(graph.size).fill(-1);
  const low = new Int32Array(graph.size);
  const onStack = new Uint8Array(graph.size);
  const stack: number[] = [];
  const groups: number[][] = [];
  let counter = 0;
  for (let root = 0; root < graph.size; root++) {
    if (index[root] !== -1) continue;
    const work: { node: number; at: number }[] = [{ node: root, at: 0 }];
    while (work.length > 0) {
      const frame = work[work.length - 1] as { node: number; at: number };
      const { node } = frame;
      if (frame.at === 0) {
        index[node] = low[node] = counter++;
        stack.push(node);
        onStack[node] = 1;
      }
      const to = successors(graph, node)[frame.at++];
      if (to !== undefined) {
        if (index[to] === -1) work.push({ node: to, at: 0 });
        else if (onStack[to]) low[node] = Math.min(low[node] as number, index[to] as number);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low[parent.node] = Math.min(low[parent.node] as number, low[node] as number);
      if (low[node] === index[node]) groups.push(popGroup(stack, onStack, node));
    }
  }
  return groups;
}

function popGroup(stack: number[], onStack: Uint8Array, last: number): number[] {
  const group = stack.splice(stack.lastIndexOf(last));
  for (const node of group) onStack[node] = 0;
  return group;
}

/** True when a group is a circle: several nodes, or one that leads to itself. */
export function isCircle(graph: Digraph, group: readonly number[]): boolean {
  const [first] = group;
  return group.length > 1 || (first !== undefined && successors(graph, first).includes(first));
}

/** Answers "can one get from a to b in one or more steps" for all pairs; one bit each. */
export function precedence(graph: Digraph): (a: number, b: number) => boolean {
  const groups = components(graph);
  const groupOf = new Int32Array(graph.size);
  groups.forEach((group, i) => {
    for (const node of group) groupOf[node] = i;
  });
  const words = (groups.length + 31) >>> 5;
  const bits = groups.map((group) => {
    const row = new Int32Array(words);
    return { row, group };
  });
  const rowOf = (group: number) => (bits[group] as { row: Int32Array }).row;
  bits.forEach(({ row, group }, i) => {
    if (isCircle(graph, group)) setBit(row, i);
    for (const node of group) {
      for (const to of successors(graph, node)) {
        const other = groupOf[to] as number;
        if (other === i || hasBit(row, other)) continue;
        setBit(row, other);
        const otherRow = rowOf(other); // groups come after those they lead to, so it is filled
        for (let w = 0; w < words; w++) row[w] = (row[w] as number) | (otherRow[w] as number);
      }
    }
  });
  return (a, b) => hasBit(rowOf(groupOf[a] as number), groupOf[b] as number);
}

function setBit(row: Int32Array, bit: number): void {
  row[bit >>> 5] = (row[bit >>> 5] as number) | (1 << (bit & 31));
}

function hasBit(row: Int32Array, bit: number): boolean {
  return ((row[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
}

function successors(graph: Digraph, node: number): readonly number[] {
  return graph.next[node] as readonly number[]; // nodes are numbers below size, and every one has a list
}
