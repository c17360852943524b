import fs from 'node:fs';
import fsp from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type FileCalls, writeFileAtomic } from '../../../../../electron/main/flows/atomic-file';
import { tempFolder } from '../../../../fakes/temp-folder';

const real: FileCalls = { open: fsp.open, rename: fsp.rename, rm: fsp.rm, mkdir: fsp.mkdir };
const die = (): never => {
  throw new Error('killed');
};

test('a write makes its folders and leaves only the file', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'a/b/flow.json');
  await writeFileAtomic(file, 'one');
  await writeFileAtomic(file, 'two');
  expect({ text: fs.readFileSync(file, 'utf8'), names: fs.readdirSync(path.dirname(file)) }).toEqual({
    text: 'two',
    names: ['flow.json'],
  });
});

test('a kill between the temporary file and the rename leaves the old file whole', async () => {
  const file = path.join(tempFolder(), 'flow.json');
  await writeFileAtomic(file, 'old');
  // A killed process cleans nothing up either.
  const calls: FileCalls = { ...real, rename: die, rm: async () => undefined };
  await expect(writeFileAtomic(file, 'new', { calls })).rejects.toThrow('killed');
  expect(fs.readFileSync(file, 'utf8')).toBe('old');
});

test('a disk that fills up while writing leaves the old file and no rubbish', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'flow.json');
  await writeFileAtomic(file, 'old');
  const open = (async (...args: Parameters<typeof fsp.open>) => {
    const handle = await fsp.open(...args);
    handle.writeFile = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    return handle;
  }) as typeof fsp.open;
  await expect(writeFileAtomic(file, 'new', { calls: { ...real, open } })).rejects.toThrow('full');
  expect({ text: fs.readFileSync(file, 'utf8'), names: fs.readdirSync(folder) }).toEqual({
    text: 'old',
    names: ['flow.json'],
  });
});

test('a rename that fails takes the temporary file away', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'flow.json');
  await expect(writeFileAtomic(file, 'new', { calls: { ...real, rename: die } })).rejects.toThrow('killed');
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('permissions are the ones asked for', async () => {
  const file = path.join(tempFolder(), 'secret.json');
  await writeFileAtomic(file, 'x', { mode: 0o600 });
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});
