import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Logger } from '../../../../../electron/main/state/logger';
import { tempFolder } from '../../../../fakes/temp-folder';

test('a line has time, level and area, and stays one line', () => {
  const folder = tempFolder();
  new Logger({ folder, now: () => 0 }).warn('main', 'first\nsecond');
  expect(fs.readFileSync(path.join(folder, 'main.log'), 'utf8')).toBe(
    '1970-01-01T00:00:00.000Z warn main: first | second\n',
  );
});

test('secrets never reach the file, nor the terminal', () => {
  const folder = tempFolder();
  const lines: string[] = [];
  const log = new Logger({ folder, onLine: (line) => lines.push(line) });
  log.mask('canary-secret');
  log.error('runtime', 'refused: Bearer canary-secret is wrong, canary-secret');
  const text = fs.readFileSync(path.join(folder, 'main.log'), 'utf8') + lines.join('');
  expect({ has: text.includes('canary'), masked: text.includes('Bearer *** is wrong, ***') }).toEqual({
    has: false,
    masked: true,
  });
});

test('full files are turned over and the oldest is dropped', () => {
  const folder = tempFolder();
  const log = new Logger({ folder, maxBytes: 200, files: 3, now: () => 0 });
  for (let i = 0; i < 30; i++) log.info('main', `line ${i} ${'x'.repeat(40)}`);
  const names = fs.readdirSync(folder).sort();
  const isNewestLast = fs.readFileSync(path.join(folder, 'main.log'), 'utf8').includes('line 29');
  const isBounded = names.every((name) => fs.statSync(path.join(folder, name)).size <= 200);
  expect({ names, isNewestLast, isBounded }).toEqual({
    names: ['main.log', 'main.log.1', 'main.log.2'],
    isNewestLast: true,
    isBounded: true,
  });
});

test('a log that cannot be written stops nothing', () => {
  const folder = tempFolder();
  const log = new Logger({ folder });
  fs.rmSync(folder, { recursive: true });
  expect(() => log.info('main', 'hello')).not.toThrow();
});
