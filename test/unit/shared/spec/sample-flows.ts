/** Small documents for tests: one valid flow, and ways to change it by pointer. */
import { createPure } from '../../../../electron/runtime/pure/create-pure';
import { applyPatch } from '../../../../shared/spec/patch';
import type { PatchOp, Problem } from '../../../../shared/spec/problem';
import { validateFlow } from '../../../../shared/spec/validate';

export const libs = createPure();

export function edge(from: string, port: string, to: string, more: object = {}): object {
  return { from, port, to, ...more };
}

/** start → work → done, valid and without warnings. */
export function small(): Record<string, unknown> {
  return {
    format: 'baton.flow/1',
    id: 'small',
    name: 'Small',
    version: '1.0.0',
    nodes: { start: { kind: 'start' }, work: { kind: 'transform', output: {} }, done: { kind: 'end' } },
    edges: [edge('start', 'next', 'work'), edge('work', 'next', 'done')],
  };
}

/** Adds or replaces values by pointer; undefined removes one. Parents must exist. */
export function edit(document: unknown, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const patch = Object.entries(changes).map(([path, value]) =>
    value === undefined
      ? { op: 'remove', path }
      : { op: path.endsWith('/-') || !/\/edges\/\d+$/.test(path) ? 'add' : 'replace', path, value },
  );
  return applyPatch(document, patch as PatchOp[]) as Record<string, unknown>;
}

/** start → the nodes one after the other by `next` → done. */
export function chain(nodes: Readonly<Record<string, object>>, more: object = {}): Record<string, unknown> {
  const ids = Object.keys(nodes);
  const ends = ids.flatMap((id, i) => (i === 0 ? [] : [edge(ids[i - 1] ?? '', 'next', id)]));
  return {
    ...small(),
    nodes: { start: { kind: 'start' }, ...nodes, done: { kind: 'end' } },
    edges: [edge('start', 'next', ids[0] ?? 'done'), ...ends, edge(ids.at(-1) ?? 'start', 'next', 'done')],
    ...more,
  };
}

/** A body graph: begin → the node → finish. */
export function body(id: string, node: object): object {
  return {
    nodes: { [`begin_${id}`]: { kind: 'start' }, [id]: node, [`finish_${id}`]: { kind: 'end' } },
    edges: [edge(`begin_${id}`, 'next', id), edge(id, 'next', `finish_${id}`)],
  };
}

export function problemsOf(document: unknown): readonly Problem[] {
  return validateFlow(document, libs).problems;
}

/** `code pointer` of everything found. */
export function found(document: unknown): string[] {
  return problemsOf(document).map((problem) => `${problem.code} ${problem.pointer}`);
}

/** The same, without warnings. */
export function errors(document: unknown): string[] {
  return problemsOf(document)
    .filter((problem) => problem.severity === 'error')
    .map((problem) => `${problem.code} ${problem.pointer}`);
}

/** The sentence of the first problem with this code. */
export function sentence(document: unknown, code: string): string {
  return problemsOf(document).find((problem) => problem.code === code)?.message ?? '';
}

/** What is found after the fix of the first problem with this code was applied. */
export function mended(document: unknown, code: string): string[] {
  const fix = problemsOf(document).find((problem) => problem.code === code)?.fix;
  return found(applyPatch(document, fix?.patch ?? []));
}

export const transform = { kind: 'transform', output: 1 };
export const model = { provider: 'builtin', model: 'x' };
export const tool = { kind: 'builtin', name: 'clock', description: 'd', input: true, effect: 'read' };
export const person = { kind: 'human', mode: 'approve', title: 'Ok?', deadline: 'P1D' };

/** start → a (agent) → done, with everything declared. */
export function acting(node: object = {}, agent: object = {}): Record<string, unknown> {
  return chain(
    { a: { kind: 'agent', agent: 'helper', ...node } },
    {
      context: { note: { schema: true, merge: 'replace' }, log: { schema: true, merge: 'append' } },
      models: { m: model, other: model },
      mcpServers: { files: { transport: 'stdio', command: 'node' } },
      tools: { clock: tool },
      agents: { helper: { role: 'R', model: 'm', ...agent } },
      policies: { calm: { timeout: 'PT5S' } },
    },
  );
}
