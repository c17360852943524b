import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildBaton, FLOWS, Place } from './baton';

// Each test starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 30_000 });
const place = new Place();
beforeAll(buildBaton, 120_000);
afterAll(() => place.end());

const fixture = (name: string): string => path.join(FLOWS, `${name}.json`);

describe('help and usage', () => {
  test('without a command it says how it is used and ends with 2', async () => {
    const { code, stdout, stderr } = await place.baton();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: baton <command>');
  });

  test('--help lists every command, and every command has help with an example', async () => {
    const { code, stdout } = await place.baton('--help');
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1] as string);
    expect(names).toContain('simulate');
    for (const name of names) {
      const help = await place.baton(name, '--help');
      expect([help.code, help.stdout.includes(`\nExample:\n  baton ${name}`)]).toEqual([0, true]);
    }
  }, 60_000);

  test('--version prints the version', async () => {
    expect((await place.baton('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('a mistyped command or option is told with what was meant', async () => {
    const command = await place.baton('valdate', 'x.json');
    expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('Did you mean validate?')]);
    const option = await place.baton('run', 'x.json', '--inptu', '1');
    expect([option.code, option.stderr]).toEqual([2, expect.stringContaining('Did you mean --input?')]);
  });

  test('with --json a usage fault is JSON too', async () => {
    const { code, stdout, json } = await place.baton('runs', '--json', '--statsu', 'x');
    expect([code, stdout.endsWith('}\n')]).toEqual([2, true]);
    expect(json()).toEqual({
      error: {
        code: 'usage/wrong',
        message: 'baton runs has no option --statsu. Did you mean --status?',
        details: {},
        hint: 'See: baton runs --help',
      },
    });
  });

  test('missing and superfluous words are told', async () => {
    expect((await place.baton('validate')).stderr).toContain('baton validate needs <flow.json>.');
    expect((await place.baton('validate', 'a', 'b')).stderr).toContain('does not know what to do with "b"');
  });

  test('nothing is coloured when it is not a terminal', async () => {
    const { stdout, stderr } = await place.batonWith(
      { env: { FORCE_COLOR: '1' } },
      'validate',
      fixture('broken'),
    );
    expect(stdout + stderr).not.toContain('\u001b');
  });
});

describe('validate', () => {
  test('a valid flow ends with 0 and gives its hashes and needs', async () => {
    const { code, json } = await place.baton('validate', fixture('wants'), '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      valid: true,
      semanticHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      interfaceHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      requirements: { folders: [{ path: 'out', access: 'write' }], secrets: [], hosts: [] },
    });
  });

  test('every problem is given at once, with pointer, code, sentence and fix', async () => {
    const { code, json } = await place.baton('validate', fixture('broken'), '--json');
    expect(code).toBe(1);
    const { valid, problems } = json() as { valid: boolean; problems: Record<string, unknown>[] };
    expect(valid).toBe(false);
    expect(problems.map((problem) => [problem['code'], problem['severity'], problem['pointer']])).toEqual([
      ['E103', 'error', '/nodes/compose/kind'],
      ['E205', 'error', '/edges/0/to'],
    ]);
    expect(problems[0]?.['fix']).toMatchObject({ title: 'Change it to "transform"' });
  });

  test('people get the same as text', async () => {
    const { code, stdout } = await place.baton('validate', fixture('broken'));
    expect(code).toBe(1);
    expect(stdout).toContain('✗ error  E103  /nodes/compose/kind');
    expect(stdout).toContain('2 errors, 0 warnings');
  });

  test('text that is no JSON is invalid, a file that is not there is unreadable', async () => {
    const bad = await place.baton('validate', place.write('bad.json', '{ "format": '), '--json');
    expect([bad.code, bad.json()]).toEqual([1, expect.objectContaining({ valid: false })]);
    const missing = await place.baton('validate', 'nothing.json', '--json');
    expect([missing.code, missing.json()]).toMatchObject([
      2,
      { error: { code: 'file/unreadable', message: expect.stringContaining('there is no such file') } },
    ]);
    expect((await place.baton('validate', '.')).stderr).toContain('it is a folder');
  });

  test('a newer format is refused with a clear sentence', async () => {
    const newer = place.write('newer.json', {
      ...JSON.parse(fs.readFileSync(fixture('greet'), 'utf8')),
      format: 'baton.flow/9',
    });
    expect((await place.baton('validate', newer)).code).toBe(1);
    const run = await place.baton('run', newer, '--json');
    expect([run.code, run.json()]).toMatchObject([2, { error: { code: 'spec/from-future' } }]);
  });

  test('a flow can come by standard input', async () => {
    const { code } = await place.batonWith(
      { stdin: fs.readFileSync(fixture('greet'), 'utf8') },
      'validate',
      '-',
    );
    expect(code).toBe(0);
  });
});

describe('lint', () => {
  test('gives a score per area, findings and where each failure ends', async () => {
    const { code, json } = await place.baton('lint', fixture('approve'), '--json');
    expect(code).toBe(0);
    const report = json() as {
      score: number;
      areas: Record<string, number>;
      findings: Record<string, unknown>[];
      failureModes: Record<string, unknown>[];
    };
    expect(report.score).toBeGreaterThan(0);
    expect(Object.keys(report.areas)).toEqual([
      'failures',
      'contracts',
      'limits',
      'effects',
      'quality',
      'people',
      'tests',
      'documentation',
    ]);
    expect(report.findings[0]).toMatchObject({ area: 'failures', code: 'W461', node: 'reserve' });
    expect(report.failureModes).toContainEqual({
      node: 'approve',
      kind: 'rejected',
      retries: 0,
      models: [],
      ends: 'port',
      to: 'refused',
      through: [],
      handled: true,
      sentence: 'Goes on with “refused”.',
    });
  });

  test('a score under the bar ends with 1', async () => {
    expect((await place.baton('lint', fixture('orders'), '--fail-under', '99')).code).toBe(1);
    expect((await place.baton('lint', fixture('orders'), '--fail-under', '1')).code).toBe(0);
    expect((await place.baton('lint', fixture('orders'), '--fail-under', 'high')).stderr).toContain(
      'whole number',
    );
    expect(await place.baton('lint', fixture('orders'), '--fail-under', '101')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('0 to 100'),
    });
  });
});

describe('fmt and diff', () => {
  test('fmt writes the canonical form and leaves the same bytes the second time', async () => {
    const file = place.flow('greet');
    expect((await place.baton('fmt', file, '--check')).code).toBe(1);
    expect((await place.baton('fmt', file, '--json')).json()).toEqual({ file, changed: true });
    const once = place.read('greet.json');
    expect((await place.baton('fmt', file)).code).toBe(0);
    expect(place.read('greet.json')).toBe(once);
    expect((await place.baton('fmt', file, '--check', '--json')).json()).toEqual({ file, canonical: true });
    expect((await place.baton('fmt', file, '-o', '-')).stdout).toBe(once);
  });

  test('fmt keeps unknown kinds and extensions', async () => {
    const file = place.flow('greet', (flow) => {
      (flow['nodes'] as Record<string, unknown>)['odd'] = { kind: 'dream', depth: 3 };
      flow['extensions'] = { mine: [1] };
    });
    await place.baton('fmt', file);
    expect(JSON.parse(place.read('greet.json'))).toMatchObject({
      nodes: { odd: { kind: 'dream', depth: 3 } },
      extensions: { mine: [1] },
    });
  });

  test('diff finds what changed in meaning and nothing else', async () => {
    const before = fixture('greet');
    const moved = place.flow('greet', (flow) => {
      flow['layout'] = { nodes: { start: { x: 1, y: 2 } } };
    });
    const same = await place.baton('diff', before, moved, '--json');
    expect([same.code, same.json()]).toEqual([0, { equal: true, changes: [] }]);
    const edited = place.flow('greet', (flow) => {
      (flow['nodes'] as Record<string, { output?: unknown }>)['compose'] = {
        kind: 'transform',
        output: { text: 'Hi' },
      } as never;
    });
    const other = await place.baton('diff', before, edited, '--json');
    expect([other.code, other.json()]).toEqual([
      1,
      {
        equal: false,
        changes: [
          {
            pointer: '/nodes/compose/output/text',
            op: 'replace',
            before: { $: "'Hello ' & input.name" },
            after: 'Hi',
          },
        ],
      },
    ]);
    expect((await place.baton('diff', before, edited)).stdout).toContain(
      '~ changed  /nodes/compose/output/text',
    );
  });

  test('both refuse what is no flow', async () => {
    const bad = place.write('bad.json', 'nonsense');
    expect((await place.baton('fmt', bad)).code).toBe(2);
    expect((await place.baton('diff', bad, bad)).code).toBe(2);
  });
});

describe('schema', () => {
  test('prints the JSON Schema of flows, bundles and event lines', async () => {
    for (const [name, id] of [
      ['flow', 'urn:baton:schema:flow:1'],
      ['bundle', 'urn:baton:schema:bundle:1'],
      ['event', 'urn:baton:schema:event:1'],
    ] as const) {
      const { code, json } = await place.baton('schema', name);
      expect([code, json()['$id'], json()['$schema']]).toEqual([
        0,
        id,
        'https://json-schema.org/draft/2020-12/schema',
      ]);
    }
  });

  test('an unknown one is refused with a guess', async () => {
    expect((await place.baton('schema', 'flwo')).stderr).toContain('Did you mean flow?');
  });
});

describe('export and import of a flow', () => {
  test('a bundle holds the flow, its schema and a document, each with its hash, and imports again', async () => {
    const out = await place.baton('export', fixture('greet'), '--to', 'bundle', '--json');
    expect([out.code, out.json()]).toEqual([0, { files: ['greet.baton.zip'], losses: [] }]);
    const back = await place.baton('import', 'greet.baton.zip', '-o', 'back.json', '--json');
    expect([back.code, back.json()]).toMatchObject([
      0,
      { file: 'back.json', report: [{ path: 'flow.schema.json' }, { path: 'README.md' }] },
    ]);
    expect((await place.baton('diff', fixture('greet'), 'back.json')).code).toBe(0);
    expect((await place.baton('test', 'greet.baton.zip')).code).toBe(0);
  });

  test('a document and a picture can be printed', async () => {
    expect((await place.baton('export', fixture('approve'), '--to', 'markdown', '-o', '-')).stdout).toContain(
      '## What happens when something fails',
    );
    expect((await place.baton('export', fixture('approve'), '--to', 'mermaid', '-o', '-')).stdout).toMatch(
      /^flowchart LR\n/,
    );
  });

  test('an unknown target is refused with what there is', async () => {
    const { code, stderr } = await place.baton('export', fixture('greet'), '--to', 'markdwon');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('Did you mean markdown? It can be: json, bundle, markdown, mermaid.'),
    ]);
    expect((await place.baton('export', fixture('greet'))).stderr).toContain('Give --to');
  });

  test('a damaged bundle is refused', async () => {
    fs.writeFileSync(
      place.path('cut.baton.zip'),
      fs.readFileSync(place.path('greet.baton.zip')).subarray(0, 200),
    );
    for (const command of ['import', 'test']) {
      const { code, stderr } = await place.baton(command, 'cut.baton.zip');
      expect([code, stderr]).toEqual([2, expect.stringContaining('This bundle cannot be used')]);
    }
    const folder = await place.baton('test', '.'); // there it is one case of many
    expect([folder.code, folder.stdout]).toEqual([1, expect.stringContaining('This bundle cannot be used')]);
  });

  test('importing says what is still wrong', async () => {
    const { json } = await place.baton('import', fixture('broken'), '-o', 'kept.json', '--json');
    expect(json()).toMatchObject({ report: [{ what: '2 errors' }] });
    expect((await place.baton('import', fixture('greet'), '--from', 'bundle')).stderr).toContain(
      'is not a bundle',
    );
    expect((await place.baton('import', fixture('greet'), '--from', 'bundel')).stderr).toContain(
      'Did you mean bundle?',
    );
  });
});
