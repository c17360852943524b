/** Icons of the node kinds, from their folders, and the tint of their group. */
import type { NodeKind } from '../../shared/spec/nodes';
import type { Tint } from './states';

const files = import.meta.glob<string>('../../shared/nodes/*/icon.svg', {
  eager: true,
  query: '?url',
  import: 'default',
});

const icons = new Map<string, string>();
for (const [path, url] of Object.entries(files)) icons.set(path.split('/').at(-2) ?? '', url);

const tints: Readonly<Record<NodeKind, Tint>> = {
  start: 'green',
  end: 'green',
  agent: 'blue',
  tool: 'blue',
  code: 'blue',
  transform: 'blue',
  human: 'amber',
  branch: 'slate',
  parallel: 'slate',
  join: 'slate',
  map: 'slate',
  loop: 'slate',
  wait: 'slate',
  subflow: 'teal',
  supervisor: 'teal',
  planner: 'teal',
  chat: 'teal',
};

export function kindLook(kind: string): { readonly mask: string; readonly tint: Tint } {
  const url = icons.get(kind);
  return { mask: url ? `url("${url}")` : 'none', tint: tints[kind as NodeKind] ?? 'grey' };
}
