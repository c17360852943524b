/** A container opened in place: its steps drawn small below its card, each a way into the drawing inside. */
import { ViewportPortal } from '@xyflow/react';
import { Maximize2, X } from 'lucide-react';
import { type GraphRef, graphAt } from '../../shared/editing/graphs';
import { setExpanded } from '../../shared/editing/expand';
import { placesOf } from '../../shared/editing/layout';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { Graph } from '../../shared/spec/nodes';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';
import { kindLook } from '../ui/kind-look';
import type { Edit } from './canvas-types';
import { innerRef } from './inner-ref';
import type { CardNode } from './project';
import { sizeOf } from './readable';

interface Props {
  readonly doc: Flow;
  readonly nodes: readonly CardNode[];
  readonly edit: Edit | undefined;
  readonly onShowGraph: (graph: GraphRef) => void;
  readonly onGoTo: (graph: GraphRef, id: string) => void;
}

const GAP = 12;
const PADDING = 16;

export function InnerViews({ doc, nodes, ...props }: Props) {
  const open = nodes.filter(({ id }) => doc.layout?.nodes?.[id]?.collapsed === false);
  if (open.length === 0) return null;
  return (
    <ViewportPortal>
      {open.map((card) => {
        const ref = innerRef(doc, card.id);
        const graph = ref ? graphAt(doc, ref) : undefined;
        return ref && graph ? (
          <InnerView key={card.id} card={card} doc={doc} graph={graph} place={ref} {...props} />
        ) : null;
      })}
    </ViewportPortal>
  );
}

interface ViewProps extends Omit<Props, 'nodes'> {
  readonly card: CardNode;
  readonly graph: Graph;
  readonly place: GraphRef;
}

interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function InnerView({ card, doc, graph, place, edit, onShowGraph, onGoTo }: ViewProps) {
  const boxes = boxesOf(doc, graph, place);
  const width = Math.max(220, ...boxes.map((box) => box.x + box.width)) + PADDING;
  const height = Math.max(48, ...boxes.map((box) => box.y + box.height)) + PADDING;
  const y = card.position.y + (card.measured?.height ?? 0) + GAP;
  const close = () => edit?.(t('canvas.inner.close'), (flow) => setExpanded(flow, card.id, false));
  return (
    <section
      className="inner nopan nodrag"
      aria-label={t('canvas.inner.label', { name: card.data.title })}
      style={{ transform: `translate(${card.position.x}px, ${y}px)`, width, height: height + 32 }}
    >
      <div className="inner-head">
        <strong className="truncate">{card.data.title}</strong>
        <button
          type="button"
          className="note-button"
          aria-label={t('canvas.inner.alone')}
          title={t('canvas.inner.alone')}
          onClick={() => onShowGraph(place)}
        >
          <Maximize2 size={13} aria-hidden />
        </button>
        {edit ? (
          <button type="button" className="note-button" aria-label={t('canvas.inner.close')} onClick={close}>
            <X size={14} aria-hidden />
          </button>
        ) : null}
      </div>
      <div className="inner-body">
        <svg aria-hidden width={width} height={height}>
          {graph.edges.map((edge, i) => (
            // Connections of one drawing are drawn anew together.
            <path key={i} className={edge.port === 'fallback' ? 'is-fallback' : ''} d={lineOf(boxes, edge)} />
          ))}
        </svg>
        {boxes.map((box) => (
          <InnerNode key={box.id} box={box} graph={graph} onGo={() => onGoTo(place, box.id)} />
        ))}
      </div>
    </section>
  );
}

function InnerNode(props: { readonly box: Box; readonly graph: Graph; readonly onGo: () => void }) {
  const { id, x, y, width, height } = props.box;
  const node = props.graph.nodes[id];
  if (!node) return null;
  const name = nameOf(id, node);
  return (
    <button
      type="button"
      className={`inner-node tint-${kindLook(node.kind).tint}`}
      style={{ left: x, top: y, width, height }}
      title={name}
      onClick={props.onGo}
    >
      <KindIcon kind={node.kind} />
      <span className="truncate">{name}</span>
    </button>
  );
}

/** Places inside, moved to the corner and drawn closer together than in the drawing of their own. */
function boxesOf(doc: Flow, graph: Graph, place: GraphRef): readonly Box[] {
  const places = [...placesOf(doc, place)];
  const left = Math.min(...places.map(([, at]) => at.x));
  const top = Math.min(...places.map(([, at]) => at.y));
  return places.flatMap(([id, at]) => {
    const node = graph.nodes[id];
    if (!node) return [];
    const size = sizeOf(node, false);
    const width = Math.max(108, size.width * 0.62);
    return [
      { id, x: PADDING + (at.x - left) * 0.75, y: PADDING / 2 + (at.y - top) * 0.6, width, height: 32 },
    ];
  });
}

function lineOf(boxes: readonly Box[], edge: Graph['edges'][number]): string {
  const from = boxes.find((box) => box.id === edge.from);
  const to = boxes.find((box) => box.id === edge.to);
  if (!from || !to) return '';
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const bend = Math.max(16, Math.abs(end.x - start.x) / 2);
  return `M${start.x},${start.y} C${start.x + bend},${start.y} ${end.x - bend},${end.y} ${end.x},${end.y}`;
}
