import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, Position } from '@xyflow/react';
import { GitBranch, Mail, Repeat } from 'lucide-react';
import { memo, type ReactNode, useContext } from 'react';
import { kindList } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { DetailContext } from './detail';
import { useEdgeHighlight } from './highlight';
import { useEdgeOverlay } from './overlay';
import type { WireData, WireEdge } from './project';
import { readable } from './readable';
import { lanePath } from './route';

/** One edge: solid, double for a handoff, dashed violet for a fallback, curved back when it returns. */
export const FlowEdge = memo(function FlowEdge(props: EdgeProps<WireEdge>) {
  const { id, data, selected, markerEnd } = props;
  const overlay = useEdgeOverlay(id);
  const highlight = useEdgeHighlight(id);
  const isFar = useContext(DetailContext) === 'far';
  if (!data) return null;
  const { path, x, y } = route(props, data);
  const classes = [
    'wire',
    `wire-${data.look}`,
    selected ? 'is-selected' : '',
    overlay?.taken ? 'is-taken' : '',
    highlight ? `is-${highlight}` : '',
  ].join(' ');
  if (isFar) return <path d={path} className={`react-flow__edge-path ${classes}`} fill="none" />;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={classes}
        interactionWidth={20}
        {...(markerEnd === undefined ? {} : { markerEnd })}
      />
      {data.look === 'handoff' ? <path d={path} className="wire-inner" /> : null}
      {overlay?.token === undefined ? null : <Token key={overlay.token} path={path} />}
      <EdgeLabel data={data} x={x} y={y} taken={overlay?.taken ?? 0} selected={selected === true} />
    </>
  );
});

/** A dot that travels along the edge once. */
function Token({ path }: { readonly path: string }) {
  return (
    <circle r={5} className="wire-token">
      <animateMotion dur="0.4s" path={path} fill="freeze" />
      <animate attributeName="opacity" from="1" to="0" begin="0.35s" dur="0.15s" fill="freeze" />
    </circle>
  );
}

function route(props: EdgeProps<WireEdge>, data: WireData): { path: string; x: number; y: number } {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const fromBottom = sourcePosition === Position.Bottom;
  const from = { x: sourceX, y: sourceY };
  const to = { x: targetX, y: targetY };
  if (data.lane !== undefined) return lanePath(from, to, data.lane.y, fromBottom, data.lane.turn);
  if (data.back)
    return lanePath(
      from,
      to,
      fromBottom ? Math.max(sourceY, targetY) + 40 : Math.min(sourceY, targetY) - 48,
      fromBottom,
    );
  const [path, x, y] = getBezierPath({ ...ends, curvature: 0.3 });
  return { path, x, y };
}

interface Chip {
  readonly key: string;
  readonly icon: ReactNode;
  readonly text: string;
  readonly title: string;
}

/** What an edge says, one chip each. */
function chipsOf(data: WireData, taken: number): readonly Chip[] {
  const { edge } = data;
  return [
    ...(edge.handoff
      ? [
          {
            key: 'handoff',
            icon: <Mail size={11} aria-hidden />,
            text: edge.handoff.name,
            title: payloadWords(data),
          },
        ]
      : []),
    ...(edge.label ? [{ key: 'label', icon: null, text: edge.label, title: edge.label }] : []),
    ...(edge.when
      ? [
          {
            key: 'when',
            icon: <GitBranch size={11} aria-hidden />,
            text: edge.when,
            title: t('canvas.edge.when', { when: edge.when }),
          },
        ]
      : []),
    ...(edge.on?.length
      ? [
          {
            key: 'on',
            icon: null,
            text: kindsText(edge.on),
            title: t('canvas.edge.on', { kinds: kindList(edge.on) }),
          },
        ]
      : []),
    ...(edge.maxTraversals === undefined
      ? []
      : [
          {
            key: 'max',
            icon: <Repeat size={11} aria-hidden />,
            text: `≤ ${edge.maxTraversals}`,
            title: t('canvas.edge.max', { count: edge.maxTraversals }),
          },
        ]),
    ...(taken > 1
      ? [
          {
            key: 'taken',
            icon: null,
            text: `×${taken}`,
            title: t('canvas.edge.taken', { count: taken }),
          },
        ]
      : []),
  ];
}

function EdgeLabel(props: {
  readonly data: WireData;
  readonly x: number;
  readonly y: number;
  readonly taken: number;
  readonly selected: boolean;
}) {
  const chips = readable(() => chipsOf(props.data, props.taken), []).filter(
    ({ text }) => typeof text === 'string',
  );
  if (chips.length === 0) return null;
  return (
    <EdgeLabelRenderer>
      <div
        className={`wire-label wire-label-${props.data.look}${props.selected ? ' is-selected' : ''}`}
        style={{ transform: `translate(-50%, -50%) translate(${props.x}px, ${props.y}px)` }}
      >
        {chips.map((chip) => (
          <span key={chip.key} className="wire-chip num" title={chip.title}>
            {chip.icon}
            <span className="truncate">{chip.text}</span>
          </span>
        ))}
      </div>
    </EdgeLabelRenderer>
  );
}

function kindsText(kinds: readonly string[]): string {
  const more = kinds.length - 2;
  return more > 0 ? `${kindList(kinds.slice(0, 2))} +${more}` : kindList(kinds);
}

function payloadWords(data: WireData): string {
  const schema = data.edge.handoff?.schema;
  const properties = typeof schema === 'object' ? schema['properties'] : undefined;
  const fields = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return fields.length
    ? t('canvas.edge.payload', { fields: fields.join(', ') })
    : t('canvas.edge.anyPayload');
}
