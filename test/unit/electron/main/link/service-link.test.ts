import { expect, test } from 'vitest';
import {
  type LinkOptions,
  type ProcessEvents,
  ServiceLink,
} from '../../../../../electron/main/link/service-link';
import { defaultSettings } from '../../../../../electron/main/state/settings';
import type { ToService } from '../../../../../shared/ipc/service';

/** A process that does what the test says, and a clock that stands still until told. */
function setUp(secret?: string) {
  const processes: { events: ProcessEvents; got: ToService[]; killed: boolean }[] = [];
  const timers: { delayMs: number; task: () => void }[] = [];
  const told: string[] = [];
  const options: LinkOptions = {
    fork(events) {
      const process = { events, got: [] as ToService[], killed: false };
      processes.push(process);
      return {
        post: (message) => process.got.push(message),
        kill: () => {
          process.killed = true;
        },
      };
    },
    init: () => ({
      dataFolder: '/d',
      libraryFolder: '/d/flows',
      appVersion: '1',
      settings: defaultSettings('ada'),
      user: 'ada',
    }),
    secret: () => secret,
    onPushes: (pushes) => told.push(...pushes.map((push) => push.name)),
    onNewTask: ({ flowName }) => told.push(`task of ${flowName}`),
    onReady: (_info, restarts) => told.push(`ready ${restarts}`),
    onLog: (level) => told.push(level),
    after(delayMs, task) {
      const timer = { delayMs, task };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
  };
  const link = new ServiceLink(options);
  const last = () => {
    const process = processes.at(-1);
    if (!process) throw new Error('no process was started');
    return process;
  };
  const fire = (delayMs: number): void => {
    const timer = timers.find((other) => other.delayMs === delayMs);
    if (!timer) throw new Error(`no timer of ${delayMs} ms`);
    timers.splice(timers.indexOf(timer), 1);
    timer.task();
  };
  const ready = (): void =>
    last().events.onMessage({ type: 'ready', info: { engineVersion: '1', readOnly: null } });
  const requests = () => last().got.filter((message) => message.type === 'request');
  return { link, processes, timers, told, last, fire, ready, requests };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
const tick = (): Promise<void> => Promise.resolve();

test('requests made while the process starts are sent when it is ready', async () => {
  const { link, ready, requests, last } = setUp();
  link.start();
  const answer = link.request('run.pause', { runId: 'r' });
  const before = requests().length;
  ready();
  const [request] = requests();
  last().events.onMessage({
    type: 'reply',
    id: request?.type === 'request' ? request.id : 0,
    reply: { ok: true, value: null },
  });
  expect({ before, after: requests().length, answer: await answer }).toEqual({
    before: 0,
    after: 1,
    answer: null,
  });
});

test('an error of the process keeps its code and hint', async () => {
  const { link, ready, last } = setUp();
  link.start();
  ready();
  const answer = link.request('run.get', { runId: 'r' });
  last().events.onMessage({
    type: 'reply',
    id: 1,
    reply: { ok: false, error: { code: 'run/unknown', message: 'Gone', hint: 'Look again' } },
  });
  await expect(answer).rejects.toMatchObject({ code: 'run/unknown', message: 'Gone', hint: 'Look again' });
});

test('an order under way when the process ends is refused: it may have been carried out', async () => {
  const { link, ready, last } = setUp();
  link.start();
  ready();
  const answer = codeOf(link.request('run.pause', { runId: 'r' }));
  last().events.onExit(9);
  expect(await answer).toBe('runtime/stopped');
});

test('a question under way is asked once more, and not a third time', async () => {
  const { link, ready, last, fire, requests } = setUp();
  link.start();
  ready();
  const answer = codeOf(link.request('run.list', {}));
  last().events.onExit(9);
  fire(100);
  ready();
  const repeated = requests().length;
  last().events.onExit(9);
  expect({ repeated, answer: await answer }).toEqual({ repeated: 1, answer: 'runtime/stopped' });
});

test('a process that keeps ending is started again ever more slowly, one that held out at once', () => {
  const { link, ready, last, fire, timers, processes } = setUp();
  link.start();
  const delays: number[] = [];
  for (let i = 0; i < 6; i++) {
    last().events.onExit(1);
    const delay =
      timers.find((timer) => [100, 500, 2_000, 15_000].includes(timer.delayMs) || timer.delayMs === 5_000)
        ?.delayMs ?? 0;
    delays.push(delay);
    fire(delay);
  }
  ready();
  fire(60_000);
  last().events.onExit(1);
  fire(100);
  expect({ delays, started: processes.length }).toEqual({
    delays: [100, 500, 2_000, 5_000, 15_000, 15_000],
    started: 8,
  });
});

test('a restart is told', () => {
  const { link, ready, last, fire, told } = setUp();
  link.start();
  ready();
  last().events.onExit(9);
  fire(100);
  ready();
  expect(told).toEqual(['ready 0', 'warn', 'ready 1']);
});

test('a process that never becomes ready leaves nobody waiting', async () => {
  const { link, fire } = setUp();
  link.start();
  const answer = codeOf(link.request('run.list', {}));
  const patient = link.whenReady();
  fire(5_000);
  fire(30_000);
  // The ping timer has the same length as the patience; whichever fired, the request is answered by its own limit.
  expect(await answer).toBe('runtime/unavailable');
  fire(5_000);
  await patient;
});

test('six unanswered pings end the process, an answer in between does not', () => {
  const { link, ready, fire, last } = setUp();
  link.start();
  ready();
  for (let i = 0; i < 5; i++) fire(5_000);
  last().events.onMessage({ type: 'pong' });
  for (let i = 0; i < 6; i++) fire(5_000);
  const before = last().killed;
  fire(5_000);
  expect({ before, after: last().killed }).toEqual({ before: false, after: true });
});

test('a secret is answered to whoever asks for it, and a missing one with null', () => {
  const known = setUp('s3cret');
  const unknown = setUp();
  for (const { link, last } of [known, unknown]) {
    link.start();
    last().events.onMessage({ type: 'ask', id: 7, secret: 'KEY' });
  }
  expect([known.last().got.at(-1), unknown.last().got.at(-1)]).toEqual([
    { type: 'answer', id: 7, value: 's3cret' },
    { type: 'answer', id: 7, value: null },
  ]);
});

test('words of a process that was given up are not heard', () => {
  const { link, processes, fire, told } = setUp();
  link.start();
  processes[0]?.events.onExit(1);
  fire(100);
  processes[0]?.events.onMessage({
    type: 'pushes',
    pushes: [{ name: 'tasks.changed', payload: { open: 1 } }],
  });
  expect(told).toEqual(['warn']);
});

test('closing lets the process finish, and nothing is started again', async () => {
  const { link, ready, last, processes } = setUp();
  link.start();
  ready();
  const under = codeOf(link.request('run.list', {}));
  const closed = link.close();
  const asked = last().got.at(-1);
  last().events.onMessage({ type: 'closed' });
  last().events.onExit(0);
  await closed;
  const late = codeOf(link.request('run.list', {}));
  expect({
    asked,
    killed: last().killed,
    started: processes.length,
    codes: [await under, await late],
  }).toEqual({
    asked: { type: 'close' },
    killed: true,
    started: 1,
    codes: ['runtime/stopped', 'runtime/unavailable'],
  });
});

test('a process that does not close in time is ended', async () => {
  const { link, ready, last, fire } = setUp();
  link.start();
  ready();
  const closed = link.close();
  fire(4_000);
  await closed;
  await tick();
  expect(last().killed).toBe(true);
});
