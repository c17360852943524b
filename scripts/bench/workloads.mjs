/** What is measured: texts and flows, the same for everyone who takes part. */

export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Text that does not compress, the same every time. */
export function text(chars, seed) {
  const out = Buffer.alloc(chars); // a string built by appending stays a tree, and measures the collector instead
  let x = seed + 1;
  for (let i = 0; i < chars; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = 97 + ((x >>> 8) % 26);
  }
  return out.toString('latin1');
}

const VALUE = { type: 'object', properties: { text: { type: 'string' } } };
const base = {
  format: 'baton.flow/1',
  id: 'bench',
  name: 'Bench',
  version: '1.0.0',
  tools: {
    work: { description: 'work', input: {}, output: VALUE, effect: 'read', kind: 'builtin', name: 'echo' },
  },
  policies: { default: { concurrency: 1000 } },
  budget: { steps: 1_000_000 },
};

/** `extra` is merged into each step, `first` into the first one. */
export function chainFlow(steps, extra = {}, first = {}) {
  const nodes = { start: { kind: 'start' }, end: { kind: 'end' } };
  const edges = [];
  let last = 'start';
  for (let i = 1; i <= steps; i++) {
    nodes[`n${i}`] = { kind: 'tool', tool: 'work', args: {}, ...extra, ...(i === 1 ? first : {}) };
    edges.push({ from: last, port: 'next', to: `n${i}` });
    last = `n${i}`;
  }
  edges.push({ from: last, port: 'next', to: 'end' });
  return { ...base, nodes, edges };
}

/** One node, again and again: for records longer than any drawing. */
export function cycleFlow(times) {
  const { nodes, edges } = chainFlow(1);
  const back = { from: 'n1', port: 'next', to: 'n1', when: 'true', maxTraversals: times };
  return { ...base, nodes, edges: [edges[0], back, edges[1]] };
}

export function fanFlow(width) {
  const nodes = {
    start: { kind: 'start' },
    fork: { kind: 'parallel' },
    join: { kind: 'join', collect: { n: 1 } },
    end: { kind: 'end' },
  };
  const edges = [{ from: 'start', port: 'next', to: 'fork' }];
  for (let i = 1; i <= width; i++) {
    nodes[`b${i}`] = { kind: 'tool', tool: 'work', args: {} };
    edges.push({ from: 'fork', port: 'branch', to: `b${i}` }, { from: `b${i}`, port: 'next', to: 'join' });
  }
  edges.push({ from: 'join', port: 'next', to: 'end' });
  return { ...base, nodes, edges };
}

export function appendFlow(times) {
  return {
    ...chainFlow(times, { writes: { log: 'output.text' } }),
    context: { log: { schema: { type: 'array' }, merge: 'append' } },
  };
}

/** The first step writes its output into shared state, every step after it reads that. */
export function carryFlow(steps) {
  const readers = { reads: ['doc'], args: { kind: { $: 'context.doc.kind' } } };
  return {
    ...chainFlow(steps, readers, { reads: [], args: {}, writes: { doc: 'output' } }),
    context: { doc: { schema: { type: 'object' }, merge: 'replace' } },
  };
}
