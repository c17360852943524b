import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createPure } from '../../../../electron/runtime/pure/create-pure';
import { validateFlow, validateText } from '../../../../shared/spec/validate';
import { acting, edit, problemsOf } from './sample-flows';

const libs = createPure();
const text = readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8');
const codes = (document: unknown) =>
  validateFlow(document, libs).problems.map((problem) => `${problem.code} ${problem.pointer}`);

describe('validateText', () => {
  test('finds no error in the example and tells its hashes and requirements', () => {
    const report = validateText(text, libs);
    expect(report.problems.map((problem) => `${problem.code} ${problem.pointer}`)).toEqual([
      'W403 /nodes/pay',
      'W405 /nodes/review',
    ]);
    expect(report).toMatchObject({
      valid: true,
      semanticHash: 'sha256:f35d0f428760b6fa9afe2578a7df2ef12a17fc48429e205acb8019175d66e91e',
      interfaceHash: 'sha256:4c9dc44fe9dcd02587b142beb508f22e19ba0c0e4ccbf8ec3e1ccc7a8af0727c',
      requirements: {
        hosts: ['api.example.com'],
        models: [{ name: 'reader', provider: 'builtin', model: 'en-lite' }],
      },
    });
  });

  test('says what loading found when there is no document', () => {
    expect(validateText('{', libs)).toMatchObject({ valid: false, problems: [{ code: 'E101' }] });
  });
});

describe('validateFlow', () => {
  test('refuses what is no object', () => {
    for (const document of [null, undefined, 5, 'x', []]) expect(codes(document)).toEqual(['E104 ']);
  });

  test('looks no further in a document of another format', () => {
    for (const format of ['baton.flow/2', 'baton.flow/0', 'other'])
      expect(codes({ format })).toEqual(['E108 /format']);
  });

  test('looks no further in a document beyond the limits', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 200; i++) deep = { deep };
    expect(validateFlow(deep, libs)).toMatchObject({ valid: false, problems: [{ code: 'E107' }] });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(codes(circle)[0]).toMatch(/^E107/);
  });

  test('a number JSON cannot hold costs the hashes, nothing else', () => {
    const report = validateText(text.replace('"amount": 0.2', '"amount": 1e999'), libs);
    expect(report.semanticHash).toBeUndefined();
    expect(report.problems[0]).toMatchObject({ code: 'E104', pointer: '/budget/cost/amount' });
  });

  test('reports problems of every kind at once, errors before warnings', () => {
    const flow = JSON.parse(text) as {
      nodes: Record<string, unknown>;
      edges: unknown[];
      agents: Record<string, Record<string, unknown>>;
    };
    flow.nodes['lost'] = { kind: 'agent', agent: 'nobody', promt: 'x' };
    flow.agents['triager'] = { ...flow.agents['triager'], model: 7 };
    expect(codes(flow)).toEqual([
      'E104 /agents/triager/model',
      'E102 /nodes/lost/promt',
      'E206 /nodes/lost',
      'E203 /nodes/lost',
      'E301 /nodes/lost/agent',
      'W403 /nodes/pay',
      'W405 /nodes/review',
    ]);
    expect(validateFlow(flow, libs).requirements).toBeUndefined();
  });

  test('a broken part costs one problem, not a row of followers', () => {
    const flow = JSON.parse(text) as {
      nodes: Record<string, unknown>;
      tools: Record<string, unknown>;
      edges: unknown[];
    };
    flow.nodes['resolve'] = { kind: 'agnet', agent: 'resolver' };
    flow.tools['refund'] = { kind: 'http' };
    flow.edges[0] = 'odd';
    const found = validateFlow(flow, libs).problems.filter((problem) => problem.severity === 'error');
    expect(new Set(found.map((problem) => problem.code))).toEqual(new Set(['E103', 'E104', 'E105']));
  });

  test('keys that would reach a prototype are refused', () => {
    const report = validateText(
      text.replace('"start":{"x"', '"__proto__":{"x"').replace('"input"', '"__proto__":1,"input"'),
      libs,
    );
    expect(
      report.problems.filter((problem) => problem.code === 'E106').map((problem) => problem.pointer),
    ).toContain('/__proto__');
    expect(report.valid).toBe(false);
  });
});

test('every error names its place and says a whole sentence', () => {
  for (const problem of problemsOf(
    edit(acting(), { '/nodes/a/agent': 'q', '/nodes/a/reads': ['x'], '/edges/0/to': 'z' }),
  )) {
    expect(problem.message).toMatch(/^["A-Z“].*[.?]$/);
    expect(problem.pointer).toMatch(/^\//);
  }
});
