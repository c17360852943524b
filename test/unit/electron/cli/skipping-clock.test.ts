import { expect, test } from 'vitest';
import { skippingClock } from '../../../../electron/cli/skipping-clock';

const START = 1_000;
const HOUR = 3_600_000;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('time jumps to the next timer when nothing is being done, in order', async () => {
  const clock = skippingClock(START);
  const seen: [string, number][] = [];
  await new Promise<void>((resolve) => {
    clock.at(START + 2 * HOUR, () => {
      seen.push(['second', clock.now()]);
      resolve();
    });
    clock.at(START + HOUR, () => seen.push(['first', clock.now()]));
    clock.at(START + HOUR, () => seen.push(['first too', clock.now()]));
  });
  expect(seen).toEqual([
    ['first', START + HOUR],
    ['first too', START + HOUR],
    ['second', START + 2 * HOUR],
  ]);
});

test('what is due soon comes before any jump', async () => {
  const clock = skippingClock(START);
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    clock.at(START + HOUR, () => {
      seen.push(clock.now());
      resolve();
    });
    clock.soon(() => {
      seen.push(clock.now());
      clock.soon(() => void seen.push(clock.now()));
    });
  });
  expect(seen).toEqual([START, START, START + HOUR]);
});

test('time stands still during a call that takes time', async () => {
  const clock = skippingClock(START);
  const seen: string[] = [];
  const timer = new Promise<void>((resolve) => {
    clock.at(START + HOUR, () => {
      seen.push('timer');
      resolve();
    });
  });
  await clock.busy(async () => {
    for (let i = 0; i < 20; i++) await nextTurn();
    seen.push('call');
  });
  await timer;
  expect(seen).toEqual(['call', 'timer']);
});

test('a timer that was cancelled does not fire, and time does not go back', async () => {
  const clock = skippingClock(START);
  const seen: string[] = [];
  const cancel = clock.at(START + 1, () => seen.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => {
    clock.at(START - HOUR, resolve);
  });
  expect([seen, clock.now()]).toEqual([[], START]);
});
