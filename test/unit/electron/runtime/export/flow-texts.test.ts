import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  exportFlow,
  type FlowTarget,
  recordingPath,
} from '../../../../../electron/runtime/export/export-flow';
import { fileName } from '../../../../../electron/runtime/export/files';
import { markdownOf } from '../../../../../electron/runtime/export/markdown';
import { mermaidOf } from '../../../../../electron/runtime/export/mermaid';
import { describeNode } from '../../../../../electron/runtime/export/node-words';
import { serializeFlow } from '../../../../../shared/spec/canonical';
import type { Flow } from '../../../../../shared/spec/flow';
import type { FlowNode } from '../../../../../shared/spec/nodes';
import { requirementsOf } from '../../../../../shared/spec/requirements';

function triage(): Flow {
  return JSON.parse(fs.readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8')) as Flow;
}

/** A flow that uses every part a document can have. */
function everything(): Flow {
  const inner = {
    nodes: {
      b: { kind: 'start' },
      step: { kind: 'transform', name: 'In | side', output: 1 },
      e: { kind: 'end' },
    },
    edges: [
      { from: 'b', port: 'next', to: 'step' },
      { from: 'step', port: 'next', to: 'e' },
    ],
  };
  return {
    format: 'baton.flow/1',
    id: 'all',
    name: 'All <b>parts</b> & `code`',
    version: '1.0.0',
    meta: { authors: ['Ann'], tags: ['x|y'] },
    output: { enum: [1] },
    context: {
      field: { schema: true, merge: 'append', sensitive: true, freshFor: 'PT1M', description: 'kept' },
      lone: { schema: true, merge: 'sum' },
    },
    models: {
      m: {
        provider: 'openai',
        model: 'x',
        fallback: ['n'],
        price: { inputPerMTok: 1, outputPerMTok: 2, currency: 'USD' },
      },
      n: { provider: 'builtin', model: 'y' },
    },
    mcpServers: { files: { transport: 'stdio', command: 'srv' } },
    tools: {
      web: {
        description: 'w',
        input: true,
        effect: 'once',
        approval: 'first',
        kind: 'http',
        method: 'GET',
        url: 'https://a.example/{{ args.x }}',
        allowHosts: ['a.example'],
        secret: 'KEY',
      },
      mcp: { description: 'm', input: true, effect: 'read', kind: 'mcp', server: 'files', name: 'list' },
      sql: {
        description: 's',
        input: true,
        effect: 'idempotent',
        approval: 'always',
        kind: 'sql',
        file: 'a.db',
        statement: 'select 1',
      },
      file: { description: 'f', input: true, effect: 'read', kind: 'file', folder: 'in', do: 'read' },
      sum: { description: 'c', input: true, effect: 'read', kind: 'code', source: '1' },
      now: { description: 'b', input: true, effect: 'read', kind: 'builtin', name: 'now' },
    },
    agents: {
      a: {
        role: 'r',
        does: ['d'],
        doesNot: ['n'],
        model: 'm',
        tools: ['web'],
        capabilities: ['c'],
        maxTurns: 3,
        gate: {
          minConfidence: 0.5,
          checks: [{ expr: 'a | b', message: 'x' }],
          judge: { model: 'n', instructions: 'i', minScore: 0.5 },
          breaker: { failures: 2, cooldown: 'PT1M' },
        },
        budget: { turns: 3 },
        policy: { timeout: 'PT1S' },
      },
      b: { role: 'r2', model: 'n', policy: 'default' },
    },
    policies: {
      default: {
        timeout: 'PT1S',
        retry: { maxAttempts: 2, on: ['timeout'] },
        breaker: { failures: 2, window: 'PT1M', cooldown: 'PT1M' },
        rateLimit: { requests: 1, per: 'PT1S' },
        concurrency: 2,
      },
    },
    budget: {
      steps: 5,
      turns: 4,
      tokens: 3,
      cost: { amount: 2, currency: 'USD' },
      duration: 'PT1H',
      handoffs: 0,
      onExceeded: 'fail',
    },
    onFailure: { do: 'compensate' },
    nodes: {
      start: { kind: 'start' },
      each: { kind: 'map', items: 'input', body: inner },
      plan: {
        kind: 'planner',
        model: 'm',
        goal: 'g',
        catalogue: { nodes: { part: { kind: 'transform', output: 1 } } },
      },
      sub: { kind: 'subflow', flow: 'own', disabled: true },
      a: {
        kind: 'agent',
        agent: 'a',
        description: 'thinks',
        reads: ['field'],
        writes: { field: 'output' },
        compensate: { tool: 'web' },
      },
      ask: {
        kind: 'human',
        mode: 'choose',
        title: 'Which "one"?',
        choices: [{ port: 'left', label: 'Left' }],
        deadline: 'PT1H',
        assignee: 'ann',
      },
      done: { kind: 'end' },
    },
    edges: [
      { from: 'start', port: 'next', to: 'each' },
      { from: 'each', port: 'next', to: 'plan' },
      { from: 'plan', port: 'next', to: 'sub' },
      { from: 'sub', port: 'next', to: 'a' },
      { from: 'a', port: 'handoff', to: 'ask', handoff: { name: 'give', schema: { type: 'object' } } },
      {
        from: 'a',
        port: 'fallback',
        to: 'ask',
        on: ['timeout'],
        when: 'error.attempts > 1',
        maxTraversals: 2,
        label: 'again #1',
      },
      { from: 'ask', port: 'left', to: 'done' },
      { from: 'ask', port: 'expired', to: 'done' },
    ],
    subflows: {
      own: {
        nodes: { s1: { kind: 'start' }, s2: { kind: 'end' } },
        edges: [{ from: 's1', port: 'next', to: 's2' }],
      },
    },
    tests: [
      {
        name: 'one',
        faults: [{ node: 'a', attempt: 1, kind: 'timeout' }],
        expect: { status: 'failed', path: ['each'] },
        cassette: '../tapes/a b.jsonl',
      },
      { name: 'two', expect: {} },
    ],
    rehearsal: {},
    layout: {},
    extensions: {},
    schemas: { S: true },
  } as unknown as Flow;
}

const markdown = (flow: Flow): string =>
  markdownOf(flow, {
    semanticHash: 'sha256:aa',
    interfaceHash: 'sha256:bb',
    requirements: requirementsOf(flow),
  });

describe('mermaid', () => {
  test('draws every node and edge, bodies and subflows included', () => {
    const picture = mermaidOf(everything());
    for (const id of ['start', 'each', 'step', 'plan', 'part', 'sub', 'a', 'ask', 'done', 's1', 's2'])
      expect(picture).toContain(`n_${id}`);
    expect(picture).toContain('subgraph in_each ["each: each pass"]');
    expect(picture).toContain('subgraph sub_own ["Subflow own"]');
    expect(picture).toContain(
      'n_a -.->|"again #35;1 · on timeout · when error.attempts #gt; 1 · at most 2×"| n_ask',
    );
    expect(picture).toContain('n_a -->|"give"| n_ask');
    expect(picture).toContain('n_sub["sub<br/><small>subflow, switched off</small>"]');
  });

  test('words of the document never become markup', () => {
    const flow = everything();
    flow.nodes['a'] = {
      ...(flow.nodes['a'] as FlowNode),
      name: '"]; click a "javascript:x" <script>&amp;',
    } as FlowNode;
    const picture = mermaidOf(flow);
    expect(picture).toContain(
      'n_a["#quot;]; click a #quot;javascript:x#quot; #lt;script#gt;#38;amp;<br/><small>agent</small>"]',
    );
  });
});

describe('markdown', () => {
  test('tells everything people ask about, each part once', () => {
    const text = markdown(everything());
    const headings = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(headings).toEqual([
      'Picture',
      'Input and output',
      'Steps',
      'Agents',
      'Handoffs',
      'People',
      'Tools',
      'Shared context',
      'Models',
      'Limits and policies',
      'What happens when something fails',
      'What it needs',
      'Tests',
    ]);
    expect(text).toContain('# All &lt;b&gt;parts&lt;/b&gt; & \\`code\\`');
    expect(text).toContain(
      '| `a` | timeout | Tried again up to once; then asked of “n”; what was done is undone, then the run fails. |',
    );
    expect(text).toContain('| `give` | `a` | `ask` | `{"type":"object"}` | the sender decides |');
    expect(text).toContain('| `field` | append | `a` | `a` | kept, sensitive, fresh for 1 min |');
    expect(text).toContain('| `lone` | sum | nobody | nobody |');
    expect(text).toContain('5 steps, 4 model calls, 3 tokens, 2 USD, 1 h, 0 handoffs, then fail');
    expect(text).toContain(
      'at most 1 s, 2 attempts on timeout, rests 1 min after 2 failures in 1 min, 1 calls in 1 s, 2 at a time',
    );
    expect(text).toContain(
      'confidence of at least 0.5, `a \\| b` (x), the judge `n` gives at least 0.5, after 2 bad answers in a row it rests for 1 min',
    );
    expect(text).toContain('| Secret | `KEY` |');
    expect(text).toContain('| one | timeout at a | failed: each |');
  });

  test('every row of a table has as many cells as its head', () => {
    for (const flow of [everything(), triage()]) {
      let width = 0;
      for (const line of markdown(flow).split('\n')) {
        if (!line.startsWith('|')) {
          width = 0;
          continue;
        }
        const cells = line.replaceAll('\\|', '').split('|').length;
        if (width === 0) width = cells;
        expect([line, cells]).toEqual([line, width]);
      }
    }
  });

  test('a small flow leaves out what it does not have', () => {
    const tiny = {
      format: 'baton.flow/1',
      id: 't',
      name: 'T',
      version: '1.0.0',
      nodes: { start: { kind: 'start' }, done: { kind: 'end' } },
      edges: [{ from: 'start', port: 'next', to: 'done' }],
    } as Flow;
    const text = markdown(tiny);
    expect(text).toContain('No purpose is written down.');
    expect(text).toContain('**Input**: any value.');
    expect(text).toContain('the built-in one: 10,000 steps');
    expect(text).toContain('taken by nobody: the run fails');
    expect(text).toContain('Nothing from outside.');
    expect(text).not.toContain('## Agents');
    expect(text).not.toContain('## What happens when');
  });

  test('escalation names the person', () => {
    expect(markdown(triage())).toContain('the person at `review` is asked');
  });
});

describe('words for nodes', () => {
  test.each<[object, string]>([
    [{ kind: 'end', outcome: 'failed' }, 'Ends the run as failed'],
    [{ kind: 'tool', tool: 't' }, 'Calls `t`'],
    [{ kind: 'branch', cases: [{ port: 'p', when: 'x > 1' }] }, 'p if `x > 1`'],
    [
      { kind: 'join', wait: 'any', deadline: 'PT1H' },
      'Waits for the first branch, at most 1 h; when a branch fails: fail',
    ],
    [
      { kind: 'join', wait: { count: 2 }, onBranchFailure: 'skip' },
      'Waits for 2 branches; when a branch fails: skip',
    ],
    [{ kind: 'join' }, 'Waits for all branches; when a branch fails: fail'],
    [{ kind: 'parallel' }, 'Starts all branches'],
    [{ kind: 'loop', while: 'x', maxIterations: 3 }, 'While `x`, at most 3 times'],
    [{ kind: 'code', source: 'x' }, 'Runs sandboxed code'],
    [{ kind: 'wait', for: 'PT1M' }, 'Waits 1 min'],
    [{ kind: 'wait', until: 'x' }, 'Waits until `x`'],
    [{ kind: 'supervisor', workers: ['a', 'b'] }, 'Gives work to `a`, `b`, at most 8 rounds'],
    [{ kind: 'chat', participants: ['a', 'b'], maxRounds: 4 }, '`a`, `b` talk, at most 4 rounds'],
    [{ kind: 'dream' }, 'A kind this version does not know'],
  ])('%j', (node, words) => {
    expect(describeNode(node as FlowNode)).toBe(words);
  });
});

describe('exporting a flow', () => {
  test('a picture and a document say what they cannot hold', () => {
    expect(exportFlow(everything(), 'mermaid').losses.map((loss) => loss.path)).toContain('/policies');
    expect(exportFlow(everything(), 'markdown').losses.map((loss) => loss.path)).toEqual([
      '/layout',
      '/rehearsal',
      '/schemas',
      '/extensions',
      '/agents',
    ]);
    expect(
      exportFlow(
        {
          ...everything(),
          layout: undefined,
          rehearsal: undefined,
          schemas: undefined,
          extensions: undefined,
          agents: undefined,
        } as never,
        'markdown',
      ).losses,
    ).toEqual([]);
  });

  test('the JSON is the canonical file', () => {
    const { files, losses } = exportFlow(triage(), 'json');
    expect([files[0]?.path, losses]).toEqual(['support-triage.json', []]);
    expect(new TextDecoder().decode(files[0]?.bytes)).toBe(serializeFlow(triage()));
  });

  test('a bundle has the same bytes each time, and a cassette that is not there is a loss', () => {
    const first = exportFlow(everything(), 'bundle');
    expect(exportFlow(everything(), 'bundle').files[0]?.bytes).toEqual(first.files[0]?.bytes);
    expect(first.losses).toEqual([
      {
        path: '/tests/0/cassette',
        what: 'the recording ../tapes/a b.jsonl',
        how: 'left out: the file was not found',
      },
    ]);
    expect(
      exportFlow(everything(), 'bundle', {
        recordings: new Map([['../tapes/a b.jsonl', new Uint8Array([1])]]),
      }).losses,
    ).toEqual([]);
  });

  test('a target of another program is refused', () => {
    expect(() => exportFlow(triage(), 'pdf' as FlowTarget)).toThrow(/cannot be exported as "pdf"/);
  });

  test('names are safe as file names', () => {
    expect([
      fileName('../a b'),
      fileName('...'),
      recordingPath('../x/./a b.jsonl'),
      recordingPath('..'),
    ]).toEqual(['a-b', 'flow', 'recordings/x/a-b.jsonl', 'recordings/cassette.jsonl']);
  });
});
