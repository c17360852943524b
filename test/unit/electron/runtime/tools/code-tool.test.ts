import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeCall } from '../../../../../shared/ports/calls';
import { callContext } from '../models/call-context';
import { executors, invocation, limits } from './tool-call';
import { bundleWorkers } from './worker-files';

let files: Awaited<ReturnType<typeof bundleWorkers>>;
beforeAll(async () => {
  files = await bundleWorkers();
}, 30_000);
afterAll(() => files.remove());

function codeCall(source: string, args = {}, timeoutMs = 5000): CodeCall {
  const {
    tool: _tool,
    toolName: _name,
    key: _key,
    call: _call,
    ofStep: _of,
    ...rest
  } = invocation({
    kind: 'code',
    source,
  });
  return { ...rest, type: 'code', source, args, limits: limits(timeoutMs) };
}

describe.each([
  ['in a thread', () => executors({ threads: files })],
  ['in place', () => executors()],
])('code %s', (_name, make) => {
  test('a code node and a code tool give their value', async () => {
    const all = make();
    expect(await all.code(codeCall('return args.a + 1;', { a: 1 }), callContext())).toEqual({
      ok: true,
      value: 2,
    });
    const tool = invocation({ kind: 'code', source: 'return { sum: args.a + args.b };' }, { a: 1, b: 2 });
    expect(await all.tool(tool, callContext())).toEqual({ ok: true, value: { sum: 3 } });
    await all.close();
  });

  test('an error, a loop and a hunger for memory are told apart, and the next call works', async () => {
    const all = make();
    const run = (source: string, timeoutMs?: number) =>
      all.code(codeCall(source, {}, timeoutMs), callContext());
    expect(await run('null.x')).toMatchObject({ kind: 'error', code: 'code/failed', sent: 'no' });
    expect(await run('for (;;) {}', 300)).toMatchObject({
      kind: 'timeout',
      code: 'sandbox/limit',
      sent: 'no',
    });
    expect(await run('const a = []; for (;;) a.push(new Array(1000).fill(1));')).toMatchObject({
      kind: 'error',
      code: 'sandbox/limit',
    });
    expect(await run('return 1;')).toEqual({ ok: true, value: 1 });
    await all.close();
  });
});

test('a thread leaves the runtime free to do other things', async () => {
  const all = executors({ threads: files });
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await all.code(codeCall('for (;;) {}', {}, 300), callContext());
  clearInterval(timer);
  await all.close();
  expect(turns).toBeGreaterThan(10);
});

test('cancelling ends the thread at once', async () => {
  const all = executors({ threads: files });
  const stop = new AbortController();
  const running = all.code(codeCall('for (;;) {}', {}, 60_000), callContext({ signal: stop.signal }));
  stop.abort();
  expect(await running).toMatchObject({ kind: 'cancelled' });
  expect(await all.code(codeCall('return 1;'), callContext())).toEqual({ ok: true, value: 1 });
  await all.close();
});

test('more calls than threads wait their turn', async () => {
  const all = executors({ threads: files });
  const calls = Array.from({ length: 12 }, (_, i) =>
    all.code(codeCall('return args.i;', { i }), callContext()),
  );
  expect(await Promise.all(calls)).toEqual(calls.map((_, i) => ({ ok: true, value: i })));
  await all.close();
});

test('closing ends what still runs', async () => {
  const all = executors({ threads: files });
  const running = all.code(codeCall('for (;;) {}', {}, 60_000), callContext());
  await all.close();
  expect(await running).toMatchObject({ ok: false });
});
