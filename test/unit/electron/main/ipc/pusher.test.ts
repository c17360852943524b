import { expect, test } from 'vitest';
import { Pusher } from '../../../../../electron/main/ipc/pusher';
import type { ServicePush } from '../../../../../shared/ipc/service';

function setUp() {
  const sent: { names: string[]; batch: number }[] = [];
  const flushes: (() => void)[] = [];
  const pusher = new Pusher({
    send: (pushes: readonly ServicePush[], batch) =>
      sent.push({ names: pushes.map((push) => push.name), batch }),
    later: (flush) => flushes.push(flush),
  });
  const tick = (): void => {
    for (const flush of flushes.splice(0)) flush();
  };
  return { pusher, sent, tick };
}

test('what comes before the page has loaded waits for it', () => {
  const { pusher, sent, tick } = setUp();
  pusher.push('flow.openPath', { path: '/a.json' });
  tick();
  const before = sent.length;
  pusher.onAck(0);
  tick();
  expect({ before, sent }).toEqual({ before: 0, sent: [{ names: ['flow.openPath'], batch: 1 }] });
});

test('pushes of one moment go out together', () => {
  const { pusher, sent, tick } = setUp();
  pusher.onAck(0);
  pusher.push('tasks.changed', { open: 1 });
  pusher.push('tasks.changed', { open: 2 });
  pusher.push('menu.command', { command: 'file.new' });
  tick();
  expect(sent).toEqual([{ names: ['menu.command', 'tasks.changed'], batch: 1 }]);
});

test('a window that takes nothing gets two batches and no more until it does', () => {
  const { pusher, sent, tick } = setUp();
  pusher.onAck(0);
  for (let i = 0; i < 5; i++) {
    pusher.push('tasks.changed', { open: i });
    tick();
  }
  const lagging = sent.length;
  pusher.onAck(1);
  tick();
  expect({ lagging, now: sent.length }).toEqual({ lagging: 2, now: 3 });
});

test('a page that loads again starts afresh', () => {
  const { pusher, sent, tick } = setUp();
  pusher.onAck(0);
  for (let i = 0; i < 3; i++) {
    pusher.push('tasks.changed', { open: i });
    tick();
  }
  pusher.onPageGone();
  tick();
  const whileGone = sent.length;
  pusher.onAck(0);
  tick();
  expect({ whileGone, now: sent.length }).toEqual({ whileGone: 2, now: 3 });
});
