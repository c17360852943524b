import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkLimits, LIMITS } from '../../../../shared/spec/limits';
import { loadFlow } from '../../../../shared/spec/load';
import type { SpecMigration } from '../../../../shared/spec/migrations/registry';

const bytes = readFileSync('test/fixtures/flows/v1/support-triage.json');
const example = JSON.parse(bytes.toString('utf8')) as unknown;
const codes = (source: string | Uint8Array) =>
  loadFlow(source).problems.map((problem) => `${problem.code} ${problem.pointer}`);

describe('loadFlow', () => {
  test('gives the document as it stands in the file', () => {
    expect(loadFlow(bytes)).toEqual({ document: example, problems: [], migrations: [] });
    expect(loadFlow(bytes.toString('utf8')).document).toEqual(example);
  });

  test('drops a byte order mark', () => {
    expect(loadFlow(new Uint8Array([0xef, 0xbb, 0xbf, ...Buffer.from('{"a":"é"}')])).document).toEqual({
      a: 'é',
    });
    expect(loadFlow('\ufeff{}').document).toEqual({});
  });

  test('keeps unknown kinds, keys and extensions', () => {
    const text = '{"zeta":1,"nodes":{"n":{"kind":"teleport"}},"extensions":{"__proto__":{"a":1}}}';
    expect(JSON.stringify(loadFlow(text).document)).toBe(text);
    expect(loadFlow(text).problems).toEqual([]);
  });

  test('a repeated key is refused: a whole node would be lost without a word', () => {
    const loaded = loadFlow('{\n"nodes":{"a/b":{"kind":"start"},\n"a\\u002fb":{"kind":"end"}}}');
    expect(loaded.document).toBeUndefined();
    expect(loaded.refusal).toMatchObject({ code: 'spec/invalid', details: { problem: 'E211' } });
    expect(loaded.problems).toEqual([
      {
        code: 'E211',
        severity: 'error',
        pointer: '/nodes/a~1b',
        message:
          '"a/b" stands twice in the same object, the second time in line 3; only the last would count. Give one of them another name, or remove it.',
      },
    ]);
  });

  test('other encodings are refused and named', () => {
    const utf16 = loadFlow(new Uint8Array([0xff, 0xfe, 0x7b, 0x00]));
    expect(utf16.refusal?.message).toBe(
      'The file is not UTF-8 (it is UTF-16). Save it as UTF-8 and open it again.',
    );
    expect(loadFlow(new Uint8Array([0xfe, 0xff])).refusal?.message).toContain('UTF-16');
    const latin1 = loadFlow(Buffer.from('{"a":"\u00e9"}', 'latin1'));
    expect(latin1.problems[0]?.message).toBe(
      'The file is not UTF-8 (byte 7 does not fit). Save it as UTF-8 and open it again.',
    );
    expect(latin1.problems[0]?.code).toBe('E101');
  });

  test('a fault in the text is told with its line and column', () => {
    const loaded = loadFlow('{\n  "a": 1,\n}');
    expect(loaded.problems).toEqual([
      {
        code: 'E101',
        severity: 'error',
        pointer: '',
        message: 'The file is not JSON: line 3, column 1: there is a comma too many before "}".',
      },
    ]);
    expect(loaded.refusal).toEqual({
      code: 'spec/invalid',
      message: loaded.problems[0]?.message,
      details: { problem: 'E101' },
    });
    expect(loaded.document).toBeUndefined();
  });

  test('something else than an object is refused', () => {
    for (const text of ['[]', '3', 'null', '"x"']) expect(codes(text)).toEqual(['E104 ']);
  });

  test('a newer format is refused as from the future', () => {
    const loaded = loadFlow('{"format":"baton.flow/2"}');
    expect(loaded.refusal?.code).toBe('spec/from-future');
    expect(loaded.problems[0]).toMatchObject({ code: 'E108', pointer: '/format' });
    expect(loaded.document).toBeUndefined();
  });

  test('a format of another kind and one too old are refused', () => {
    expect(loadFlow('{"format":"other/1"}').refusal?.code).toBe('spec/invalid');
    expect(codes('{"format":"baton.flow/01"}')).toEqual(['E108 /format']);
    expect(codes('{"format":"baton.flow/0"}')).toEqual(['E108 /format']);
  });

  test('a missing format is left to the shape check', () =>
    expect(loadFlow('{"format":5}').problems).toEqual([]));

  test('an older format is brought up step by step', () => {
    const step: SpecMigration = {
      to: 1,
      title: 'Give it a name',
      up: (document) => ({ ...document, name: 'x' }),
    };
    expect(loadFlow('{"format":"baton.flow/0","id":"a"}', [step])).toEqual({
      document: { format: 'baton.flow/1', id: 'a', name: 'x' },
      problems: [],
      migrations: ['Give it a name'],
    });
  });

  test('a file over five MiB is refused, as text and as bytes', () => {
    const large = `"${'x'.repeat(LIMITS.sizeBytes)}"`;
    expect(codes(large)).toEqual(['E107 ']);
    expect(codes(Buffer.from(large))).toEqual(['E107 ']);
    expect(codes(`"${'é'.repeat(LIMITS.sizeBytes / 2)}"`)).toEqual(['E107 ']);
    expect(codes(`"${'x'.repeat(LIMITS.sizeBytes - 2)}"`)).toEqual(['E104 ']);
  });

  test('deep nesting is refused before anything recursive sees it', () => {
    const depth = 1_000_000;
    expect(codes(`${'['.repeat(depth)}${']'.repeat(depth)}`)[0]).toMatch(/^E107 (\/0){128}$/);
    expect(codes('['.repeat(3_000_000))).toEqual(['E101 ']);
    expect(codes(`{"a":${'{"b":'.repeat(200)}1${'}'.repeat(201)}`)[0]).toMatch(/^E107 \/a\/b/);
  });

  test('more than 5,000 nodes are refused, wherever they are', () => {
    const nodes = (count: number, prefix: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, { kind: 'wait' }]));
    const body = { nodes: nodes(2_000, 'b'), edges: [] };
    const flow = { nodes: { ...nodes(2_999, 'a'), m: { kind: 'map', body } }, edges: [] };
    expect(loadFlow(JSON.stringify(flow)).problems).toEqual([]);
    const larger = { ...flow, subflows: { s: { nodes: nodes(1, 'c') } } };
    expect(loadFlow(JSON.stringify(larger)).problems).toEqual([
      {
        code: 'E107',
        severity: 'error',
        pointer: '/nodes',
        message: 'The flow has 5001 nodes; 5000 are the most. Split it into several flows.',
      },
    ]);
  });

  test('a number that reads as infinity is told, because null would be saved', () => {
    expect(codes('{"nodes":{"a":{"output":[1e999,1e308]}},"x":-1e400}').sort()).toEqual([
      'E104 /nodes/a/output/0',
      'E104 /x',
    ]);
  });

  test('a key called __proto__ is a bad id outside extensions', () => {
    expect(codes('{"nodes":{"__proto__":{}},"extensions":{"a":{"__proto__":1}}}')).toEqual([
      'E106 /nodes/__proto__',
    ]);
    expect(codes('{"x":[{"__proto__":1}]}')).toEqual(['E106 /x/0/__proto__']);
  });
});

test('a value in memory that spreads without end is refused', () => {
  let wide: unknown = 0;
  for (let i = 0; i < 3; i++) wide = Array.from({ length: 2_000 }, () => wide);
  expect(checkLimits(wide)).toEqual({
    refused: true,
    problems: [
      {
        code: 'E107',
        severity: 'error',
        pointer: '',
        message: 'The document has more than 3,000,000 values.',
      },
    ],
  });
});
