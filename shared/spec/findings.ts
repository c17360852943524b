/** Collects the problems of one document. */
import { nearMiss } from './near-miss';
import { placeOfPointer } from './place';
import type { PatchOp, Problem } from './problem';

export interface Fix {
  readonly title: string;
  readonly patch: PatchOp[];
}

export class Findings {
  private comparisonsLeft = 20_000;
  private readonly found = new Map<string, Problem>();

  constructor(private readonly document: unknown) {}

  error(code: string, pointer: string, message: string, fix?: Fix): void {
    this.add('error', code, pointer, message, fix);
  }

  warn(code: string, pointer: string, message: string, fix?: Fix): void {
    this.add('warning', code, pointer, message, fix);
  }

  /** "Did you mean …": looked for until the work allowed for it is used up, so that no document makes it slow. */
  guess(word: string, candidates: ReadonlyMap<string, unknown> | readonly string[]): string | undefined {
    const list = Array.isArray(candidates)
      ? (candidates as readonly string[])
      : [...(candidates as ReadonlyMap<string, unknown>).keys()];
    if (list.length > this.comparisonsLeft) return undefined;
    this.comparisonsLeft -= list.length;
    return nearMiss(word, list);
  }

  /** Everything found, each sentence once. */
  list(): Problem[] {
    return [...this.found.values()];
  }

  private add(
    severity: Problem['severity'],
    code: string,
    pointer: string,
    message: string,
    fix: Fix | undefined,
  ): void {
    const key = `${code} ${pointer} ${message}`;
    if (this.found.has(key)) return;
    const { node } = placeOfPointer(this.document, pointer);
    this.found.set(key, {
      code,
      severity,
      pointer,
      message,
      ...(node === undefined ? {} : { node }),
      ...(fix ? { fix } : {}),
    });
  }
}
