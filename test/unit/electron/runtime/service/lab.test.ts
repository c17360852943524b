import { expect, onTestFinished, test } from 'vitest';
import fs from 'node:fs';
import path from 'node:path';
import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import { labJobs, type LabTools } from '../../../../../electron/runtime/service/lab/lab-jobs';
import { LabThread } from '../../../../../electron/runtime/service/lab/lab-thread';
import { loadFlow } from '../../../../../shared/spec/load';
import { flowNamed, textOf } from '../../../../fakes/flow-files';
import { tempFolder } from '../../../../fakes/temp-folder';

const problem = {
  code: 'E105',
  severity: 'error' as const,
  pointer: '/nodes',
  message: 'nodes are missing.',
};
const tools: LabTools = {
  pure: createPure(),
  loadFlow,
  validate: () => ({ valid: false, problems: [problem] }),
  simulate: () => {
    throw new Error('not asked for here');
  },
  exportFlow: () => ({ files: [], losses: [] }),
  exportRun: () => ({ files: [], losses: [] }),
  copyRuns: () => undefined,
  figures: () => {
    throw new Error('not asked for here');
  },
};
const jobs = labJobs(tools);
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('a document that can be drawn is opened with its problems', () => {
  expect(jobs.load({ text: textOf(flowNamed('One')) })).toEqual({
    document: flowNamed('One'),
    report: { valid: false, problems: [problem] },
  });
});

test.each([
  ['no JSON', '{', 'spec/invalid'],
  ['a newer format', JSON.stringify({ ...flowNamed('x'), format: 'baton.flow/99' }), 'spec/from-future'],
  ['an object that is no flow', '{"name":"left-pad"}', 'spec/invalid'],
  ['a list', '[]', 'spec/invalid'],
])('%s is refused', (_what, text, code) => {
  expect(codeOf(() => jobs.load({ text }))).toBe(code);
});

test.each([
  ['a + 1', false, { ok: true, value: 42 }],
  ['Hello {{ name }}', true, { ok: true, value: 'Hello Ada' }],
  ['missing.thing', false, { ok: true, value: undefined }],
])('a preview of %s', (source, template, answer) => {
  expect(jobs.preview({ source, template, scope: { a: 41, name: 'Ada' } })).toEqual(answer);
});

test.each([
  ['a +', false],
  ['{{ open', true],
  ['$error("no")', false],
])('a preview of %s says what is wrong', (source, template) => {
  expect(jobs.preview({ source, template, scope: {} })).toMatchObject({
    ok: false,
    message: expect.any(String),
  });
});

/** A thread that does what the input says. */
function thread(): LabThread {
  const script = path.join(tempFolder(), 'worker.mjs');
  fs.writeFileSync(
    script,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', ({ id, input }) => {
       if (input.text === 'hang') for (;;);
       if (input.text === 'hoard') { const all = []; for (;;) all.push(new Array(1e6).fill(id)); }
       if (input.text === 'exit') process.exit(3);
       if (input.text === 'fail') return parentPort.postMessage({ id, ok: false, error: { code: 'spec/invalid', message: 'Bad' } });
       parentPort.postMessage({ id, ok: true, value: input.text });
     });`,
  );
  const lab = new LabThread({ script, maxMegabytes: 64 });
  onTestFinished(() => lab.close());
  return lab;
}
const run = (lab: LabThread, text: string, limitMs = 10_000): Promise<unknown> =>
  lab.run('load', { text }, limitMs).catch((error: { code: string }) => error.code);

test('jobs are answered in order, and a failed one with its code', async () => {
  const lab = thread();
  expect(await Promise.all([run(lab, 'a'), run(lab, 'fail'), run(lab, 'b')])).toEqual([
    'a',
    'spec/invalid',
    'b',
  ]);
});

test.each(['hang', 'hoard', 'exit'])(
  'a job that does "%s" is stopped and the next one runs',
  async (text) => {
    const lab = thread();
    expect(await Promise.all([run(lab, text, text === 'hang' ? 300 : 20_000), run(lab, 'next')])).toEqual([
      'expr/limit',
      'next',
    ]);
  },
);

test('closing answers what waits', async () => {
  const lab = thread();
  const waiting = [run(lab, 'hang'), run(lab, 'a')];
  await lab.close();
  expect(await Promise.all(waiting)).toEqual(['runtime/stopped', 'runtime/stopped']);
});
