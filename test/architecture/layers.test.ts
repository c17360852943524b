/** The layer table, on every import of every source file. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTestFile, layerOf, LAYERS, mayImport, mayUse } from './layers';
import { importsOf, parse, place, readSources, type SourceFile } from './source';

/** One file's imports that the table does not allow. */
function violations(source: SourceFile): string[] {
  const from = layerOf(source.file);
  if (!from)
    return source.file.includes('/') && isLayered(source.file) ? [`${source.file} is in no layer`] : [];
  return importsOf(source).flatMap(({ specifier, line }) => {
    const complaint = (what: string) => [place(source, line, `${from.name} must not import ${what}`)];
    if (!specifier.startsWith('.')) return mayUse(from, specifier) ? [] : complaint(specifier);
    const target = path.posix.join(path.posix.dirname(source.file), specifier);
    const to = layerOf(withExtension(target));
    if (!to) return isPlainAsset(target) ? [] : complaint(target);
    if (isOtherKindsBehaviour(source.file, target)) return complaint(`${target}, another kind's behaviour`);
    return mayImport(from, to) ? [] : complaint(`${target} (${to.name})`);
  });
}

/** Imports name no extension, but for styles and data; `kinds.generated` only looks as if it had one. */
function withExtension(target: string): string {
  return /\.(tsx?|css|json|svg)$/.test(target) ? target : `${target}.ts`;
}

/** Behaviours are one layer, but a node kind is one folder: what two share goes to the kit. */
function isOtherKindsBehaviour(file: string, target: string): boolean {
  const kind = (name: string) => /^shared\/nodes\/([^/]+)\/behaviour/.exec(name)?.[1];
  return kind(file) !== undefined && kind(target) !== undefined && kind(file) !== kind(target);
}

function isLayered(file: string): boolean {
  return /^(shared|electron)\//.test(file);
}

/** package.json for the version number. */
function isPlainAsset(target: string): boolean {
  return target === 'package.json';
}

const sources = readSources('shared', 'electron', 'renderer').filter(({ file }) => !isTestFile(file));

describe('the layer table', () => {
  test('every import keeps to its layer', () => {
    expect(sources.flatMap(violations)).toEqual([]);
  });

  test('names in the table exist in the table', () => {
    const names = LAYERS.map(({ name }) => name);
    const unknown = LAYERS.flatMap(({ may }) => may).filter(
      (name) =>
        !names.some((known) => (name.endsWith('/*') ? known.startsWith(name.slice(0, -1)) : known === name)),
    );
    expect(unknown).toEqual([]);
  });
});

/** The guard is guarded: each row is a file that must not pass. */
describe('the check finds', () => {
  test.each([
    ['a package in shared/base', 'shared/base/a.ts', `import * as z from 'zod';`],
    ['a type-only import', 'shared/base/a.ts', `import type { Flow } from '../spec/flow';`],
    ['a re-export', 'shared/spec/a.ts', `export { x } from '../engine/x';`],
    ['an import type', 'shared/spec/a.ts', `type X = import('../nodes/define').X;`],
    ['a dynamic import', 'electron/main/a.ts', `const store = await import('../store/open-store');`],
    ['require', 'electron/runtime/a.ts', `const electron = require('electron');`],
    [
      'a node index that imports its behaviour',
      'shared/nodes/wait/index.ts',
      `import { b } from './behaviour';`,
    ],
    ['a kind that imports another behaviour', 'shared/nodes/wait/behaviour.ts', `import '../map/behaviour';`],
    ['a behaviour with a package', 'shared/nodes/wait/behaviour.ts', `import jsonata from 'jsonata';`],
    [
      'the renderer with a behaviour',
      'renderer/run/a.tsx',
      `import '../../shared/nodes/behaviours.generated';`,
    ],
    ['the renderer with electron', 'renderer/a.ts', `import { ipcRenderer } from 'electron';`],
    ['React Flow outside the canvas', 'renderer/run/a.tsx', `import { Handle } from '@xyflow/react';`],
    ['the runtime with the editor', 'electron/runtime/a.ts', `import '../../shared/editing/ids';`],
    ['a preload with shared code', 'electron/preload/preload.ts', `import '../../shared/base/app-error';`],
    ['a folder without a layer', 'shared/stuff/a.ts', ``],
  ])('%s', (_, file, text) => {
    expect(violations(parse(file, text))).toHaveLength(1);
  });
});
