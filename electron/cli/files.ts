/** Files and values given on the command line. Every refusal says which file, what is wrong with it and what to do. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/base/app-error';
import { type Json, whyNotKept } from '../../shared/base/json';
import { explainJsonFault, lineAndColumn } from '../../shared/spec/json-fault';
import type { z } from '../../shared/spec/zod';
import { UnreadableError, usage } from './exit-code';

const MAX_BYTES = 100 * 1024 * 1024;

/** `-` is standard input. @throws AppError `file/unreadable`. */
export function readBytes(file: string, cwd: string): Uint8Array {
  try {
    if (file === '-') return fs.readFileSync(0);
    const full = path.resolve(cwd, file);
    const stat = fs.statSync(full);
    if (stat.isDirectory()) throw unreadable(file, 'it is a folder');
    if (stat.size > MAX_BYTES) throw unreadable(file, 'it is larger than 100 MiB');
    return fs.readFileSync(full);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(file, reasonOf(error as NodeJS.ErrnoException), error);
  }
}

export function readText(file: string, cwd: string): string {
  const bytes = readBytes(file, cwd);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(file, 'it is not UTF-8 text', cause);
  }
}

function readJson(file: string, cwd: string): Json {
  return parseJson(readText(file, cwd), file);
}

/** A file's name, or the JSON itself: text that begins like JSON is JSON. */
export function fileOrJson(given: string, cwd: string, option: string): Json {
  if (/^\s*[[{"]/.test(given) || /^\s*(?:-?\d[\d.eE+-]*|true|false|null)\s*$/.test(given)) {
    return parseJson(given, `the value of --${option}`);
  }
  return readJson(given, cwd);
}

export function parseJson(text: string, where: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const { message, offset } = explainJsonFault(text);
    const { line, column } = lineAndColumn(text, offset);
    const sentence = `${where} is not JSON (line ${line}, column ${column}): ${message}`;
    throw new UnreadableError('file/unreadable', sentence, { details: { line, column }, cause });
  }
  const why = whyNotKept(value);
  if (why !== undefined) throw new UnreadableError('file/unreadable', `${where} cannot be used: ${why}.`);
  return value as Json; // JSON.parse gives JSON
}

/** A file of a known shape. */
export function readShaped<T>(file: string, cwd: string, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(readJson(file, cwd));
  if (parsed.success) return parsed.data;
  const { path: at, message } = deepest(parsed.error.issues);
  const where = at.length === 0 ? '' : ` at /${at.join('/')}`;
  throw new UnreadableError('file/unreadable', `${file} is not ${what}${where}: ${message}.`);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of a union: what each of its shapes says. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** Of several shapes the one that fits furthest is the one that was meant. */
function deepest(issues: readonly Issue[]): Issue {
  const found = issues.map((issue) => {
    if (!issue.errors) return issue;
    const inner = issue.errors.filter((list) => list.length > 0).map((list) => deepest(list));
    const [best = issue] = inner.sort((a, b) => b.path.length - a.path.length);
    return best === issue ? issue : { ...best, path: [...issue.path, ...best.path] };
  });
  const [first = { path: [], message: 'its shape is wrong' }] = found;
  return { ...first, message: first.message.replace(/\.$/, '') };
}

/** Written beside the target and moved over it, so that a stop half-way leaves the old file. */
export function writeFile(file: string, cwd: string, content: string | Uint8Array): string {
  const full = path.resolve(cwd, file);
  const temporary = path.join(path.dirname(full), `.${path.basename(full)}.${process.pid}.tmp`);
  try {
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, full);
    return full;
  } catch (error) {
    removeQuietly(temporary);
    throw usage(`${file} cannot be written: ${reasonOf(error as NodeJS.ErrnoException)}.`);
  }
}

/** What made writing fail may make removing fail too; the first reason is the one to tell. */
function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // There is nothing to remove.
  }
}

export function unreadable(file: string, why: string, cause?: unknown): UnreadableError {
  return new UnreadableError('file/unreadable', `${file} cannot be read: ${why}.`, {
    details: { file },
    cause,
  });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not do that';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of its path is a file';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return error.message;
  }
}
