/** Where a run is to pause by itself; remembered for each flow on this machine. */
import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { CircleDot, Plus, X } from 'lucide-react';
import { allGraphs } from '../../shared/editing/graphs';
import type { Flow } from '../../shared/spec/flow';
import type { Breakpoint } from '../../shared/spec/parts';
import { t } from '../i18n/t';
import { Part } from './facts';
import { nodeName } from './words';

export type { Breakpoint };

const WHEN = ['before', 'after'] as const;

const keyOf = (flowId: string) => `baton.breakpoints.${flowId}`;

export function rememberedBreakpoints(flow: Flow): readonly Breakpoint[] {
  try {
    const text = localStorage.getItem(keyOf(flow.id));
    const list = text === null ? [] : (JSON.parse(text) as readonly Breakpoint[]); // written below under the same key
    const nodes = new Set(breakableNodes(flow));
    return list.filter((point) => nodes.has(point.node));
  } catch {
    return []; // the storage is switched off or was tampered with: none is set
  }
}

export function rememberBreakpoints(flow: Pick<Flow, 'id'>, list: readonly Breakpoint[]): void {
  try {
    if (list.length === 0) localStorage.removeItem(keyOf(flow.id));
    else localStorage.setItem(keyOf(flow.id), JSON.stringify(list));
  } catch {
    // The storage is full or switched off: they count for this run and are simply not remembered.
  }
}

/** A node that nothing arrives at cannot stop a run. */
export function breakableNodes(flow: Flow): readonly string[] {
  return allGraphs(flow).flatMap(({ graph }) =>
    Object.entries(graph.nodes).flatMap(([id, node]) => (node.kind === 'start' ? [] : [id])),
  );
}

interface Props {
  readonly flow: Flow;
  readonly value: readonly Breakpoint[];
  readonly onChange: (value: readonly Breakpoint[]) => void;
}

export function Breakpoints({ flow, value, onChange }: Props) {
  const nodes = breakableNodes(flow);
  const change = (at: number, part: Partial<Breakpoint>) =>
    onChange(value.map((point, i) => (i === at ? withPart(point, part) : point)));
  const [first] = nodes.filter((id) => !value.some((point) => point.node === id));
  return (
    <Part
      title={t('run.breakpoints')}
      aside={
        <Button
          type="button"
          size="compact-xs"
          variant="subtle"
          leftSection={<Plus size={12} aria-hidden />}
          disabled={nodes.length === 0}
          onClick={() => onChange([...value, { node: first ?? nodes[0] ?? '', when: 'before' }])}
        >
          {t('run.breakpoints.add')}
        </Button>
      }
    >
      <p className="meta">{t(value.length === 0 ? 'run.breakpoints.none' : 'run.breakpoints.help')}</p>
      {value.map((point, i) => (
        // rows have no identity of their own; each is drawn whole from its place
        <div key={i} className="breakpoint-row">
          <CircleDot size={14} className="breakpoint-dot" aria-hidden />
          <Select
            aria-label={t('run.breakpoints.node')}
            searchable
            data={nodes.map((id) => ({ value: id, label: nodeName(flow, id) }))}
            value={point.node}
            onChange={(node) => node !== null && change(i, { node })}
          />
          <Select
            aria-label={t('run.breakpoints.when')}
            w={116}
            data={WHEN.map((when) => ({ value: when, label: t(`run.breakpoints.${when}`) }))}
            value={point.when}
            onChange={(when) => when !== null && change(i, { when: when as Breakpoint['when'] })} // the data lists only these
          />
          <TextInput
            aria-label={t('run.breakpoints.if')}
            className="breakpoint-if"
            placeholder={t('run.breakpoints.if')}
            classNames={{ input: 'mono' }}
            value={point.if ?? ''}
            onChange={(event) => change(i, { if: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={t('run.breakpoints.remove')}
            onClick={() => onChange(value.filter((_, at) => at !== i))}
          >
            <X size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
    </Part>
  );
}

/** An empty condition is none. */
function withPart(point: Breakpoint, part: Partial<Breakpoint>): Breakpoint {
  const { if: condition, ...rest } = { ...point, ...part };
  return condition === undefined || condition.trim() === '' ? rest : { ...rest, if: condition };
}
