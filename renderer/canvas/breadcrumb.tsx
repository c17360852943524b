import { UnstyledButton } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { type GraphRef, graphKey, nodeAt, pathTo } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { t } from '../i18n/t';

interface Props {
  readonly doc: Flow;
  readonly graph: GraphRef;
  readonly onShowGraph: (graph: GraphRef) => void;
}

/** Where in the flow one is; nothing at the root. */
export function Breadcrumb({ doc, graph, onShowGraph }: Props) {
  const path = pathTo(doc, graph);
  if (path.length < 2) return null;
  return (
    <nav className="breadcrumb" aria-label={t('canvas.breadcrumb')}>
      {path.map((ref, i) => (
        <span key={graphKey(ref)} className="row">
          {i > 0 ? <ChevronRight size={12} aria-hidden /> : null}
          {i < path.length - 1 ? (
            <UnstyledButton fz={12} onClick={() => onShowGraph(ref)}>
              {titleOf(doc, ref)}
            </UnstyledButton>
          ) : (
            <strong aria-current="page">{titleOf(doc, ref)}</strong>
          )}
        </span>
      ))}
    </nav>
  );
}

function titleOf(doc: Flow, ref: GraphRef): string {
  if (ref.type === 'root') return t('canvas.root');
  if (ref.type === 'subflow') return ref.name;
  const node = nodeAt(doc, ref.node);
  return node ? nameOf(ref.node, node) : ref.node;
}
