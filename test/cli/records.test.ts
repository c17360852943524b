import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBundle } from '../../electron/runtime/export/bundle';
import { verifyCloudEvents } from '../../electron/runtime/export/cloud-events';
import { buildBaton, FLOWS, Place } from './baton';

const place = new Place();
const fixture = (name: string): string => path.join(FLOWS, `${name}.json`);

beforeAll(async () => {
  await buildBaton();
  const answers = place.write('yes.json', { approve: { choice: 'approved', values: { amount: 4 } } });
  await place.baton(
    'run',
    fixture('approve'),
    '--input',
    '{"amount":5}',
    '--run-id',
    'done',
    '--answers',
    answers,
  );
  await place.baton('run', fixture('orders'), '--input', '{"amounts":[1,-2]}', '--run-id', 'sad');
  await place.baton(
    'run',
    fixture('draft'),
    '--input',
    '{"ticket":"I was charged twice"}',
    '--run-id',
    'draft',
  );
}, 120_000);
afterAll(() => place.end());

describe('runs and trace', () => {
  test('runs lists the newest first with status, usage and times', async () => {
    const { code, json } = await place.baton('runs', '--json');
    const { runs } = json() as { runs: Record<string, unknown>[] };
    expect([code, runs.map((run) => run['runId'])]).toEqual([0, ['draft', 'sad', 'done']]);
    expect(runs[2]).toEqual({
      runId: 'done',
      flowId: 'approve-spend',
      flowVersion: '1.0.0',
      semanticHash: expect.stringMatching(/^sha256:/),
      status: 'completed',
      startedAt: expect.stringMatching(/Z$/),
      endedAt: expect.stringMatching(/Z$/),
      usage: expect.objectContaining({ steps: 3, attempts: 2 }),
      waiting: 0,
    });
    expect((await place.baton('runs', '--status', 'failed')).stdout).toMatch(/^sad {2}✗ failed/);
    expect((await place.baton('runs', '--status', 'sad')).stderr).toContain('"sad" is no status of a run');
    expect((await place.baton('runs', '--db', 'none.db')).code).toBe(2);
  });

  test('trace gives the steps as a tree with attempts and calls', async () => {
    const { steps } = (await place.baton('trace', 'sad', '--json')).json() as {
      steps: Record<string, unknown>[];
    };
    const each = steps.find((step) => step['step'] === 'each');
    expect(Object.keys(each ?? {})).toEqual([
      'step',
      'node',
      'kind',
      'status',
      'startedAt',
      'endedAt',
      'queuedMs',
      'port',
      'attempts',
      'usage',
      'steps',
    ]);
    const inner = each?.['steps'] as Record<string, unknown>[];
    expect(inner.map((step) => [step['step'], step['status']])).toEqual([
      ['each[0]/begin', 'committed'],
      ['each[0]/check', 'committed'],
      ['each[0]/item', 'committed'],
      ['each[1]/begin', 'committed'],
      ['each[1]/check', 'failed'],
    ]);
    expect(inner[4]?.['attempts']).toEqual([
      {
        attempt: 1,
        startedAt: expect.any(String),
        endedAt: expect.any(String),
        outcome: 'failed',
        kind: 'error',
        code: 'code/failed',
        calls: [],
      },
    ]);
    const { stdout } = await place.baton('trace', 'draft');
    expect(stdout).toMatch(
      /✓ done {2}sort agent[^\n]*tokens[^\n]*next → done\n {2}attempt 1 {2}completed[^\n]*model reader/,
    );
  });

  test('an unknown run is told with the one that was meant', async () => {
    const { code, stderr } = await place.baton('trace', 'drat');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('There is no run drat in this database. Did you mean draft?'),
    ]);
  });
});

describe('replay and fork', () => {
  test('an audit replay derives every consequence again', async () => {
    const { code, json } = await place.baton('replay', 'done', '--json');
    expect([code, json()]).toEqual([
      0,
      { runId: 'done', verdict: 'identical', events: expect.any(Number), firstDifference: null },
    ]);
  });

  test('a what-if names the steps that would run again', async () => {
    const edited = place.flow('draft', (flow) => {
      (flow['nodes'] as Record<string, { prompt?: string }>)['sort'] = {
        kind: 'agent',
        agent: 'sorter',
        prompt: 'Please: {{ input.ticket }}',
      } as never;
    });
    const { code, json } = await place.baton('replay', 'draft', '--flow', edited, '--json');
    expect([code, json()]).toMatchObject([1, { verdict: 'different', wouldRunAgain: ['sort'] }]);
    expect((await place.baton('replay', 'draft', '--flow', fixture('draft'))).code).toBe(0);
  });

  test('a fork reuses what came before and takes edited values', async () => {
    const { code, lines, stderr } = await place.baton(
      'fork',
      'done',
      '--at',
      'pay',
      '--set',
      'steps.approve={"choice":"approved","values":{"amount":9},"by":"x"}',
      '--run-id',
      'forked',
      '--json',
    );
    expect([code, lines().at(-1)]).toMatchObject([
      0,
      { runId: 'forked', status: 'completed', output: { paid: 9 } },
    ]);
    expect(stderr).toContain('reused');
    expect(stderr).toContain('happens again: book at pay (idempotent)');
    expect((await place.baton('runs', '--json')).json()).toMatchObject({
      runs: expect.arrayContaining([
        expect.objectContaining({ runId: 'forked', forkedFrom: { runId: 'done', seq: expect.any(Number) } }),
      ]),
    });
  });

  test('a fork from nowhere is refused', async () => {
    const wrong: [string[], string][] = [
      [[], 'Give --at'],
      [['--at', '9999'], 'there is no 9999'],
      [['--at', 'nothing'], 'No step "nothing" was started'],
      [['--at', 'pay', '--set', 'pay=1'], '--set must be context.<field>=<JSON>'],
      [['--at', 'pay', '--set', 'context.x={'], 'the value of --set context.x is not JSON'],
    ];
    for (const [words, sentence] of wrong) {
      const { code, stderr } = await place.baton('fork', 'done', ...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    }
  }, 30_000);
});

describe('dead letters', () => {
  test('are listed, shown, run again and put away', async () => {
    const list = (await place.baton('deadletters', '--json')).json() as {
      deadLetters: Record<string, unknown>[];
    };
    expect(list.deadLetters[0]).toMatchObject({
      runId: 'sad',
      step: 'each[1]/check',
      node: 'check',
      kind: 'error',
      code: 'code/failed',
      at: expect.stringMatching(/Z$/),
    });
    const shown = await place.baton('deadletters', 'sad', 'each[1]/check', '--json');
    expect(shown.json()).toMatchObject({
      step: 'each[1]/check',
      attempts: [{ attempt: 1, outcome: 'failed' }],
      effects: [],
    });
    const again = await place.baton('deadletters', 'sad', 'each[1]/check', '--rerun', '--json');
    expect([again.code, again.lines().at(-1)]).toMatchObject([1, { status: 'failed' }]);
    const away = await place.baton('deadletters', 'sad', 'each', '--dismiss', '--json');
    expect([away.code, away.json()]).toMatchObject([0, { action: 'dismissed', step: 'each' }]);
    expect((await place.baton('deadletters', 'sad', '--json')).json()).toEqual({ deadLetters: [] });
    expect((await place.baton('deadletters', 'sad')).stderr).toContain('No dead letters.');
    expect((await place.baton('deadletters', 'sad', '--all')).stdout).toContain('closed by');
  }, 30_000);

  test('wrong use is told', async () => {
    expect((await place.baton('deadletters', '--rerun')).stderr).toContain('Say which dead letter');
    expect((await place.baton('deadletters', 'done', 'pay')).stderr).toContain('has no dead letter at pay');
  });
});

describe('rehearsals', () => {
  test('an hour of waiting is rehearsed in a moment, and faults happen as told', async () => {
    expect((await place.baton('run', fixture('patient'), '--rehearse')).stdout).toContain('"rested": true');
    const faults = place.write('faults.json', [{ node: 'pay', attempt: '*', kind: 'timeout' }]);
    const { code, lines } = await place.baton(
      'run',
      fixture('approve'),
      '--input',
      '{"amount":1}',
      '--rehearse',
      '--faults',
      faults,
      '--json',
    );
    expect([code, lines().at(-1)]).toMatchObject([
      1,
      { status: 'failed', error: { kind: 'timeout', node: 'pay' } },
    ]);
    expect(lines()[0]).toMatchObject({ data: { mode: 'rehearsal' } });
  });

  test('the same seed gives the same rehearsal', async () => {
    const play = async (): Promise<unknown> => {
      const { lines } = await place.baton(
        'run',
        fixture('approve'),
        '--input',
        '{"amount":1}',
        '--rehearse',
        '--seed',
        '5',
        '--json',
      );
      return lines().map((line) => [line['type'], line['step'], line['output']]);
    };
    expect(await play()).toEqual(await play());
  });

  test('simulate tells outcomes, percentiles and coverage', async () => {
    const { code, json } = await place.baton(
      'simulate',
      fixture('approve'),
      '--runs',
      '20',
      '--seed',
      '3',
      '--input',
      '{"amount":1}',
      '--json',
    );
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      runs: 20,
      seed: 3,
      outcomes: { completed: 20 },
      latencyMs: { p50: expect.any(Number), p90: expect.any(Number), p99: expect.any(Number) },
      coverage: { edges: { total: 6, missed: expect.arrayContaining(['approve.rejected>refused']) } },
    });
    expect((await place.baton('simulate', fixture('approve'), '--runs', '0')).stderr).toContain(
      '--runs must be a whole number of at least 1',
    );
  });
});

describe('test', () => {
  test('plays the tests of every flow below a folder and ends with 1 when one differs', async () => {
    fs.mkdirSync(place.path('suite/deep'), { recursive: true });
    fs.copyFileSync(fixture('greet'), place.path('suite/deep/greet.json'));
    place.write('suite/notes.json', { not: 'a flow' });
    const good = await place.baton('test', 'suite', '--json');
    expect([good.code, good.json()]).toEqual([
      0,
      { passed: 1, failed: 0, cases: [{ flow: 'greet', name: 'greets by name', ok: true, differences: [] }] },
    ]);
    const wrong = JSON.parse(fs.readFileSync(fixture('greet'), 'utf8')) as { tests: { expect: object }[] };
    wrong.tests[0] = { ...wrong.tests[0], expect: { output: { greeting: 'Hi Ann' }, path: ['done'] } };
    place.write('suite/wrong.json', wrong);
    const bad = await place.baton('test', 'suite', '--json');
    expect([bad.code, bad.json()]).toMatchObject([
      1,
      {
        passed: 1,
        failed: 1,
        cases: [
          { ok: true },
          {
            ok: false,
            differences: [
              { pointer: '/output/greeting', expected: 'Hi Ann', actual: 'Hello Ann' },
              { pointer: '/path', expected: ['done'], actual: ['compose', 'done'] },
            ],
          },
        ],
      },
    ]);
    expect((await place.baton('test', 'suite')).stdout).toContain('1 passed, 1 failed');
  }, 30_000);

  test('nothing to test is wrong usage', async () => {
    expect((await place.baton('test', fixture('draft'))).stderr).toContain('There is nothing to test');
    expect((await place.baton('test', 'nowhere')).code).toBe(2);
  });
});

describe('cassettes', () => {
  test('a recorded run plays again without calling anything, and a miss shows the nearest recording', async () => {
    const words = ['run', fixture('draft'), '--input'];
    const first = await place.baton(...words, '{"ticket":"I was charged twice"}', '--record', 'tape.jsonl');
    expect(first.code).toBe(0);
    const again = await place.baton(...words, '{"ticket":"I was charged twice"}', '--replay', 'tape.jsonl');
    expect([again.code, again.stdout]).toEqual([0, first.stdout]);
    const other = await place.baton(
      ...words,
      '{"ticket":"The login fails"}',
      '--replay',
      'tape.jsonl',
      '--json',
    );
    expect([other.code, other.lines().at(-1)]).toMatchObject([
      1,
      {
        status: 'failed',
        error: { code: 'cassette/miss', message: expect.stringContaining('I was charged twice') },
      },
    ]);
  }, 30_000);

  test('a test can name a cassette beside its flow', async () => {
    place.flow('draft', (flow) => {
      flow['tests'] = [
        {
          name: 'sorted from the tape',
          input: { ticket: 'I was charged twice' },
          cassette: 'tape.jsonl',
          expect: { path: ['sort', 'done'] },
        },
      ];
    });
    expect((await place.baton('test', 'draft.json')).code).toBe(0);
    await place.baton('export', 'draft.json', '--to', 'bundle', '-o', 'draft.baton.zip');
    fs.renameSync(place.path('tape.jsonl'), place.path('moved.jsonl'));
    expect((await place.baton('test', 'draft.baton.zip')).code).toBe(0);
    expect((await place.baton('test', 'draft.json')).stdout).toContain('there is no such file');
    const lost = await place.baton(
      'export',
      'draft.json',
      '--to',
      'bundle',
      '-o',
      'lost.baton.zip',
      '--json',
    );
    expect(lost.json()).toMatchObject({
      losses: [{ path: '/tests/0/cassette', how: 'left out: the file was not found' }],
    });
    fs.renameSync(place.path('moved.jsonl'), place.path('tape.jsonl'));
  }, 30_000);
});

describe('exports of a run', () => {
  test('the bundle is whole, its chain verifies, and it is a test of its own', async () => {
    const { code, json } = await place.baton('export', 'done', '--to', 'bundle', '--json');
    const [file] = (json() as { files: string[] }).files;
    expect([code, file]).toEqual([0, 'approve-spend-done.baton.zip']);
    const { manifest, files } = openBundle(fs.readFileSync(place.path(file as string)));
    expect(manifest).toMatchObject({
      kind: 'run',
      runId: 'done',
      status: 'completed',
      outcome: { output: { paid: 4 } },
    });
    expect([...files.keys()].sort()).toEqual([
      'decisions.json',
      'events.jsonl',
      'flow.json',
      'inputs.json',
      'manifest.json',
      'outputs.json',
      'recordings/cassette.jsonl',
      'state.final.json',
      'trace.otlp.json',
    ]);
    const lines = new TextDecoder()
      .decode(files.get('events.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(verifyCloudEvents(lines)).toMatchObject({
      ok: true,
      masked: 0,
      head: (manifest as { integrity?: { headHash: string } }).integrity?.headHash,
    });
    const played = await place.baton('test', file as string, '--json');
    expect([played.code, played.json()]).toMatchObject([0, { passed: 1, failed: 0 }]);
  }, 30_000);

  test('spans follow the conventions and hold no content', async () => {
    const { stdout } = await place.baton('export', 'draft', '--to', 'otlp', '-o', '-');
    const { resourceSpans } = JSON.parse(stdout) as {
      resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
    };
    expect(resourceSpans[0]?.scopeSpans[0]?.spans.map((span) => span.name)).toEqual([
      'invoke_workflow draft',
      'step start',
      'invoke_agent sorter',
      'attempt 1',
      'chat en-lite',
      'step done',
    ]);
    expect(stdout).not.toContain('charged twice');
  });
});
