import { expect, test } from 'vitest';
import { createRouter, isOwnPage, type Sender } from '../../../../../electron/main/ipc/router';
import { AppError } from '../../../../../shared/base/app-error';
import { seededRandom } from '../../../../../shared/base/random';
import { type RequestName, requests } from '../../../../../shared/ipc/contract';
import { type Reached, recordingHandlers } from '../../../../fakes/main-handlers';

const page: Sender = { url: 'app://baton/', isMainFrame: true };
const isTrusted = (sender: Sender): boolean => isOwnPage(sender, 'app://baton');

function routerOver(reached: Reached[]) {
  return createRouter({ handlers: recordingHandlers(reached), isTrusted });
}

test('a request of our page reaches its handler with the parsed input', async () => {
  const reached: Reached[] = [];
  const reply = await routerOver(reached)(page, 'run.pause', { runId: 'r1' });
  expect({ reply, reached }).toEqual({
    reply: { ok: true, value: null },
    reached: [{ name: 'run.pause', input: { runId: 'r1' } }],
  });
});

test.each([
  ['a foreign page', { url: 'https://example.com/', isMainFrame: true }],
  ['a look-alike host', { url: 'app://baton.example/', isMainFrame: true }],
  ['another host of our scheme', { url: 'app://other/', isMainFrame: true }],
  ['a file', { url: 'file:///etc/passwd', isMainFrame: true }],
  ['a frame inside our page', { url: 'app://baton/', isMainFrame: false }],
  ['a page without address', { url: '', isMainFrame: true }],
  ['a data page', { url: 'data:text/html,x', isMainFrame: true }],
  ['a frame that is gone', null],
])('%s is refused', async (_who, sender) => {
  const reached: Reached[] = [];
  const reply = await routerOver(reached)(sender, 'app.info', {});
  expect({ code: reply.ok ? '' : reply.error.code, reached }).toEqual({ code: 'ipc/forbidden', reached: [] });
});

test('the bundler is trusted only when it is named', () => {
  const sender = { url: 'http://localhost:5173/index.html', isMainFrame: true };
  expect([
    isOwnPage(sender, 'app://baton'),
    isOwnPage(sender, 'app://baton', 'http://localhost:5173'),
    isOwnPage(sender, 'app://baton', 'http://localhost:9999'),
  ]).toEqual([false, true, false]);
});

test.each(['nope', '__proto__', 'constructor', 'toString', '', 7, null, undefined, {}, ['run.list']])(
  'the name %j is no request',
  async (name) => {
    const reply = await routerOver([])(page, name, {});
    expect(reply).toEqual({ ok: false, error: { code: 'ipc/unknown', message: 'There is no such request' } });
  },
);

test('input that does not fit is refused with the places that do not', async () => {
  const reply = await routerOver([])(page, 'run.events', { runId: '', afterSeq: -1, extra: true });
  expect(reply).toMatchObject({
    ok: false,
    error: {
      code: 'ipc/bad-request',
      details: { misses: [{ pointer: '/runId' }, { pointer: '/afterSeq' }, { pointer: '' }] },
    },
  });
});

test('a handler that fails is answered with its code, and a bug with its message', async () => {
  const handlers = {
    ...recordingHandlers([]),
    'app.info': () => {
      throw new AppError('file/missing', 'It is gone', { hint: 'Look elsewhere' });
    },
    'app.quit': () => {
      throw new Error('boom');
    },
  };
  const router = createRouter({ handlers, isTrusted });
  expect([await router(page, 'app.info', {}), await router(page, 'app.quit', {})]).toEqual([
    { ok: false, error: { code: 'file/missing', message: 'It is gone', hint: 'Look elsewhere' } },
    { ok: false, error: { code: 'engine/bug', message: 'boom' } },
  ]);
});

test('an answer is never undefined', async () => {
  const handlers = { ...recordingHandlers([]), 'app.quit': () => undefined as unknown as null };
  expect(await createRouter({ handlers, isTrusted })(page, 'app.quit', {})).toEqual({
    ok: true,
    value: null,
  });
});

test('troubles are told without the input', async () => {
  const told: string[] = [];
  const router = createRouter({
    handlers: recordingHandlers([]),
    isTrusted,
    onTrouble: (name, code, message) => told.push(`${name} ${code} ${message}`),
  });
  await router(page, 'secret.set', { name: 'KEY', value: ['canary-value'] });
  expect(told).toEqual(['secret.set ipc/bad-request The request secret.set does not fit its contract']);
});

const NAMES = Object.keys(requests) as RequestName[];

/** Junk of every sort a structured clone can carry, sometimes near to what fits. */
function junk(random: () => number, depth = 0): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const leaf = [
    null,
    undefined,
    true,
    NaN,
    -1,
    2 ** 60,
    '',
    'x'.repeat(5000),
    '../../etc/passwd',
    '\u0000',
    10n,
    new Date(0),
    /x/,
    new Uint8Array(3),
  ];
  if (depth > 3 || random() < 0.4) return pick(leaf);
  if (random() < 0.3) return Array.from({ length: Math.floor(random() * 4) }, () => junk(random, depth + 1));
  const keys = [
    'runId',
    'path',
    'document',
    'nodes',
    'edges',
    'name',
    'value',
    '__proto__',
    'constructor',
    'afterSeq',
    'task',
    'url',
    'x',
  ];
  const object: Record<string, unknown> = {};
  for (let i = 0; i < random() * 5; i++)
    Object.defineProperty(object, pick(keys), {
      value: junk(random, depth + 1),
      enumerable: true,
      configurable: true,
    });
  return object;
}

test('10,000 malformed messages: each is answered, none reaches a handler unparsed', async () => {
  const random = seededRandom('ipc fuzz', 1);
  const reached: Reached[] = [];
  const router = routerOver(reached);
  let answered = 0;
  for (let i = 0; i < 10_000; i++) {
    const isNamed = random() < 0.9;
    const name = isNamed ? NAMES[Math.floor(random() * NAMES.length)] : junk(random);
    const sender = random() < 0.9 ? page : { url: String(junk(random)), isMainFrame: random() < 0.5 };
    const reply = await router(sender, name, junk(random));
    if (reply.ok ? reply.value !== undefined : reply.error.code.startsWith('ipc/')) answered += 1;
  }
  const unparsed = reached.filter(({ name, input }) => !requests[name].input.safeParse(input).success);
  expect({ answered, unparsed }).toEqual({ answered: 10_000, unparsed: [] });
});
