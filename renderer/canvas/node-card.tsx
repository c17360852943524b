import { Tooltip } from '@mantine/core';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import {
  AlarmClock,
  ArrowDownToLine,
  ArrowUpFromLine,
  Coins,
  Hourglass,
  Layers,
  type LucideIcon,
  RotateCw,
  ShieldCheck,
  Undo2,
  Wrench,
} from 'lucide-react';
import { memo, useContext } from 'react';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';
import { kindLook } from '../ui/kind-look';
import { StateBadge } from '../ui/state-badge';
import { stateLook } from '../ui/states';
import { BreakpointDot } from './breakpoint-dot';
import { useConnecting } from './connecting';
import { DetailContext } from './detail';
import type { PortPoint } from './geometry';
import { type Highlight, useNodeHighlight } from './highlight';
import type { Mark, MarkKind } from './marks';
import { type NodeOverlay, useNodeOverlay } from './overlay';
import type { CardData, CardNode as CardNodeType } from './project';

const markIcons: Readonly<Record<MarkKind, LucideIcon>> = {
  tools: Wrench,
  reads: ArrowDownToLine,
  writes: ArrowUpFromLine,
  retry: RotateCw,
  timeout: Hourglass,
  gate: ShieldCheck,
  deadline: AlarmClock,
  budget: Coins,
  undo: Undo2,
  inside: Layers,
};

/** One node on the canvas. Its size is `geometryOf`, its words come from the document, its state from the run. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNodeType>) {
  const overlay = useNodeOverlay(id);
  const highlight = useNodeHighlight(id);
  const wire = useConnecting((s) =>
    s.legal ? (s.from === id ? 'source' : s.legal.has(id) ? 'legal' : 'dim') : 'none',
  );
  const isFar = useContext(DetailContext) === 'far';
  const { geometry } = data;
  const tint = kindLook(data.kind).tint;
  const classes = [
    'card',
    `card-${geometry.shape}`,
    `tint-${tint}`,
    geometry.ports.some((point) => point.named) ? 'has-port-names' : '',
    selected ? 'is-selected' : '',
    isFar ? 'is-far' : '',
    data.disabled ? 'is-disabled' : '',
    data.problems?.errors ? 'has-errors' : '',
    data.container ? 'is-container' : '',
    wire === 'none' ? '' : `wire-${wire}`,
    highlight ? `has-highlight is-${highlight}` : '',
    overlay ? `has-state state-${stateLook[overlay.state].tint}` : data.readOnly ? 'is-untouched' : '',
    overlay?.state === 'running' ? 'is-running' : '',
    overlay?.state === 'skipped' ? 'is-skipped' : '',
  ];
  const box = {
    className: classes.filter(Boolean).join(' '),
    style: { width: geometry.width, height: geometry.height },
    'data-kind': data.kind,
  };
  if (isFar) return <div {...box} />;
  return (
    <div {...box}>
      {geometry.inY === undefined ? null : (
        <Handle
          id="in"
          type="target"
          position={Position.Left}
          className="port"
          style={{ top: geometry.inY }}
          isConnectable={!data.readOnly}
        />
      )}
      <Head data={data} overlay={overlay} />
      {geometry.shape === 'card' ? <Line data={data} overlay={overlay} /> : null}
      {data.marks.length > 0 && geometry.shape === 'card' ? <Marks marks={data.marks} /> : null}
      <BreakpointDot id={id} name={data.title} />
      {highlight ? <Flag highlight={highlight} /> : null}
      {geometry.ports.map((point) => (
        <PortDot key={point.port.name} point={point} data={data} />
      ))}
    </div>
  );
});

/** Why a card stands out, in a word. */
function Flag({ highlight }: { readonly highlight: Highlight }) {
  return <span className="card-flag">{t(`canvas.highlight.${highlight}`)}</span>;
}

function Head({ data, overlay }: { readonly data: CardData; readonly overlay: NodeOverlay | undefined }) {
  const visits = overlay?.visits ?? 0;
  return (
    <div className="card-head">
      <KindIcon kind={data.kind} />
      <span className="card-name truncate" title={data.title}>
        {data.title}
      </span>
      {data.geometry.shape === 'small' && data.marks.length > 0 ? <Marks marks={data.marks} /> : null}
      {visits > 1 ? <span className="card-visits num">{t('canvas.visits', { count: visits })}</span> : null}
      {overlay ? (
        <StateBadge state={overlay.state} compact {...(overlay.word ? { word: overlay.word } : {})} />
      ) : (
        <ProblemMark data={data} />
      )}
    </div>
  );
}

function ProblemMark({ data }: { readonly data: CardData }) {
  const { problems } = data;
  if (!problems || problems.errors + problems.warnings === 0) return null;
  const bad = problems.errors > 0;
  const count = bad ? problems.errors : problems.warnings;
  const title = bad ? t('canvas.problems.errors', { count }) : t('canvas.problems.warnings', { count });
  return (
    <span
      className={`card-problem tint-${bad ? 'red' : 'amber'} num`}
      role="img"
      aria-label={title}
      title={title}
    >
      {bad ? '!' : '△'}
      {count}
    </span>
  );
}

function Line({ data, overlay }: { readonly data: CardData; readonly overlay: NodeOverlay | undefined }) {
  if (!overlay || overlay.state === 'idle') {
    return (
      <div className="card-line truncate" title={data.summary}>
        {data.summary}
      </div>
    );
  }
  const word = overlay.word ?? t(`ui.state.${overlay.state}`);
  const text = overlay.detail ? `${word} · ${overlay.detail}` : word;
  return (
    <div className="card-line card-state truncate num" title={text}>
      {text}
    </div>
  );
}

function Marks({ marks }: { readonly marks: readonly Mark[] }) {
  return (
    <div className="card-marks">
      {marks.map((mark) => {
        const Icon = markIcons[mark.kind];
        return (
          <span key={mark.kind} className="card-mark num" title={mark.title}>
            <Icon size={11} strokeWidth={2} aria-hidden />
            {mark.text}
            <span className="sr-only">{mark.title}</span>
          </span>
        );
      })}
    </div>
  );
}

function PortDot({ point, data }: { readonly point: PortPoint; readonly data: CardData }) {
  const { port, side, x, y, named } = point;
  const open = !data.connected.has(port.name);
  const missing = open && port.required && !(port.insteadOf && data.connected.has(port.insteadOf));
  const classes = `port port-${port.kind}${open ? ' is-open' : ''}${missing ? ' is-missing' : ''}`;
  const text = port.kind === 'normal' && data.kind === 'human' && port.label ? port.label : port.name;
  const dot = (
    <Handle
      id={port.name}
      type="source"
      position={side === 'right' ? Position.Right : Position.Bottom}
      className={classes}
      style={side === 'right' ? { top: y } : { left: x }}
      isConnectable={!data.readOnly}
    />
  );
  return (
    <>
      {named && data.kind === 'branch' && port.label ? (
        <span className="case-when mono truncate" style={{ top: y - 10 }} title={port.label}>
          {port.label}
        </span>
      ) : null}
      {named ? (
        <span
          className={`port-name truncate${port.name === 'handoff' ? ' port-name-handoff' : ''}`}
          style={{ top: y - 10 }}
          title={port.label ?? port.name}
        >
          {text}
        </span>
      ) : null}
      {port.kind === 'fallback' ? (
        <Tooltip label={t('canvas.port.fallback')} openDelay={500}>
          {dot}
        </Tooltip>
      ) : (
        dot
      )}
    </>
  );
}
