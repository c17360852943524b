import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBaton, FLOWS, Place } from './baton';

const place = new Place();
beforeAll(buildBaton, 120_000);
afterAll(() => place.end());

const fixture = (name: string): string => path.join(FLOWS, `${name}.json`);
const NOTHING_USED = {
  retries: 0,
  turns: 0,
  tokens: { in: 0, out: 0 },
  cost: { amount: 0, currency: 'USD', known: true },
  handoffs: 0,
};

describe('run', () => {
  test('prints the output on stdout and what happens on stderr', async () => {
    const { code, stdout, stderr } = await place.baton('run', fixture('greet'), '--input', '{"name":"Ann"}');
    expect([code, JSON.parse(stdout)]).toEqual([0, { greeting: 'Hello Ann' }]);
    expect(stderr).toContain('✓ done  Compose');
    expect(stderr).toContain('✓ completed');
  });

  test('--json prints one event a line and last the result', async () => {
    const { code, lines } = await place.baton(
      'run',
      fixture('greet'),
      '--input',
      '{"name":"Ann"}',
      '--json',
      '--run-id',
      'j1',
    );
    const all = lines();
    expect(code).toBe(0);
    expect(all.slice(0, -1).map((line) => line['seq'])).toEqual(
      all.slice(0, -1).map((_, index) => index + 1),
    );
    expect(all[0]).toMatchObject({
      seq: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/),
      type: 'run.started',
      runId: 'j1',
      data: { mode: 'live' },
    });
    expect(all.at(-1)).toEqual({
      type: 'result',
      runId: 'j1',
      status: 'completed',
      output: { greeting: 'Hello Ann' },
      waiting: [],
      usage: { steps: 1, attempts: 0, durationMs: expect.any(Number), ...NOTHING_USED },
      path: ['compose', 'done'],
      deadLetters: [],
      notUndone: [],
    });
  });

  test('the input can be a file', async () => {
    const input = place.write('input.json', { name: 'Bo' });
    expect((await place.baton('run', fixture('greet'), '--input', input)).stdout).toContain('Hello Bo');
  });

  test('an invalid flow or input ends with 1 and starts nothing', async () => {
    const flow = await place.baton('run', fixture('broken'), '--json', '--db', 'none.db');
    expect([flow.code, flow.json()]).toMatchObject([
      1,
      { error: { code: 'spec/invalid', details: { problems: [{ code: 'E103' }, { code: 'E205' }] } } },
    ]);
    const input = await place.baton(
      'run',
      fixture('greet'),
      '--input',
      '{"name":7}',
      '--json',
      '--db',
      'runs.db',
    );
    expect([input.code, input.json()]).toMatchObject([1, { error: { code: 'input/invalid' } }]);
    expect((await place.baton('runs', '--db', 'runs.db', '--json')).json()).toEqual({ runs: [] });
  });

  test('wrong options end with 2 and say what is wrong', async () => {
    const wrong: [string[], string][] = [
      [['--input', '{"name":'], 'the value of --input is not JSON (line 1, column'],
      [['--input', 'nothing.json'], 'there is no such file'],
      [['--seed', 'x'], '--seed must be a whole number'],
      [['--run-id', '../x'], '--run-id must begin with a letter or digit'],
      [['--model', 'reader'], '--model must be name=provider:model'],
      [['--model', 'reader=openai:gpt'], 'The flow has no model named "reader"'],
      [['--rehearse', '--record', 'x'], '--rehearse and --record cannot be used together'],
      [['--rehearse', '--wait'], '--wait has no meaning in a rehearsal'],
      [
        ['--answers', place.write('answers.json', { approve: { chioce: 'x' } })],
        'is not an answers file at /approve',
      ],
      [
        ['--faults', place.write('faults.json', { faults: [{ node: 'x', attempt: 1, kind: 'flood' }] })],
        'is not a faults file',
      ],
      [
        ['--replay', place.write('tape.jsonl', '{"type":"model"}\n')],
        'Line 1 of the cassette cannot be used',
      ],
      [['--db', 'no/such/folder/runs.db'], 'does not exist'],
    ];
    for (const [words, sentence] of wrong) {
      const input = words.includes('--input') ? [] : ['--input', '{"name":"Ann"}'];
      const { code, stderr } = await place.baton('run', fixture('greet'), ...input, ...words);
      expect([words.join(' '), code, stderr]).toEqual([
        words.join(' '),
        2,
        expect.stringContaining(sentence),
      ]);
    }
  }, 60_000);

  test('a run that fails ends with 1 and names the error', async () => {
    const { code, lines } = await place.baton(
      'run',
      fixture('orders'),
      '--input',
      '{"amounts":[1,-2]}',
      '--json',
    );
    expect([code, lines().at(-1)]).toMatchObject([
      1,
      { status: 'failed', error: { kind: 'error', code: 'code/failed', node: 'each' }, path: ['each'] },
    ]);
  });

  test('the same run id is not used twice', async () => {
    await place.baton('run', fixture('greet'), '--input', '{"name":"Ann"}', '--run-id', 'once');
    const again = await place.baton('run', fixture('greet'), '--input', '{"name":"Ann"}', '--run-id', 'once');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('once')]);
  });
});

describe('people', () => {
  test('a run that only waits for people ends with 3; a decision is recorded; resume goes on', async () => {
    const run = await place.baton(
      'run',
      fixture('approve'),
      '--input',
      '{"amount":5}',
      '--run-id',
      'w1',
      '--json',
    );
    expect([run.code, run.lines().at(-1)]).toMatchObject([
      3,
      {
        status: 'waiting',
        waiting: [
          {
            task: 'approve',
            runId: 'w1',
            step: 'approve',
            node: 'approve',
            type: 'checkpoint',
            title: 'Spend 5?',
            proposed: { amount: 5 },
            choices: [{ port: 'approved' }, { port: 'rejected' }],
            askedAt: expect.stringMatching(/Z$/),
            deadlineAt: expect.stringMatching(/Z$/),
          },
        ],
      },
    ]);
    expect((await place.baton('decide', 'w1', '--json')).json()).toMatchObject({
      tasks: [{ task: 'approve', title: 'Spend 5?' }],
    });
    const decided = await place.baton(
      'decide',
      'w1',
      'approve',
      '--choice',
      'approved',
      '--values',
      '{"amount":4}',
      '--by',
      'ann',
      '--json',
    );
    expect([decided.code, decided.json()]).toEqual([
      0,
      {
        runId: 'w1',
        task: 'approve',
        choice: 'approved',
        values: { amount: 4 },
        by: 'ann',
        at: expect.stringMatching(/Z$/),
      },
    ]);
    // It is recorded, and nothing has happened yet.
    expect((await place.baton('replay', 'w1', '--json')).json()).toMatchObject({
      verdict: 'identical',
      firstDifference: null,
    });
    expect((await place.baton('trace', 'w1', '--json')).json()).toMatchObject({ run: { waiting: 0 } });
    const resumed = await place.baton('resume', 'w1', '--json');
    expect([resumed.code, resumed.lines().at(-1)]).toMatchObject([
      0,
      {
        type: 'result',
        status: 'completed',
        output: { paid: 4 },
        path: ['reserve', 'approve', 'pay', 'paid'],
      },
    ]);
    expect((await place.baton('replay', 'w1')).code).toBe(0);
  }, 30_000);

  test('a decision that cannot be used changes nothing', async () => {
    await place.baton('run', fixture('approve'), '--input', '{"amount":5}', '--run-id', 'w2');
    const wrong: [string[], string][] = [
      [['w2', 'aprove', '--choice', 'approved'], 'This run has no task "aprove"'],
      [['w2', 'approve', '--choice', 'perhaps'], '"perhaps" is not one of'],
      [['w2', 'approve', '--choice', 'approved', '--values', '{"amount":-1}'], 'The decision cannot be used'],
      [['w2', 'approve'], 'What is decided? Give --choice.'],
      [['w9', 'approve', '--choice', 'approved'], 'There is no run w9 in this database.'],
    ];
    for (const [words, sentence] of wrong) {
      const { code, stderr } = await place.baton('decide', ...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    }
    expect((await place.baton('decide', 'w2', '--choice', 'rejected')).code).toBe(0);
    expect(
      (await place.baton('decide', 'w2', 'approve', '--choice', 'approved', '--json')).json(),
    ).toMatchObject({ error: { code: 'task/closed' } });
    expect((await place.baton('resume', 'w2')).code).toBe(1);
  }, 30_000);

  test('answers decide as they are asked', async () => {
    const answers = place.write('yes.json', { approve: { choice: 'approved', values: { amount: 3 } } });
    const { code, stdout } = await place.baton(
      'run',
      fixture('approve'),
      '--input',
      '{"amount":5}',
      '--answers',
      answers,
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, { paid: 3 }]);
  });

  test('a process that owns the database takes decisions of others from its mailbox', async () => {
    let others: Promise<unknown> | undefined;
    const run = await place.batonWith(
      {
        interruptWhen: (said) => {
          if (said.includes('human.asked'))
            others ??= place.baton('decide', 'm1', 'approve', '--choice', 'approved', '--db', 'm.db');
          return false;
        },
      },

      'run',
      fixture('approve'),
      '--input',
      '{"amount":5}',
      '--run-id',
      'm1',
      '--db',
      'm.db',
      '--wait',
      '--json',
    );
    expect([run.code, run.lines().at(-1)]).toMatchObject([0, { status: 'completed', output: { paid: 5 } }]);
    expect(await others).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('takes it from its mailbox'),
    });
  }, 30_000);
});

describe('control', () => {
  test('SIGINT ends with 130 and the run can be resumed, cancelled and seen', async () => {
    const run = await place.batonWith(
      { interruptWhen: (said) => said.includes('timer.set') },
      'run',
      fixture('patient'),
      '--run-id',
      'p1',
      '--json',
    );
    expect([run.code, run.stderr]).toEqual([130, expect.stringContaining('baton resume p1')]);
    expect((await place.baton('runs', '--json')).json()).toMatchObject({
      runs: expect.arrayContaining([expect.objectContaining({ runId: 'p1', status: 'running' })]),
    });
    const cancelled = await place.baton('cancel', 'p1', '--json');
    expect([cancelled.code, cancelled.lines().at(-1)]).toMatchObject([0, { status: 'cancelled' }]);
    const again = await place.baton('cancel', 'p1', '--json');
    expect([again.code, again.json()]).toMatchObject([2, { error: { code: 'run/finished' } }]);
    expect((await place.baton('resume', 'p1')).code).toBe(2);
  }, 30_000);

  test('cancelling with --compensate undoes what was done', async () => {
    await place.baton('run', fixture('approve'), '--input', '{"amount":5}', '--run-id', 'c1');
    const { code, lines } = await place.baton('cancel', 'c1', '--compensate', '--json');
    expect([code, lines().at(-1)]).toMatchObject([0, { status: 'cancelled', notUndone: [] }]);
    expect(lines().map((line) => line['step'])).toContain('reserve~undo');
  }, 30_000);

  test('an injected crash ends the process with 70 and the run goes on from its record', async () => {
    const faults = place.write('crash.json', { faults: [{ node: 'pay', attempt: 1, kind: 'crash' }] });
    const answers = place.write('yes.json', { approve: { choice: 'approved' } });
    const words = [
      'run',
      fixture('approve'),
      '--input',
      '{"amount":5}',
      '--run-id',
      'x1',
      '--answers',
      answers,
    ];
    expect((await place.baton(...words, '--faults', faults)).code).toBe(70);
    const { code, stdout } = await place.baton('resume', 'x1');
    expect([code, JSON.parse(stdout)]).toEqual([0, { paid: 5 }]);
    expect((await place.baton('replay', 'x1')).code).toBe(0);
  }, 30_000);
});

describe('grants and secrets', () => {
  test('without grants a flow that touches the machine is refused with the list', async () => {
    const file = place.flow('wants');
    const { code, json } = await place.baton('run', file, '--json', '--db', 'g.db');
    expect([code, json()]).toMatchObject([
      1,
      {
        error: {
          code: 'grant/missing',
          details: { wants: { folders: [{ path: 'out', access: 'write' }] } },
          hint: expect.stringContaining('--allow'),
        },
      },
    ]);
    expect(fs.existsSync(place.path('g.db'))).toBe(false);
  });

  test('what the refusal lists can be allowed, and more is still refused', async () => {
    const file = place.flow('wants');
    fs.mkdirSync(place.path('out'), { recursive: true });
    const refused = (await place.baton('run', file, '--json')).json() as {
      error: { details: { wants: unknown } };
    };
    const allow = place.write('allow.json', refused.error.details.wants);
    expect((await place.baton('run', file, '--allow', allow)).code).toBe(0);
    expect(place.read('out/note.txt')).toBe('kept');
    const little = place.write('little.json', { folders: [] });
    expect((await place.baton('run', file, '--allow', little)).code).toBe(1);
    expect((await place.baton('run', file, '--trust')).code).toBe(0);
  }, 30_000);

  test('a rehearsal touches nothing and needs no grant', async () => {
    const file = place.flow('wants');
    fs.rmSync(place.path('out'), { recursive: true, force: true });
    expect((await place.baton('run', file, '--rehearse')).code).toBe(0);
    expect(fs.existsSync(place.path('out'))).toBe(false);
  });

  test('a file of secrets that others can read is refused', async () => {
    const secrets = place.write('open.env', 'KEY=value\n');
    fs.chmodSync(secrets, 0o644);
    const { code, stderr } = await place.baton(
      'run',
      fixture('greet'),
      '--input',
      '{"name":"Ann"}',
      '--secrets',
      secrets,
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining(`chmod 600 ${secrets}`)]);
    fs.chmodSync(secrets, 0o600);
    expect(
      (await place.baton('run', fixture('greet'), '--input', '{"name":"Ann"}', '--secrets', secrets)).code,
    ).toBe(0);
  });
});

describe('sensitive values', () => {
  test('never leave the database: not in events, traces, tasks, decisions or exports', async () => {
    const canary = 'CARD-ZEBRA';
    const input = ['--input', '{"card":"zebra"}'];
    const outputs = [
      await place.baton('run', fixture('private'), ...input, '--run-id', 's1', '--db', 's.db', '--json'),
      await place.baton('run', fixture('private'), ...input, '--run-id', 's2', '--db', 's.db'),
      await place.baton('decide', 's1', '--db', 's.db'),
      await place.baton('decide', 's1', '--db', 's.db', '--json'),
      await place.baton('trace', 's1', '--db', 's.db', '--json'),
      await place.baton('trace', 's1', '--db', 's.db'),
      await place.baton('export', 's1', '--to', 'events', '-o', '-', '--db', 's.db'),
      await place.baton('export', 's1', '--to', 'otlp', '-o', '-', '--db', 's.db'),
    ];
    await place.baton('export', 's1', '--to', 'bundle', '-o', 's1.baton.zip', '--db', 's.db');
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(canary);
    expect(outputs[0]?.code).toBe(3);
    expect(outputs[0]?.stdout).toContain('[masked]');
    const { readZip } = await import('../../electron/runtime/export/zip');
    for (const bytes of readZip(fs.readFileSync(place.path('s1.baton.zip'))).values()) {
      expect(Buffer.from(bytes).toString('utf8')).not.toContain(canary);
    }
    const raw =
      fs.readFileSync(place.path('s.db')).toString('latin1') +
      (fs.existsSync(place.path('s.db-wal'))
        ? fs.readFileSync(place.path('s.db-wal')).toString('latin1')
        : '');
    expect(raw).toContain(canary); // resume needs it
  }, 60_000);
});
