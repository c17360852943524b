/** The shape of folders and files. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { listFiles, root } from './source';

const MAX_LINES = 400;
const NODE_FILES = ['index.ts', 'behaviour.ts', 'icon.svg', 'README.md', 'README.de.md'];

function kindFolders(): string[] {
  const folder = path.join(root, 'shared/nodes');
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function missingFiles(kind: string): string[] {
  return NODE_FILES.map((name) => `shared/nodes/${kind}/${name}`).filter(
    (file) => !fs.existsSync(path.join(root, file)),
  );
}

interface LintConfig {
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: Record<string, unknown>;
  }[];
}

/** Files that .oxlintrc.json excuses from `max-lines`, by name: that list only gets shorter. */
function excused(): string[] {
  const text = fs.readFileSync(path.join(root, '.oxlintrc.json'), 'utf8');
  const { overrides } = JSON.parse(text) as LintConfig; // Our own file; a wrong shape fails the test.
  return overrides.filter(({ rules }) => 'max-lines' in rules).flatMap(({ files }) => files);
}

/** Lines with code on them, as oxlint counts: neither blank nor all comment. */
export function countCodeLines(text: string): number {
  const withoutComments = text.replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '').replace(/^\s*\/\/.*$/gm, '');
  return withoutComments.split('\n').filter((line) => line.trim() !== '').length;
}

const ours = ['shared', 'electron', 'renderer', 'test', 'scripts']
  .flatMap(listFiles)
  .filter((file) => /\.(tsx?|mjs)$/.test(file))
  .filter((file) => !file.endsWith('.generated.ts') && !file.startsWith('test/fixtures/'));

describe('files', () => {
  test('every node kind is a whole folder', () => {
    expect(kindFolders().flatMap(missingFiles)).toEqual([]);
  });

  test(`no file is longer than ${MAX_LINES} lines, but the listed exceptions`, () => {
    const exceptions = excused();
    const tooLong = ours
      .filter((file) => !exceptions.includes(file))
      .filter((file) => countCodeLines(fs.readFileSync(path.join(root, file), 'utf8')) > MAX_LINES);
    expect(tooLong).toEqual([]);
  });

  test('each excused file exists and still needs its excuse', () => {
    const idle = excused().filter((file) => {
      const full = path.join(root, file);
      return !fs.existsSync(full) || countCodeLines(fs.readFileSync(full, 'utf8')) <= MAX_LINES;
    });
    expect(idle).toEqual([]);
  });

  test('file names are kebab-case', () => {
    const named = /^(\d{4}-)?[a-z0-9]+(-[a-z0-9]+)*(\.(test|generated|spec|config|d|bench))?\.(tsx?|mjs)$/;
    expect(ours.filter((file) => !named.test(path.basename(file)))).toEqual([]);
  });
});
