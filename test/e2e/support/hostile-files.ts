/** Files nobody should have to open: broken, foreign, oversized and malicious. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: () => string | Buffer;
  /** What the person reads. For a refused file in a toast, for an opened one in its list of problems. */
  readonly says: RegExp;
  readonly opens?: boolean;
}

type Doc = Record<string, unknown>;

/** A flow that is right but for what a case changes. */
export function flowWith(change: Doc = {}): Doc {
  return {
    format: 'baton.flow/1',
    id: 'hostile',
    name: 'Hostile',
    version: '1.0.0',
    nodes: { start: { kind: 'start' }, done: { kind: 'end' } },
    edges: [{ from: 'start', port: 'next', to: 'done' }],
    ...change,
  };
}

const json = (change: Doc) => () => JSON.stringify(flowWith(change));
const text = (content: string) => () => content;

/** A node between start and end. */
function between(node: Doc, rest: Doc = {}): () => string {
  return json({
    nodes: { start: { kind: 'start' }, step: node, done: { kind: 'end' } },
    edges: [
      { from: 'start', port: 'next', to: 'step' },
      { from: 'step', port: 'next', to: 'done' },
    ],
    ...rest,
  });
}

const script = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';

function manyNodes(count: number): string {
  const nodes: Doc = { start: { kind: 'start' }, done: { kind: 'end' } };
  const edges: Doc[] = [];
  let last = 'start';
  for (let i = 0; i < count; i++) {
    nodes[`n${i}`] = { kind: 'transform', output: { i } };
    edges.push({ from: last, port: 'next', to: `n${i}` });
    last = `n${i}`;
  }
  edges.push({ from: last, port: 'next', to: 'done' });
  return JSON.stringify(flowWith({ nodes, edges }));
}

function nestedLoops(depth: number): Doc {
  const body =
    depth === 0
      ? {
          nodes: { [`s${depth}`]: { kind: 'start' }, [`e${depth}`]: { kind: 'end' } },
          edges: [{ from: `s${depth}`, port: 'next', to: `e${depth}` }],
        }
      : {
          nodes: {
            [`s${depth}`]: { kind: 'start' },
            [`l${depth}`]: nestedLoops(depth - 1),
            [`e${depth}`]: { kind: 'end' },
          },
          edges: [
            { from: `s${depth}`, port: 'next', to: `l${depth}` },
            { from: `l${depth}`, port: 'next', to: `e${depth}` },
            { from: `l${depth}`, port: 'exhausted', to: `e${depth}` },
          ],
        };
  return { kind: 'loop', while: 'true', maxIterations: 2, body };
}

const file = { kind: 'file', description: 'Reads', input: { type: 'object' }, effect: 'read', do: 'read' };
const http = { kind: 'http', description: 'Asks', input: { type: 'object' }, effect: 'read', method: 'GET' };
const call = { kind: 'tool', tool: 'it', args: {} };

const notFlows: readonly HostileFile[] = [
  { name: 'empty', bytes: text(''), says: /empty|not JSON/i },
  { name: 'only-spaces', bytes: text(' \n\t '), says: /not JSON|empty/i },
  { name: 'not-json', bytes: text('Dear Sir or Madam'), says: /not JSON/i },
  { name: 'cut', bytes: () => JSON.stringify(flowWith()).slice(0, 90), says: /not JSON.*line|ends|line/i },
  { name: 'trailing-comma', bytes: text('{"format": "baton.flow/1",\n "id": "x",}'), says: /line 2/i },
  { name: 'comment', bytes: text('// a flow\n{}'), says: /not JSON|line 1/i },
  { name: 'two-documents', bytes: text('{}{}'), says: /not JSON|line 1/i },
  { name: 'number', bytes: text('42'), says: /object/i },
  { name: 'array', bytes: text('[]'), says: /object/i },
  { name: 'null', bytes: text('null'), says: /object/i },
  { name: 'infinity', bytes: text('{"format": Infinity}'), says: /not JSON|line 1/i },
  { name: 'html', bytes: text(`<!doctype html><html>${script}</html>`), says: /not JSON/i },
  { name: 'binary', bytes: () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe, 0x80]), says: /UTF-8/ },
  {
    name: 'utf-16',
    bytes: () => Buffer.from(`\ufeff${JSON.stringify(flowWith())}`, 'utf16le'),
    says: /UTF-8/,
  },
  {
    name: 'latin-1',
    bytes: () => Buffer.from(JSON.stringify(flowWith({ name: 'Überprüfung' })), 'latin1'),
    says: /UTF-8/,
  },
  {
    name: 'huge',
    bytes: () => JSON.stringify(flowWith({ description: 'x'.repeat(6_000_000) })),
    says: /5 MiB/,
  },
  { name: 'deep-arrays', bytes: () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`, says: /deep|nest/i },
  {
    name: 'deep-objects',
    bytes: () => `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    says: /deep|nest/i,
  },
  { name: 'empty-object', bytes: text('{}'), says: /format|nodes|missing/i },
  { name: 'package', bytes: text('{"name":"left-pad","version":"1.0.0"}'), says: /format|nodes|missing/i },
  { name: 'newer', bytes: json({ format: 'baton.flow/99' }), says: /newer/i },
  { name: 'foreign-format', bytes: json({ format: 'other/1' }), says: /format/i },
  { name: 'nodes-an-array', bytes: json({ nodes: [] }), says: /nodes/i },
  { name: 'nodes-a-text', bytes: json({ nodes: 'all of them' }), says: /nodes/i },
  { name: 'edges-an-object', bytes: json({ edges: {} }), says: /edges/i },
  { name: 'too-many-nodes', bytes: () => manyNodes(5_200), says: /5,?000/ },
];

const withProblems: readonly HostileFile[] = [
  { name: 'unknown-kind', bytes: between({ kind: 'mainframe' }), says: /mainframe/, opens: true },
  {
    name: 'prototype-key',
    bytes: text(
      JSON.stringify(flowWith()).replace('"nodes":{', '"nodes":{"__proto__":{"kind":"end","polluted":true},'),
    ),
    says: /__proto__/,
    opens: true,
  },
  {
    name: 'constructor-id',
    bytes: json({
      nodes: { start: { kind: 'start' }, constructor: { kind: 'end' } },
      edges: [{ from: 'start', port: 'next', to: 'constructor' }],
    }),
    says: /constructor/,
    opens: true,
  },
  { name: 'unknown-keys', bytes: json({ execute: 'rm -rf /' }), says: /execute/, opens: true },
  {
    name: 'wrong-types',
    bytes: json({ name: 7, version: ['1'], description: {}, meta: 3, context: 'x', budget: [] }),
    says: /name|version/i,
    opens: true,
  },
  {
    name: 'node-types',
    bytes: between({ kind: 'agent', agent: 5, prompt: ['x'], reads: 'all', budget: 'lots' }),
    says: /agent|prompt/,
    opens: true,
  },
  {
    name: 'bad-ids',
    bytes: json({
      nodes: { start: { kind: 'start' }, '../../etc': { kind: 'end' } },
      edges: [{ from: 'start', port: 'next', to: '../../etc' }],
    }),
    says: /\.\.\/\.\.\/etc/,
    opens: true,
  },
  {
    name: 'duplicate-edges',
    bytes: json({
      edges: [
        { from: 'start', port: 'next', to: 'done' },
        { from: 'start', port: 'next', to: 'done' },
      ],
    }),
    says: /two edges/,
    opens: true,
  },
  {
    name: 'nowhere',
    bytes: json({ edges: [{ from: 'start', port: 'next', to: 'atlantis' }] }),
    says: /atlantis/,
    opens: true,
  },
  {
    name: 'cycle',
    bytes: json({
      nodes: {
        start: { kind: 'start' },
        a: { kind: 'transform', output: {} },
        b: { kind: 'transform', output: {} },
        done: { kind: 'end' },
      },
      edges: [
        { from: 'start', port: 'next', to: 'a' },
        { from: 'a', port: 'next', to: 'b' },
        { from: 'b', port: 'next', to: 'a' },
      ],
    }),
    says: /circle|cycle|loop/i,
    opens: true,
  },
  {
    name: 'no-start',
    bytes: json({ nodes: { done: { kind: 'end' } }, edges: [] }),
    says: /start/i,
    opens: true,
  },
  {
    name: 'recursive-subflow',
    bytes: between(
      { kind: 'subflow', flow: 'me', input: {} },
      {
        subflows: {
          me: {
            nodes: {
              s: { kind: 'start' },
              again: { kind: 'subflow', flow: 'me', input: {} },
              e: { kind: 'end' },
            },
            edges: [
              { from: 's', port: 'next', to: 'again' },
              { from: 'again', port: 'next', to: 'e' },
            ],
          },
        },
      },
    ),
    says: /itself|recurs/i,
    opens: true,
  },
  { name: 'deep-loops', bytes: between(nestedLoops(12)), says: /deep|8/i, opens: true },
  {
    name: 'evil-regex',
    bytes: json({ input: { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$(' } } } }),
    says: /pattern|expression/i,
    opens: true,
  },
  {
    name: 'bad-expression',
    bytes: between({ kind: 'transform', output: { x: { $: '((((' } } }),
    says: /\(\(\(\(|expression/i,
    opens: true,
  },
  {
    name: 'edge-types',
    bytes: json({
      edges: [
        { from: 'start', port: 'next', to: 'done', label: { a: 1 }, on: 'x', handoff: 7, maxTraversals: 'y' },
      ],
    }),
    says: /label/,
    opens: true,
  },
  {
    name: 'names-as-objects',
    bytes: json({ nodes: { start: { kind: 'start', name: { a: 1 } }, done: { kind: 'end', name: [3] } } }),
    says: /name/,
    opens: true,
  },
  {
    name: 'template-bomb',
    bytes: between({ kind: 'human', mode: 'form', title: '{{ '.repeat(20_000) }),
    says: /\{\{|template|hole|port/i,
    opens: true,
  },
  {
    name: 'long-expression',
    bytes: between({ kind: 'transform', output: { x: { $: `${'('.repeat(5_000)}1${')'.repeat(5_000)}` } } }),
    says: /long|deep|nest|expression/i,
    opens: true,
  },
  {
    name: 'remote-ref',
    bytes: json({ input: { $ref: 'https://evil.example/schema.json' } }),
    says: /evil\.example|\$ref/,
    opens: true,
  },
  {
    name: 'cyclic-ref',
    bytes: json({
      schemas: { A: { $ref: '#/schemas/B' }, B: { $ref: '#/schemas/A' } },
      input: { $ref: '#/schemas/A' },
    }),
    says: /itself|circle|cycle|#\/schemas/i,
    opens: true,
  },
  {
    name: 'unlisted-host',
    bytes: between(call, {
      tools: { it: { ...http, url: 'https://evil.example/{{ args.x }}', allowHosts: [] } },
    }),
    says: /evil\.example|allowHosts|host/i,
    opens: true,
  },
  {
    name: 'host-hole',
    bytes: between(call, {
      tools: { it: { ...http, url: 'https://{{ args.host }}/', allowHosts: ['a.example'] } },
    }),
    says: /url|host/i,
    opens: true,
  },
  {
    name: 'folder-traversal',
    bytes: between(
      { kind: 'tool', tool: 'missing', args: { path: '../../../../etc/passwd' } },
      { tools: { it: { ...file, folder: '../../../../etc' } } },
    ),
    says: /missing/,
    opens: true,
  },
  {
    name: 'script-everywhere',
    bytes: json({
      name: script,
      description: script,
      nodes: {
        start: { kind: 'start', name: script },
        ask: {
          kind: 'human',
          mode: 'approve',
          name: script,
          title: script,
          body: `[x](javascript:window.pwned=1) ${script}`,
        },
        done: { kind: 'end', name: script, description: script },
      },
      edges: [{ from: 'start', port: 'next', to: 'ask', label: script }],
    }),
    says: /approved|ask/i,
    opens: true,
  },
  { name: 'script-in-kind', bytes: between({ kind: script }), says: /onerror/, opens: true },
  {
    name: 'thousands',
    bytes: () => manyNodes(3_000).replace('"done":{"kind":"end"}', '"done":{"kind":"end","surprise":1}'),
    says: /surprise/,
    opens: true,
  },
  {
    name: 'wild-layout',
    bytes: json({
      execute: 1,
      layout: { nodes: { start: { x: 1e300, y: -1e300 }, done: { x: 0, y: 1e9 } } },
    }),
    says: /execute|layout/,
    opens: true,
  },
  {
    name: 'null-bytes',
    bytes: json({ execute: 1, name: 'a\u0000b\u202ecod.exe' }),
    says: /execute/,
    opens: true,
  },
];

export const hostileFiles: readonly HostileFile[] = [...notFlows, ...withProblems];
