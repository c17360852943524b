/** Everything that can be wrong with what a command is given: a code, a sentence that names it, and nothing changed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBaton, Place, type Result } from './baton';

let place: Place;
beforeAll(async () => {
  await buildBaton();
  place = new Place();
  const greet = place.flow('greet');
  const approve = place.flow('approve');
  const waits = ['--input', '{"amount":5}', '--trust', '--run-id', 'waits'];
  await prepare(3, 'run', approve, ...waits);
  await prepare(0, 'run', greet, '--input', '{"name":"Ann"}', '--run-id', 'done');
  await prepare(3, 'run', approve, ...waits.with(-1, 'decided'));
  await prepare(0, 'decide', 'decided', '--choice', 'approved');
  for (const [name, content] of Object.entries(FILES)) place.write(name, content);
}, 120_000);
afterAll(() => place.end());

async function prepare(exit: number, ...words: string[]): Promise<void> {
  const { code, stderr } = await place.baton(...words);
  if (code !== exit) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`);
}

const FILES: Readonly<Record<string, unknown>> = {
  'cut.json': '{"a": [1, 2',
  'list.json': [1],
  'answers-nowhere.json': { nosuch: { choice: 'approved' } },
  'answers-shape.json': { approve: { choice: 7 } },
  'answers-choice.json': { approve: { choice: 'maybe' } },
  'faults-kind.json': { faults: [{ node: 'pay', attempt: 1, kind: 'earthquake' }] },
  'faults-nowhere.json': { faults: [{ node: 'nosuch', attempt: 1, kind: 'timeout' }] },
  'grants.json': { houses: [] },
  'tape-line.jsonl': '{"type":"model"}\n',
  'tape-kind.jsonl': '{"type":"telepathy","hash":"x"}\n',
  'tape-cut.jsonl': '{"type":"tool","ha',
};

const RUN = ['run', 'approve.json', '--input', '{"amount":5}', '--trust'];
const FORK = ['fork', 'waits', '--at', 'approve'];
const DECIDE = ['decide', 'waits', 'approve', '--choice'];

type Case = readonly [words: readonly string[], exit: number, code: string, says: string];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'a flow': [
    [['run', 'cut.json'], 2, 'spec/invalid', 'cut.json'],
    [['run', 'list.json'], 1, 'spec/invalid', 'list.json'],
    [['run', 'nosuch.json'], 2, 'file/unreadable', 'there is no such file'],
    [['run', '.'], 2, 'file/unreadable', 'it is a folder'],
    [['replay', 'waits', '--flow', 'cut.json'], 2, 'spec/invalid', 'cut.json'],
    [[...FORK, '--flow', 'cut.json'], 2, 'spec/invalid', 'cut.json'],
    [[...FORK, '--flow', 'greet.json'], 2, 'fork/no-such-point', 'no place for what happened before'],
  ],
  'an input': [
    [['run', 'approve.json', '--trust', '--input', 'cut.json'], 2, 'file/unreadable', 'line 1, column 12'],
    [['run', 'approve.json', '--trust', '--input', '{"amount":'], 2, 'file/unreadable', '--input'],
    [['run', 'approve.json', '--trust', '--input', '{"amount":"much"}'], 1, 'input/invalid', '/amount'],
  ],
  answers: [
    [[...RUN, '--answers', 'cut.json'], 2, 'file/unreadable', 'cut.json'],
    [[...RUN, '--answers', 'list.json'], 2, 'file/unreadable', 'not an answers file'],
    [[...RUN, '--answers', 'answers-shape.json'], 2, 'file/unreadable', '/approve/choice'],
    [[...RUN, '--answers', 'answers-nowhere.json'], 2, 'answers/invalid', '"nosuch"'],
    [[...RUN, '--answers', 'answers-choice.json'], 2, 'answers/invalid', 'approved, rejected'],
    [['resume', 'waits', '--answers', 'answers-nowhere.json'], 2, 'answers/invalid', '"nosuch"'],
    [[...FORK, '--answers', 'answers-choice.json'], 2, 'answers/invalid', '"maybe"'],
  ],
  faults: [
    [[...RUN, '--faults', 'cut.json'], 2, 'file/unreadable', 'cut.json'],
    [[...RUN, '--faults', 'faults-kind.json'], 2, 'file/unreadable', '/faults/0/kind'],
    [[...RUN, '--faults', 'faults-nowhere.json'], 2, 'faults/invalid', '"nosuch"'],
    [
      ['simulate', 'approve.json', '--runs', '1', '--faults', 'faults-nowhere.json'],
      2,
      'faults/invalid',
      'nosuch',
    ],
  ],
  'a cassette': [
    [[...RUN, '--replay', 'tape-line.jsonl'], 2, 'cassette/invalid', 'Line 1'],
    [[...RUN, '--replay', 'tape-kind.jsonl'], 2, 'cassette/invalid', 'Line 1'],
    [[...RUN, '--replay', 'tape-cut.jsonl'], 2, 'cassette/invalid', 'Line 1'],
    [[...RUN, '--replay', 'nosuch.jsonl'], 2, 'file/unreadable', 'nosuch.jsonl'],
  ],
  grants: [
    [
      ['run', 'approve.json', '--input', '{"amount":5}', '--allow', 'cut.json'],
      2,
      'file/unreadable',
      'cut.json',
    ],
    [
      ['run', 'approve.json', '--input', '{"amount":5}', '--allow', 'grants.json'],
      2,
      'file/unreadable',
      'houses',
    ],
  ],
  'an id that does not exist': [
    ...['resume', 'trace', 'replay', 'cancel', 'decide', 'deadletters'].map(
      (command): Case => [[command, 'nosuch'], 2, 'run/unknown', 'nosuch'],
    ),
    [['fork', 'nosuch', '--at', '1'], 2, 'run/unknown', 'nosuch'],
    [['export', 'nosuch', '--to', 'bundle'], 2, 'run/unknown', 'nosuch'],
    [['decide', 'waits', 'nosuch', '--choice', 'approved'], 2, 'task/unknown', 'nosuch'],
    [[...RUN, '--model', 'nosuch=builtin:en-lite'], 2, 'usage/wrong', 'nosuch'],
  ],
  'a decision': [
    [[...DECIDE, 'maybe'], 2, 'task/invalid-values', '"approved", "rejected"'],
    [[...DECIDE, 'approved', '--values', '{"amount":-1}'], 2, 'task/invalid-values', '/amount'],
    [[...DECIDE, 'approved', '--values', 'cut.json'], 2, 'file/unreadable', 'cut.json'],
    [['decide', 'decided', 'approve', '--choice', 'rejected'], 2, 'task/closed', 'nothing was changed'],
    [['decide', 'done', 'approve', '--choice', 'approved'], 2, 'run/finished', 'nothing was changed'],
  ],
  'a fork': [
    [['fork', 'waits', '--at', '9999'], 2, 'fork/no-such-point', '9999'],
    [['fork', 'waits', '--at', '0'], 2, 'fork/no-such-point', 'there is no 0'],
    [['fork', 'waits', '--at', 'pay'], 2, 'fork/no-such-point', '"pay"'],
    [[...FORK, '--set', 'context.nosuch=1'], 1, 'input/invalid', 'nosuch'],
    [[...FORK, '--set', 'steps.nosuch=1'], 1, 'input/invalid', 'nosuch'],
    [[...FORK, '--set', 'steps.reserve={'], 2, 'file/unreadable', '--set steps.reserve'],
    [[...FORK, '--set', 'everything'], 2, 'usage/wrong', 'everything'],
    [[...FORK, '--run-id', 'done'], 2, 'run/exists', 'done'],
  ],
};

async function database(): Promise<unknown> {
  const listed = await place.baton('runs', '--json');
  const { runs } = listed.json() as { runs: { runId: string }[] };
  const traces = await Promise.all(runs.map(({ runId }) => place.baton('trace', runId, '--json')));
  return [listed.json(), traces.map((trace) => trace.json())];
}

describe('what is wrong is told with a code and a sentence, and changes nothing', () => {
  test.each(Object.entries(CASES))('%s', { timeout: 180_000 }, async (_what, cases) => {
    const before = await database();
    const told: Result[] = [];
    for (const [words] of cases) told.push(await place.baton(...words, '--json'));
    const answers = told.map((result) => {
      const { error } = result.json() as { error: { code: string; message: string; details: object } };
      return { exit: result.code, code: error.code, says: error.message, stderr: result.stderr };
    });
    expect(answers).toEqual(
      cases.map(([, exit, code, says]) => ({ exit, code, says: expect.stringContaining(says), stderr: '' })),
    );
    expect(await database()).toEqual(before);
  });
});
