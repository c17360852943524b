import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hashOf, writeFileAtomic } from '../../../../../electron/main/flows/atomic-file';
import { FileWatcher } from '../../../../../electron/main/flows/watcher';
import { tempFolder } from '../../../../fakes/temp-folder';

function watching(text: string) {
  const file = path.join(tempFolder(), 'flow.json');
  fs.writeFileSync(file, text);
  const told: string[] = [];
  let tell: () => void = () => undefined;
  const next = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const watcher = new FileWatcher({
    onChanged: (changed) => {
      told.push(changed);
      tell();
    },
  });
  onTestFinished(() => watcher.close());
  watcher.watch(file, hashOf(text));
  return { file, watcher, told, next };
}

test('a change by another program is told, also when it replaces the file', async () => {
  const { file, told, next } = watching('mine');
  await writeFileAtomic(file, 'theirs');
  await next;
  expect(told).toEqual([file]);
});

test('our own save is no news', async () => {
  const { file, watcher, told } = watching('one');
  watcher.watch(file, hashOf('two'));
  await writeFileAtomic(file, 'two');
  await watcher.checkAll();
  expect(told).toEqual([]);
});

test('a change is told once', async () => {
  const { file, watcher, told } = watching('mine');
  fs.writeFileSync(file, 'theirs');
  await watcher.checkAll();
  await watcher.checkAll();
  expect(told).toEqual([file]);
});

test('a file that is gone, or let go of, is no news', async () => {
  const { file, watcher, told } = watching('mine');
  fs.rmSync(file);
  await watcher.checkAll();
  fs.writeFileSync(file, 'theirs');
  watcher.forget(file);
  await watcher.checkAll();
  expect(told).toEqual([]);
});
