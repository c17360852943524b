import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const source = fs.readFileSync(path.resolve('electron/preload/preload.ts'), 'utf8');

test('the preload imports nothing but electron, and types', () => {
  const imports = source.match(/^import .*$/gm) ?? [];
  const values = imports.filter((line) => !line.startsWith('import type '));
  expect(values).toEqual(["import { contextBridge, ipcRenderer, webUtils } from 'electron';"]);
});

test('one name is put on the window', () => {
  expect(source.match(/exposeInMainWorld\('([^']+)'/g)).toEqual(["exposeInMainWorld('baton'"]);
});
