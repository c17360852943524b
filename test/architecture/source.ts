/** Our source files as syntax trees: a ban must not be fooled by a comment, or find itself in a string. */
import fs from 'node:fs';
import path from 'node:path';
import { parseAst } from 'rolldown/parseAst';

export const root = path.resolve(import.meta.dirname, '../..');

/** As much of an ESTree node as is asked for here. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

export interface SourceFile {
  /** From the root, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly nodes: readonly SyntaxNode[];
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** The node and all nodes below it. */
export function walk(node: SyntaxNode): SyntaxNode[] {
  const below = Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode);
  return [node, ...below.flatMap(walk)];
}

export function parse(file: string, text: string): SourceFile {
  const lang = file.endsWith('x') ? 'tsx' : 'ts';
  const tree: unknown = parseAst(text, { lang, astType: 'ts' }, file);
  return { file, text, nodes: isNode(tree) ? walk(tree) : [] };
}

/** Every file under a folder; none when the folder does not exist. */
export function listFiles(folder: string): string[] {
  const full = path.join(root, folder);
  if (!fs.existsSync(full)) return [];
  return fs
    .readdirSync(full, { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter((file) => fs.statSync(path.join(root, file)).isFile())
    .sort();
}

export function readSources(...folders: string[]): SourceFile[] {
  return folders
    .flatMap(listFiles)
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !file.startsWith('test/fixtures/'))
    .map((file) => parse(file, fs.readFileSync(path.join(root, file), 'utf8')));
}

export function lineOf(source: SourceFile, node: SyntaxNode): number {
  return source.text.slice(0, node.start).split('\n').length;
}

function literal(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const text = value['value'];
  return typeof text === 'string' ? text : undefined;
}

function isRequire(node: SyntaxNode): boolean {
  return node.type === 'CallExpression' && nameOf(node['callee']) === 'require';
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Imports of every shape: static, type-only, re-export, dynamic, `import('…').Type`, `require`. */
export function importsOf(source: SourceFile): Import[] {
  return source.nodes.flatMap((node) => {
    const required = isRequire(node) ? (node['arguments'] as unknown[])[0] : undefined;
    const specifier = literal(IMPORTING.has(node.type) ? node['source'] : required);
    return specifier === undefined ? [] : [{ specifier, line: lineOf(source, node) }];
  });
}

/** `a` for an identifier, `a.b` for a plain member of one; undefined for anything else. */
export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Identifier') return value['name'] as string;
  if (value.type !== 'MemberExpression' || value['computed'] === true) return undefined;
  const object = nameOf(value['object']);
  const property = nameOf(value['property']);
  return object && property ? `${object}.${property}` : undefined;
}

/** `file:line what`, as an editor can follow it. */
export function place(source: SourceFile, line: number, what: string): string {
  return `${source.file}:${line} ${what}`;
}
