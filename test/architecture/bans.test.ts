/** What no import shows: clocks and chance in shared code, doors that exist once, and ways around the rules. */
import { describe, expect, test } from 'vitest';
import { isTestFile } from './layers';
import { lineOf, nameOf, parse, place, readSources, type SourceFile, type SyntaxNode } from './source';

const AMBIENT_CALLS = new Set([
  'Date',
  'Date.now',
  'Math.random',
  'fetch',
  'queueMicrotask',
  'structuredClone',
]);
const TIMERS = /^(set|clear)(Timeout|Interval|Immediate)$/;
/** `document` and the like are not here: the compiler knows the global from a flow document, names do not. */
const AMBIENT_OBJECTS = /^(process|console|globalThis)(\.|$)/;

/** Time, chance and the world reach shared code through ports, or a replay would differ from the run. */
function ambientUse(node: SyntaxNode): string | undefined {
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date') return 'new Date(';
  if (node.type === 'CallExpression') {
    const name = nameOf(node['callee']) ?? '';
    return AMBIENT_CALLS.has(name) || TIMERS.test(name) ? `${name}(` : undefined;
  }
  const name = node.type === 'MemberExpression' ? nameOf(node['object']) : undefined;
  return name && AMBIENT_OBJECTS.test(name) ? name : undefined;
}

function find(sources: readonly SourceFile[], match: (node: SyntaxNode) => string | undefined): string[] {
  return sources.flatMap((source) =>
    source.nodes.flatMap((node) => {
      const what = match(node);
      return what === undefined ? [] : [place(source, lineOf(source, node), what)];
    }),
  );
}

function filesUsing(sources: readonly SourceFile[], match: (node: SyntaxNode) => boolean): string[] {
  return sources.filter(({ nodes }) => nodes.some(match)).map(({ file }) => file);
}

function isName(name: string): (node: SyntaxNode) => boolean {
  return (node) => node.type === 'Identifier' && node['name'] === name;
}

/** `anything.webContents.send`. */
function isWebContentsSend(node: SyntaxNode): boolean {
  if (node.type !== 'MemberExpression' || nameOf(node['property']) !== 'send') return false;
  const object = node['object'] as SyntaxNode;
  const owner = object.type === 'MemberExpression' ? nameOf(object['property']) : nameOf(object);
  return owner === 'webContents';
}

const SKIPPING = /^(test|it|describe|suite)(\.\w+)*\.(skip|only|todo|fails|fixme)$/;

function skippedTest(node: SyntaxNode): string | undefined {
  const name = node.type === 'MemberExpression' ? nameOf(node) : undefined;
  return name && SKIPPING.test(name) ? name : undefined;
}

function anyType(node: SyntaxNode): string | undefined {
  return node.type === 'TSAnyKeyword' ? 'any' : undefined;
}

const SUPPRESSION = /@ts-(ignore|nocheck|expect-error)/g;

/** Comments are not in the tree; a string that holds the words is no harm worth a parser. */
function suppressions({ file, text }: SourceFile): string[] {
  return [...text.matchAll(SUPPRESSION)].map(([words]) => `${file} ${words}`);
}

const product = readSources('shared', 'electron', 'renderer');
const tests = [...readSources('test'), ...product.filter(({ file }) => isTestFile(file))];
const pure = product.filter(
  ({ file }) => file.startsWith('shared/') && !isTestFile(file) && !file.endsWith('/inspector.tsx'),
);

describe('bans', () => {
  test('shared code has no clock, no chance and no world', () => {
    expect(find(pure, ambientUse)).toEqual([]);
  });

  test.each([
    ['ipcMain', isName('ipcMain')],
    ['ipcRenderer', isName('ipcRenderer')],
    ['webContents.send', isWebContentsSend],
  ])('%s appears in one file at most', (_, match) => {
    // The first is the one file; any other is shown by name.
    expect(filesUsing(product, match).slice(1)).toEqual([]);
  });

  test('nothing is typed any', () => {
    expect(find([...product, ...tests], anyType)).toEqual([]);
  });

  test('no type error is suppressed', () => {
    // This folder has to spell the words.
    const others = [...product, ...tests].filter(({ file }) => !file.startsWith('test/architecture/'));
    expect(others.flatMap(suppressions)).toEqual([]);
  });

  test('no test is skipped, focused or left for later', () => {
    expect(find(tests, skippedTest)).toEqual([]);
  });
});

describe('the check finds', () => {
  test.each([
    'Date.now()',
    'new Date(0)',
    'Math.random()',
    'setTimeout(f, 1)',
    'fetch(url)',
    'process.env',
    'console.log(1)',
    'globalThis.x',
  ])('%s in shared code', (code) => {
    expect(find([parse('shared/base/a.ts', code)], ambientUse)).toHaveLength(1);
  });

  test('only code, not words in comments, strings or properties', () => {
    const code = `// Date.now()\nconst text = 'Math.random()';\nport.fetch(url); step.process.id;`;
    expect(find([parse('shared/base/a.ts', code)], ambientUse)).toEqual([]);
  });

  test('a skipped test, also a parametrised one', () => {
    const code = `test.skip('a', f); describe.concurrent.only('b', f);`;
    expect(find([parse('test/a.test.ts', code)], skippedTest)).toHaveLength(2);
  });

  test('a push from any window', () => {
    const { nodes } = parse('electron/main/a.ts', `getWindow().webContents.send('x');`);
    expect(nodes.filter(isWebContentsSend)).toHaveLength(1);
  });
});
