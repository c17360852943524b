import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import { Overrun, readStopped } from '../../../../../electron/runtime/service/watchdog';
import { watchedPure } from '../../../../../electron/runtime/service/watched-pure';
import { seededRandom } from '../../../../../shared/base/random';
import { tempFolder } from '../../../../fakes/temp-folder';

const env = { nowMs: 0, random: seededRandom('x') };

function beacon() {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const announced: string[] = [];
  return {
    cells,
    announced,
    announce: (index: number, source: string) => void announced.push(`${index} ${source}`),
  };
}

test('one evaluation of two seconds is too long, many short ones are not', () => {
  const overrun = new Overrun();
  const looks = [overrun.look(3, 1, 0), overrun.look(3, 1, 1900), overrun.look(3, 1, 2000)];
  const other = new Overrun();
  const busy = Array.from({ length: 50 }, (_, i) => other.look(3, i, i * 100));
  expect({ looks, busy: busy.every((index) => index === 0) }).toEqual({ looks: [0, 0, 3], busy: true });
});

test('a pause between evaluations starts the count anew', () => {
  const overrun = new Overrun();
  overrun.look(3, 1, 0);
  overrun.look(0, 1, 1000);
  expect([overrun.look(4, 2, 1500), overrun.look(4, 2, 3000), overrun.look(4, 2, 3600)]).toEqual([0, 0, 4]);
});

test('the beacon is lit while an expression is evaluated and out after it, also when it throws', () => {
  const light = beacon();
  const seen: number[] = [];
  const real = createPure();
  const spying = {
    ...real,
    expression: (source: string) => ({
      ...real.expression(source),
      evaluate: () => {
        seen.push(Atomics.load(light.cells, 0));
        if (source === '2') throw new Error('no');
        return 1;
      },
    }),
  };
  const pure = watchedPure(spying, light);
  pure.expression('1').evaluate({}, env);
  expect(() => pure.expression('2').evaluate({}, env)).toThrow('no');
  expect({ seen, out: light.cells[0], announced: light.announced }).toEqual({
    seen: [1, 2],
    out: 0,
    announced: ['1 1', '2 2'],
  });
});

test('values and truth are those of the pure library', () => {
  const pure = watchedPure(createPure(), beacon());
  const expression = pure.expression('input.a + 1');
  expect({
    value: expression.evaluate({ input: { a: 41 } }, env),
    truth: expression.test({ input: { a: -1 } }, env),
    paths: expression.paths,
    same: pure.expression('input.a + 1') === expression,
  }).toEqual({ value: 42, truth: false, paths: [['input', 'a']], same: true });
});

test('the list of what had to be stopped is read, a hash a line', () => {
  const stoppedFile = path.join(tempFolder(), 'stopped.txt');
  fs.writeFileSync(stoppedFile, 'aa\nbb\naa\n');
  expect(readStopped(stoppedFile)).toEqual(new Set(['aa', 'bb']));
});

test('without a list nothing is refused', () => {
  expect(readStopped(path.join(tempFolder(), 'none.txt'))).toEqual(new Set());
});
