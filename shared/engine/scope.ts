/**
 * What a token can see. Scopes are layered: a branch or map item writes to a layer of its own, so siblings never see
 * each other; whoever joins them merges the layers that count.
 *
 * S1. A layer under others is not written while they live: a view can be read at any time during its step.
 * S2. Hashes are kept beside values and grow with them, so a view's hash costs the same after ten thousand steps.
 * S3. What was put out is hashed when somebody asks: a long record is folded without hashing what lies behind.
 */
import { canonicalJson } from '../base/jcs';
import type { Json } from '../base/json';
import { isJsonObject } from '../base/json';
import type { ContextField } from '../spec/parts';
import { Appended } from './appended';

export interface StepScope {
  readonly parent: StepScope | null;
  readonly own: Map<string, Json>;
  /** Of all that is seen but `unhashed`; ask `scopeHash`. */
  hash: string;
  unhashed: { readonly node: string; readonly output: Json }[];
}

export interface ContextVersion {
  readonly version: number;
  readonly value: Json;
  readonly writer: string;
  readonly at: number;
  readonly hash: string;
}

/** One write as it was made: `value` is the addition for `append`, the patch for `merge`, the number for `sum`. */
export interface ContextWrite {
  readonly field: string;
  readonly value: Json;
  readonly step: string;
}

export interface ContextScope {
  readonly parent: ContextScope | null;
  readonly own: Map<string, ContextVersion>;
  /** Writes of this layer in order, for the merge at a join. */
  readonly log: ContextWrite[];
}

export type Sha256 = (text: string) => string;

export function createStepScope(parent: StepScope | null, sha256: Sha256): StepScope {
  return { parent, own: new Map(), hash: parent ? scopeHash(parent, sha256) : '', unhashed: [] };
}

export function createContextScope(parent: ContextScope | null): ContextScope {
  return { parent, own: new Map(), log: [] };
}

const hashes = new WeakMap<object, string>();

/** Content hash of a value; remembered for objects, which are never changed. */
export function valueHash(value: Json, sha256: Sha256): string {
  if (typeof value !== 'object' || value === null) return sha256(canonicalJson(value));
  const known = hashes.get(value);
  if (known !== undefined) return known;
  const hash = sha256(canonicalJson(value));
  hashes.set(value, hash);
  return hash;
}

/** Outputs that were replaced before anybody asked for the hash: more of them are not kept alive for it. */
const REPLACED_UNHASHED = 1000;

export function setStep(scope: StepScope, node: string, output: Json, sha256: Sha256): void {
  scope.own.set(node, output);
  scope.unhashed.push({ node, output });
  if (scope.unhashed.length > scope.own.size + REPLACED_UNHASHED) scopeHash(scope, sha256);
}

/** Hash of everything a layer shows of steps. */
export function scopeHash(scope: StepScope, sha256: Sha256): string {
  if (scope.unhashed.length === 0) return scope.hash;
  for (const { node, output } of scope.unhashed)
    scope.hash = sha256(`${scope.hash}\n${node}\n${valueHash(output, sha256)}`);
  scope.unhashed = [];
  return scope.hash;
}

/** Latest output of a node, or undefined when no visible step of it has committed. */
export function stepOutput(scope: StepScope | null, node: string): Json | undefined {
  for (let layer = scope; layer; layer = layer.parent) {
    const value = layer.own.get(node);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** All visible outputs, inner layers over outer ones. */
export function allSteps(scope: StepScope): Map<string, Json> {
  const found = scope.parent ? allSteps(scope.parent) : new Map<string, Json>();
  for (const [node, output] of scope.own) found.set(node, output);
  return found;
}

export function contextVersion(scope: ContextScope | null, field: string): ContextVersion | undefined {
  for (let layer = scope; layer; layer = layer.parent) {
    const version = layer.own.get(field);
    if (version) return version;
  }
  return undefined;
}

/** Outer layers first, so that the result is the same however the layers came about. */
export function contextFields(scope: ContextScope): Map<string, ContextVersion> {
  const found = scope.parent ? contextFields(scope.parent) : new Map<string, ContextVersion>();
  for (const [field, version] of scope.own) found.set(field, version);
  return found;
}

/** Makes the next version of a field in this layer by its merge rule and logs the write. */
export function writeContext(
  scope: ContextScope,
  rule: ContextField['merge'],
  write: ContextWrite,
  at: number,
  sha256: Sha256,
): ContextVersion {
  const before = contextVersion(scope, write.field);
  const own = valueHash(write.value, sha256);
  const hash = rule === 'replace' ? own : sha256(`${before?.hash ?? ''}\n${own}`);
  const parts = { version: (before?.version ?? 0) + 1, writer: write.step, at, hash };
  const next: ContextVersion =
    rule === 'append'
      ? new Appended(parts, before, write.value)
      : { ...parts, value: mergeValue(rule, before?.value, write.value) };
  scope.own.set(write.field, next);
  scope.log.push(write);
  return next;
}

/** The value a field has after a write; lists that grow are `Appended`. */
export function mergeValue(
  rule: Exclude<ContextField['merge'], 'append'>,
  before: Json | undefined,
  value: Json,
): Json {
  switch (rule) {
    case 'replace':
      return value;
    case 'merge':
      return mergePatch(before ?? {}, value);
    case 'sum':
      return asNumber(before, 0) + asNumber(value, 0);
    case 'min':
      return typeof before === 'number' ? Math.min(before, asNumber(value, before)) : value;
    case 'max':
      return typeof before === 'number' ? Math.max(before, asNumber(value, before)) : value;
  }
}

/** Value a field has before anyone wrote it. */
export function initialValue(field: ContextField): Json | undefined {
  if (field.initial !== undefined) return field.initial;
  if (field.merge === 'append') return [];
  if (field.merge === 'merge') return {};
  return field.merge === 'sum' ? 0 : undefined;
}

function asNumber(value: Json | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

/** RFC 7396: null removes a member, objects merge, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const base: Record<string, Json> = Object.create(null) as Record<string, Json>;
  if (isJsonObject(target)) for (const [key, value] of Object.entries(target)) base[key] = value;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete base[key];
    else base[key] = mergePatch(base[key] ?? null, value);
  }
  return Object.fromEntries(Object.entries(base));
}
