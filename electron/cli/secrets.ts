/** Where secrets come from: the environment, then a file only its owner can read. Never the command line. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/base/app-error';
import { readText } from './files';

export interface Secrets {
  get(name: string): string | undefined;
  /** Values that were handed out: they are masked in everything that is printed or recorded. */
  readonly used: ReadonlySet<string>;
}

export function openSecrets(
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
  cwd: string,
): Secrets {
  const fromFile = file === undefined ? new Map<string, string>() : readSecrets(file, cwd);
  const used = new Set<string>();
  return {
    used,
    get: (name) => {
      const value = (env[name] ?? '') === '' ? fromFile.get(name) : env[name];
      if (value !== undefined && value !== '') used.add(value);
      return value === '' ? undefined : value;
    },
  };
}

function readSecrets(file: string, cwd: string): ReadonlyMap<string, string> {
  const text = readText(file, cwd);
  const { mode } = fs.statSync(path.resolve(cwd, file));
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new AppError('secret/file-open', `Others on this machine can read ${file}, so it is not used.`, {
      hint: `Run: chmod 600 ${file}`,
    });
  }
  return parseEnvFile(text, file);
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

/** `NAME=value` lines; quotes around a value are dropped, `#` begins a comment. */
export function parseEnvFile(text: string, file: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const match = LINE.exec(line);
    if (!match) {
      throw new AppError('secret/file-wrong', `Line ${index + 1} of ${file} is not NAME=value.`, {
        details: { line: index + 1 },
      });
    }
    found.set(match[1] as string, unquote(match[2] as string));
  }
  return found;
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  if ((quote === '"' || quote === "'") && value.length > 1 && value.endsWith(quote)) {
    const inner = value.slice(1, -1);
    return quote === '"' ? inner.replaceAll('\\n', '\n').replaceAll('\\"', '"') : inner;
  }
  return value.replace(/\s+#.*$/, '');
}
