/** What every export gives back. */
import { createHash } from 'node:crypto';
import type { Json } from '../../../shared/base/json';

export interface ExportedFile {
  /** Relative, with `/`, never leaving the folder it is written to. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Something the target cannot hold: nothing is dropped silently. */
export interface Loss {
  /** JSON Pointer into the flow, or a step key. */
  readonly path: string;
  readonly what: string;
  readonly how: string;
}

export interface ExportResult {
  readonly files: readonly ExportedFile[];
  readonly losses: readonly Loss[];
}

export function textFile(path: string, text: string): ExportedFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

export function jsonFile(path: string, value: unknown): ExportedFile {
  return textFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

export function linesFile(path: string, lines: readonly Json[]): ExportedFile {
  return textFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const MEDIA_TYPES: readonly (readonly [string, string])[] = [
  ['.jsonl', 'application/jsonl'],
  ['.json', 'application/json'],
  ['.md', 'text/markdown'],
  ['.mmd', 'text/vnd.mermaid'],
];

export function mediaTypeOf(path: string): string {
  return MEDIA_TYPES.find(([ending]) => path.endsWith(ending))?.[1] ?? 'application/octet-stream';
}

/** Letters, digits, dot, dash and underscore only: safe as a file name on every system. */
export function fileName(text: string): string {
  return (
    text
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[.-]+|[.-]+$/g, '')
      .slice(0, 100) || 'flow'
  );
}
