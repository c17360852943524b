import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { serializeFlow } from '../../../../shared/spec/canonical';
import { checkLimits } from '../../../../shared/spec/limits';
import { PROBLEM_CODES } from '../../../../shared/spec/problem-codes';
import { validateFlow, validateText } from '../../../../shared/spec/validate';
import { mutate } from './mutations';
import { body, chain, edge, edit, libs, small } from './sample-flows';

const triage = readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8');
const transform = { kind: 'transform', output: 1 };
const person = { kind: 'human', mode: 'approve', title: 't' };

/** A document in which every kind and most fields occur. */
const rich = JSON.stringify(
  edit(
    chain(
      {
        m: {
          kind: 'map',
          items: 'input',
          body: body('x', {
            kind: 'loop',
            while: 'iteration < 2',
            maxIterations: 2,
            body: body('y', transform),
          }),
        },
        s: { kind: 'subflow', flow: 'sub', input: { a: { $: 'input' } } },
        p: {
          kind: 'planner',
          model: 'm',
          goal: 'g',
          catalogue: { nodes: { step: { kind: 'tool', tool: 't' } } },
          approve: person,
        },
        c: { kind: 'chat', participants: ['h', 'i'], maxRounds: 2, until: 'messages' },
        v: { kind: 'supervisor', model: 'm', instructions: 'i', workers: ['h'] },
        w: { kind: 'wait', for: 'PT1S' },
        k: { kind: 'code', source: 'x', args: { a: { $: 'steps.w' } } },
      },
      {
        context: { note: { schema: { $ref: '#/schemas/N' }, merge: 'replace', initial: 'x' } },
        schemas: { N: { type: 'string', pattern: '^x' } },
        models: { m: { provider: 'builtin', model: 'x' } },
        mcpServers: { q: { transport: 'stdio', command: 'c', env: { A: { secret: 'S' } } } },
        tools: {
          t: {
            kind: 'http',
            description: 'd',
            input: true,
            effect: 'once',
            method: 'GET',
            url: 'https://a.example/{{ args.x }}',
            allowHosts: ['a.example'],
          },
        },
        agents: {
          h: { role: 'R', model: 'm', tools: ['t'] },
          i: { role: 'R', model: 'm', instructions: '{{ context.note }}' },
        },
        subflows: { sub: body('z', { ...transform, writes: { note: 'output' } }) },
        policies: { p: { retry: { maxAttempts: 2 } } },
      },
    ),
    { '/edges/-': edge('w', 'fallback', 'm', { maxTraversals: 2, on: ['error'] }) },
  ),
);

describe('any damaged document', () => {
  test('is judged without a crash, in words, with known codes', () => {
    for (let seed = 0; seed < 5_000; seed++) {
      const document = mutate(seed % 2 === 0 ? triage : rich, seed, 1 + (seed % 7));
      const { problems, valid } = validateFlow(document, libs);
      const bad = problems.find(
        (problem) =>
          !PROBLEM_CODES.has(problem.code) || problem.message === '' || problem.message.includes('undefined'),
      );
      expect({ seed, bad }).toEqual({ seed, bad: undefined });
      expect(valid).toBe(
        problems.every((problem) => PROBLEM_CODES.get(problem.code)?.severity === 'warning'),
      );
    }
  }, 120_000);

  test('can be saved, and saving twice gives the same bytes', () => {
    for (let seed = 0; seed < 500; seed++) {
      const document = mutate(rich, seed, 3);
      if (checkLimits(document).refused || document === undefined) continue;
      const once = serializeFlow(document);
      expect(serializeFlow(JSON.parse(once))).toBe(once);
    }
  });

  test('that is no document at all is judged, too', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(validateFlow(value, libs).valid).toBe(false);
      }),
      { seed: 8, numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(validateText(bytes, libs).valid).toBe(false);
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});

function large(count: number): Record<string, unknown> {
  const nodes = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `n${i}`,
      i % 3 === 0
        ? {
            kind: 'agent',
            agent: 'h',
            prompt: `Step ${i}: {{ steps.n${Math.max(0, i - 1)}.text }} and {{ input.x${i} }}`,
            reads: ['note'],
          }
        : {
            kind: 'transform',
            output: {
              a: { $: i < 2 ? `input.v${i}` : `steps.n${i - 2}.v + ${i}` },
              b: [{ $: 'context.note' }],
            },
            reads: ['note'],
            writes: { note: 'output.a' },
          },
    ]),
  );
  const first = { ...nodes, n0: { ...transform } };
  return chain(first, {
    budget: { tokens: 1 },
    context: { note: { schema: true, merge: 'replace' } },
    models: { m: { provider: 'builtin', model: 'x' } },
    agents: { h: { role: 'R', model: 'm', instructions: 'Mind {{ context.note }}.' } },
    onFailure: { do: 'fail' },
  });
}

function took(run: () => void): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

describe('large documents', () => {
  test('200 nodes are judged as one edits', () => {
    const flow = large(200);
    validateFlow(flow, libs);
    const times = Array.from({ length: 5 }, () => took(() => validateFlow(structuredClone(flow), libs)));
    expect(Math.min(...times)).toBeLessThan(200);
  });

  test('4,990 nodes take seconds at most', () => {
    const flow = large(4_990);
    expect(
      took(() =>
        expect(validateFlow(flow, libs).problems.every(({ severity }) => severity === 'warning')).toBe(true),
      ),
    ).toBeLessThan(20_000);
  }, 30_000);

  const ids = Array.from({ length: 2_400 }, (_, i) => i);
  const writes = { writes: { note: 'output' } };
  const context = { context: { note: { schema: true, merge: 'replace' } } };

  test.each<[string, () => unknown]>([
    [
      'parallels inside parallels',
      () => {
        const nodes = Object.fromEntries(
          ids
            .map((i) => [`p${i}`, { kind: 'parallel' }])
            .concat(ids.map((i) => [`w${i}`, { ...transform, ...writes }])),
        );
        const edges = ids.flatMap((i) => [
          edge(`p${i}`, 'branch', `w${i}`),
          edge(`p${i}`, 'branch', `p${i + 1}`),
        ]);
        return {
          ...small(),
          ...context,
          nodes: { start: { kind: 'start' }, ...nodes, done: { kind: 'end' } },
          edges: [edge('start', 'next', 'p0'), ...edges],
        };
      },
    ],
    [
      'everything leads to everything',
      () => {
        const few = ids.slice(0, 250);
        const nodes = Object.fromEntries(
          few.map((i) => [`n${i}`, { kind: 'transform', output: { $: 'steps.n7' } }]),
        );
        const edges = few.flatMap((i) => few.map((j) => edge(`n${i}`, 'fallback', `n${j}`)));
        return {
          ...small(),
          nodes: { start: { kind: 'start' }, ...nodes, done: { kind: 'end' } },
          edges: [edge('start', 'next', 'n0'), ...edges],
        };
      },
    ],
    [
      'names that are nearly right',
      () => {
        const tools = Object.fromEntries(ids.map((i) => [`toolnumber${i}`, 5]));
        return chain(
          Object.fromEntries(ids.map((i) => [`n${i}`, { kind: 'tool', tool: `toolnumbre${i}` }])),
          { tools },
        );
      },
    ],
    [
      'a role contract with many holes, used everywhere',
      () => {
        const instructions = ids.map((i) => `{{ steps.n${i}.x + context.f${i} }}`).join(' ');
        const agents = { h: { role: 'R', model: 'm', instructions } };
        return chain(Object.fromEntries(ids.map((i) => [`n${i}`, { kind: 'agent', agent: 'h' }])), {
          agents,
        });
      },
    ],
    [
      'subflows that call one another in a row',
      () => {
        const subflows = Object.fromEntries(
          ids.map((i) => [`s${i}`, body(`c${i}`, { kind: 'subflow', flow: `s${i + 1}` })]),
        );
        return {
          ...chain({ a: { kind: 'subflow', flow: 's0' } }),
          subflows: Object.fromEntries(Object.entries(subflows).slice(0, 1_500)),
        };
      },
    ],
    [
      'named schemas that refer to one another in a row',
      () => {
        const schemas = Object.fromEntries(
          ids.map((i) => [`S${i}`, { allOf: [{ $ref: `#/schemas/S${i + 1}` }] }]),
        );
        return { ...small(), input: { $ref: '#/schemas/S0' }, schemas: { ...schemas, S2400: true } };
      },
    ],
    [
      'a hundred thousand unknown keys',
      () => ({
        ...small(),
        ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, 1])),
      }),
    ],
    ['one very long template', () => chain({ h: { ...person, title: '{{ input }} '.repeat(100_000) } })],
  ])(
    '%s do not make it slow',
    (_, make) => {
      const document = make();
      expect(took(() => validateFlow(document, libs))).toBeLessThan(20_000);
    },
    60_000,
  );
});
