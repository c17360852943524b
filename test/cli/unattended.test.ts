/** What happens around a run nobody sits at: late and wrong decisions, injected faults, lists of answers, closed pipes. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { buildBaton, FLOWS, Place } from './baton';

const place = new Place();
beforeAll(buildBaton, 120_000);
afterAll(() => place.end());

const fixture = (name: string): string => path.join(FLOWS, `${name}.json`);
const spend = [fixture('approve'), '--input', '{"amount":5}'];

describe('decisions', () => {
  test('a task of a run that has ended is closed, not unknown', async () => {
    const answers = place.write('yes.json', { approve: { choice: 'approved' } });
    await place.baton('run', ...spend, '--answers', answers, '--run-id', 'done');
    const again = await place.baton('decide', 'done', 'approve', '--choice', 'approved', '--json');
    expect([again.code, again.json()]).toMatchObject([2, { error: { code: 'task/closed' } }]);
  }, 30_000);

  test('one that cannot be used is refused also while another process owns the database', async () => {
    let others: Promise<readonly { code: number | null; stdout: string }[]> | undefined;
    const wrong = async (): Promise<{ code: number | null; stdout: string }[]> => {
      const words = ['decide', 'own', 'approve', '--db', 'own.db', '--json', '--choice'];
      const bad = [
        await place.baton(...words, 'perhaps'),
        await place.baton(...words, 'approved', '--values', '{"amount":-1}'),
      ];
      await place.baton(...words, 'approved');
      return bad;
    };
    const listen = (said: string): boolean => {
      if (said.includes('human.asked')) others ??= wrong();
      return false;
    };
    const words = ['run', ...spend, '--run-id', 'own', '--db', 'own.db', '--wait', '--json'];
    const run = await place.batonWith({ interruptWhen: listen }, ...words);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    for (const { code, stdout } of (await others) ?? [])
      expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'task/invalid-values' } }]);
  }, 30_000);
});

describe('answers', () => {
  test('values that do not fit the form are refused before anything is started', async () => {
    const answers = place.write('bad.json', { approve: { choice: 'approved', values: { amount: 'much' } } });
    const { code, json } = await place.baton('run', ...spend, '--answers', answers, '--db', 'a.db', '--json');
    expect([code, json()]).toMatchObject([2, { error: { code: 'answers/invalid' } }]);
    expect((await place.baton('runs', '--db', 'a.db', '--json')).stdout).not.toContain('runId');
  }, 30_000);

  test('a list of answers objects is used one by one', async () => {
    const answers = place.write('list.json', [{ approve: { choice: 'approved', values: { amount: 2 } } }]);
    const { code, stdout } = await place.baton('run', ...spend, '--answers', answers);
    expect([code, JSON.parse(stdout)]).toEqual([0, { paid: 2 }]);
  });

  test('of a fork answer what was asked in the part it inherits', async () => {
    const asked = (await place.baton('run', ...spend, '--run-id', 'asked', '--json')).lines();
    const last = String(asked.at(-2)?.['seq']);
    const answers = place.write('four.json', { approve: { choice: 'approved', values: { amount: 4 } } });
    const { code, stdout } = await place.baton('fork', 'asked', '--at', last, '--answers', answers);
    expect([code, JSON.parse(stdout)]).toEqual([0, { paid: 4 }]);
  }, 30_000);
});

describe('faults', () => {
  test('a crash after the effect happens after it, and what was committed had been told', async () => {
    const flow = place.write('touch.json', touching());
    const faults = place.write('after.json', {
      faults: [{ node: 'put', attempt: 1, kind: 'crash', when: 'after' }],
    });
    const words = ['run', flow, '--trust', '--run-id', 'c1', '--faults', faults, '--json'];
    const { code, lines } = await place.baton(...words);
    expect([code, fs.existsSync(place.path('box/note.txt'))]).toEqual([70, true]);
    expect(lines().map((line) => line['type'])).toContain('tool.started');
    expect((await place.baton('resume', 'c1')).code).toBe(0);
  }, 30_000);

  test('a slow call is still made', async () => {
    fs.rmSync(place.path('box/note.txt'), { force: true });
    const flow = place.write('touch.json', touching());
    const faults = place.write('slow.json', {
      faults: [{ node: 'put', attempt: 1, kind: 'slow', latency: 'PT0.05S' }],
    });
    const { code } = await place.baton('run', flow, '--trust', '--faults', faults);
    expect([code, fs.existsSync(place.path('box/note.txt'))]).toEqual([0, true]);
  }, 30_000);

  test('a person can be made to reject in a real run too', async () => {
    const faults = place.write('no.json', { faults: [{ node: 'approve', attempt: 1, kind: 'rejected' }] });
    const { code, stdout } = await place.baton('run', ...spend, '--faults', faults);
    expect([code, JSON.parse(stdout)]).toEqual([1, { paid: 0 }]);
  });

  test('one that can never happen at its node is refused', async () => {
    for (const [node, kind] of [
      ['approve', 'timeout'],
      ['paid', 'error'],
      ['pay', 'expired'],
    ]) {
      const faults = place.write('never.json', { faults: [{ node, attempt: 1, kind }] });
      const { code, json } = await place.baton('run', ...spend, '--faults', faults, '--json');
      expect([code, json()]).toMatchObject([2, { error: { code: 'faults/invalid' } }]);
    }
  }, 30_000);
});

test('the tests of all templates pass as the command plays them, faults in steps of a plan included', async () => {
  const { code, stdout } = await place.baton('test', inRoot('resources/templates'), '--json');
  const { failed, cases } = JSON.parse(stdout) as { failed: number; cases: { ok: boolean; name: string }[] };
  expect([code, failed, cases.filter((each) => !each.ok)]).toEqual([0, 0, []]);
}, 60_000);

describe('a kind this engine lacks', () => {
  test('is refused before anything is started, naming the nodes', async () => {
    const flow = place.flow('greet', (greet) => {
      const nodes = greet['nodes'] as Record<string, unknown>;
      nodes['compose'] = { kind: 'quantum' };
    });
    for (const words of [['run', '--db', 'k.db'], ['run', '--rehearse'], ['simulate']]) {
      const [name = '', ...rest] = words;
      const { code, json } = await place.baton(name, flow, ...rest, '--json');
      expect([code, json()]).toMatchObject([
        1,
        { error: { code: 'flow/unsupported-kind', details: { nodes: ['compose'] } } },
      ]);
    }
    expect(fs.existsSync(place.path('k.db'))).toBe(false);
  }, 30_000);
});

describe('records', () => {
  test('a replay sees a fact that was changed although everything still follows from it', async () => {
    await place.baton('run', fixture('greet'), '--input', '{"name":"Ann"}', '--run-id', 't1', '--db', 't.db');
    const db = new Database(place.path('t.db'));
    db.exec(`UPDATE events SET at = at - 5000 WHERE id IN (SELECT min(id) FROM events)`);
    db.close();
    const { code, json } = await place.baton('replay', 't1', '--db', 't.db', '--json');
    expect([code, json()]).toMatchObject([
      1,
      {
        verdict: 'different',
        firstDifference: {
          seq: 1,
          recorded: { hash: expect.any(String) },
          derived: { hash: expect.any(String) },
        },
      },
    ]);
    expect((await place.baton('replay', 't1', '--db', 't.db')).stdout).toContain('is not what was recorded');
  }, 30_000);

  test('a run answered by a cassette says that it is a replay', async () => {
    const words = ['run', fixture('draft'), '--input', '{"ticket":"The invoice is wrong"}', '--json'];
    await place.baton(...words, '--record', 'tape.jsonl');
    const [first] = (await place.baton(...words, '--replay', 'tape.jsonl')).lines();
    expect(first).toMatchObject({ type: 'run.started', data: { mode: 'replay' } });
  }, 30_000);

  test('a cassette and the events of a run hold no sensitive value, from its input on', async () => {
    const canary = 'ZEBRA-4711';
    const flow = place.write('known.json', keeping());
    const words = ['run', flow, '--input', JSON.stringify({ card: canary }), '--json'];
    const recorded = await place.baton(...words, '--record', 'known.jsonl');
    expect([recorded.code, recorded.stdout.includes(canary)]).toEqual([0, false]);
    expect(place.read('known.jsonl')).toContain('[masked]');
    expect(place.read('known.jsonl')).not.toContain(canary);
    const played = await place.baton(...words, '--replay', 'known.jsonl');
    expect([played.code, played.stdout.includes(canary)]).toEqual([0, false]);
  }, 30_000);

  test('a run whose reader went away goes on to its end', async () => {
    const words = [inRoot('dist/test-cli', 'baton.mjs'), 'run', ...spend, '--run-id', 'deaf', '--json'];
    const answers = ['--answers', place.write('deaf.json', { approve: { choice: 'approved' } })];
    const child = spawn(process.execPath, [...words, ...answers], {
      cwd: place.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    const code = await new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    });
    expect([code, stderr]).toEqual([0, '']);
    const { runs } = (await place.baton('runs', '--status', 'completed', '--json')).json();
    expect((runs as { runId: string }[]).map((run) => run.runId)).toContain('deaf');
  }, 30_000);
});

/** Writes a file: an effect one can see from outside. */
function touching(): Record<string, unknown> {
  fs.mkdirSync(place.path('box'), { recursive: true });
  return {
    format: 'baton.flow/1',
    id: 'touch',
    name: 'Touch',
    version: '1.0.0',
    tools: {
      put: {
        description: 'Writes a file',
        input: { type: 'object' },
        effect: 'idempotent',
        kind: 'file',
        folder: 'box',
        do: 'write',
      },
    },
    nodes: {
      start: { kind: 'start' },
      put: { kind: 'tool', tool: 'put', args: { path: 'note.txt', text: 'here' } },
      done: { kind: 'end' },
    },
    edges: [
      { from: 'put', port: 'next', to: 'done' },
      { from: 'start', port: 'next', to: 'put' },
    ],
  };
}

/** What comes in ends in a sensitive field, and a tool is given it. */
function keeping(): Record<string, unknown> {
  return {
    format: 'baton.flow/1',
    id: 'keeping',
    name: 'Keeping',
    version: '1.0.0',
    input: { type: 'object', properties: { card: { type: 'string' } } },
    context: { card: { schema: { type: 'string' }, merge: 'replace', sensitive: true } },
    tools: {
      check: {
        description: 'Looks at the card',
        input: { type: 'object' },
        effect: 'read',
        kind: 'code',
        source: 'return { seen: args.card };',
      },
    },
    nodes: {
      start: { kind: 'start' },
      keep: { kind: 'transform', output: { kept: true }, writes: { card: 'input.card' } },
      check: { kind: 'tool', tool: 'check', reads: ['card'], args: { card: { $: 'context.card' } } },
      done: { kind: 'end', output: { ok: true } },
    },
    edges: [
      { from: 'check', port: 'next', to: 'done' },
      { from: 'keep', port: 'next', to: 'check' },
      { from: 'start', port: 'next', to: 'keep' },
    ],
  };
}

test('a test whose run ended otherwise tells the state as it is, and apart from it why', async () => {
  const greet = JSON.parse(fs.readFileSync(fixture('greet'), 'utf8')) as { nodes: object };
  const compose = { kind: 'transform', output: { greeting: { $: "$error('no')" } } };
  const tests = [{ name: 'greets', expect: {} }];
  const file = place.write('wrong.json', { ...greet, nodes: { ...greet.nodes, compose }, tests });
  expect((await place.baton('test', file, '--json')).json()).toMatchObject({
    cases: [
      {
        differences: [
          { pointer: '/status', expected: 'completed', actual: 'failed' },
          { pointer: '/error', expected: null, actual: 'no' },
        ],
      },
    ],
  });
});
