/** Faults to inject: on which node, at which attempt, of which kind, how often. */
import { ActionIcon, Button, NumberInput, Select } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { allNodeIds, nodeAt } from '../../shared/editing/graphs';
import type { Flow } from '../../shared/spec/flow';
import { FAULT_KINDS, type Fault } from '../../shared/spec/parts';
import { t } from '../i18n/t';
import { nodeName } from '../run/words';
import { DurationField } from '../ui/duration-field';

export interface FaultDraft {
  readonly id: number;
  readonly node: string;
  readonly attempt: number | '*';
  readonly kind: Fault['kind'];
  /** In percent. */
  readonly share: number;
  /** Of a rate limit: when to ask again. */
  readonly retryAfter?: string | undefined;
  /** Of a slow call: how long it takes. */
  readonly latency?: string | undefined;
  /** Of a crash: before or after the call had its effect. */
  readonly when?: Fault['when'];
}

const FOR_PEOPLE: ReadonlySet<Fault['kind']> = new Set(['rejected', 'expired']);
const CALLING: ReadonlySet<string> = new Set([
  'agent',
  'tool',
  'code',
  'supervisor',
  'planner',
  'chat',
  'human',
]);

export function faultsOf(drafts: readonly FaultDraft[]): Fault[] {
  return drafts.map(({ node, attempt, kind, share, retryAfter, latency, when }) => ({
    node,
    attempt,
    kind,
    ...(kind === 'rate_limited' && retryAfter !== undefined ? { retryAfter } : {}),
    ...(kind === 'slow' && latency !== undefined ? { latency } : {}),
    ...(kind === 'crash' && when !== undefined ? { when } : {}),
    ...(share < 100 ? { probability: share / 100 } : {}),
  }));
}

/** The kinds of fault that can meet a node. A crash would end the lab itself and is rehearsed with one run only. */
export function faultKindsFor(flow: Flow, node: string): readonly Fault['kind'][] {
  const isHuman = nodeAt(flow, node)?.kind === 'human';
  return FAULT_KINDS.filter((kind) => kind !== 'crash' && FOR_PEOPLE.has(kind) === isHuman);
}

export function faultyNodes(flow: Flow): readonly string[] {
  return [...allNodeIds(flow)].filter((id) => CALLING.has(nodeAt(flow, id)?.kind ?? ''));
}

interface Props {
  readonly flow: Flow;
  readonly faults: readonly FaultDraft[];
  readonly onChange: (faults: readonly FaultDraft[]) => void;
}

export function FaultList({ flow, faults, onChange }: Props) {
  const nodes = faultyNodes(flow);
  const [first] = nodes;
  if (first === undefined) return <p className="meta">{t('rehearsal.faults.impossible')}</p>;
  const add = () => {
    const id = Math.max(0, ...faults.map((fault) => fault.id)) + 1;
    onChange([
      ...faults,
      { id, node: first, attempt: '*', kind: faultKindsFor(flow, first)[0] ?? 'error', share: 100 },
    ]);
  };
  return (
    <>
      {faults.length === 0 ? <p className="meta">{t('rehearsal.faults.none')}</p> : null}
      <ul className="plain faults">
        {faults.map((fault) => (
          <li key={fault.id}>
            <FaultRow
              flow={flow}
              nodes={nodes}
              fault={fault}
              onChange={(next) => onChange(faults.map((one) => (one.id === next.id ? next : one)))}
              onRemove={() => onChange(faults.filter((one) => one.id !== fault.id))}
            />
          </li>
        ))}
      </ul>
      <Button size="compact-sm" variant="default" leftSection={<Plus size={13} aria-hidden />} onClick={add}>
        {t('rehearsal.faults.add')}
      </Button>
    </>
  );
}

interface RowProps {
  readonly flow: Flow;
  readonly nodes: readonly string[];
  readonly fault: FaultDraft;
  readonly onChange: (fault: FaultDraft) => void;
  readonly onRemove: () => void;
}

function FaultRow({ flow, nodes, fault, onChange, onRemove }: RowProps) {
  // What is written in a file is shown, even where the lab would not offer it.
  const kinds = [...new Set([...faultKindsFor(flow, fault.node), fault.kind])];
  const attempts = [...new Set([1, 2, 3, 4, 5, ...(fault.attempt === '*' ? [] : [fault.attempt])])];
  const onNode = (node: string | null) => {
    if (node === null) return;
    const fitting = faultKindsFor(flow, node);
    onChange({ ...fault, node, kind: fitting.includes(fault.kind) ? fault.kind : (fitting[0] ?? 'error') });
  };
  return (
    <div className="fault">
      <Select
        aria-label={t('rehearsal.fault.node')}
        data={[...new Set([...nodes, fault.node])].map((value) => ({ value, label: nodeName(flow, value) }))}
        value={fault.node}
        onChange={onNode}
        searchable
      />
      <Select
        aria-label={t('rehearsal.fault.kind')}
        data={kinds.map((value) => ({ value, label: t(`rehearsal.kind.${value}`) }))}
        value={fault.kind}
        onChange={(kind) =>
          kind && onChange({ ...fault, kind: kind as Fault['kind'] })
        } /* the data lists only kinds */
      />
      <Select
        aria-label={t('rehearsal.fault.attempt')}
        data={[
          { value: '*', label: t('rehearsal.fault.every') },
          ...attempts.map((n) => ({ value: String(n), label: t('rehearsal.fault.nth', { n }) })),
        ]}
        value={String(fault.attempt)}
        onChange={(value) =>
          onChange({ ...fault, attempt: value === '*' || value === null ? '*' : Number(value) })
        }
      />
      <NumberInput
        aria-label={t('rehearsal.fault.share')}
        value={fault.share}
        min={1}
        max={100}
        suffix=" %"
        allowDecimal={false}
        onChange={(value) => onChange({ ...fault, share: Math.min(100, Math.max(1, Number(value) || 100)) })}
      />
      <ActionIcon aria-label={t('rehearsal.fault.remove')} onClick={onRemove}>
        <X size={14} aria-hidden />
      </ActionIcon>
      <FaultDetail fault={fault} onChange={onChange} />
    </div>
  );
}

/** What some kinds of fault say more. */
function FaultDetail({ fault, onChange }: Pick<RowProps, 'fault' | 'onChange'>) {
  if (fault.kind === 'crash')
    return (
      <Select
        className="fault-detail"
        label={t('rehearsal.fault.when')}
        data={(['before', 'after'] as const).map((value) => ({
          value,
          label: t(`rehearsal.fault.when.${value}`),
        }))}
        value={fault.when ?? 'before'}
        onChange={(when) => onChange({ ...fault, when: when === 'after' ? 'after' : undefined })}
      />
    );
  if (fault.kind !== 'rate_limited' && fault.kind !== 'slow') return null;
  const key = fault.kind === 'slow' ? 'latency' : 'retryAfter';
  return (
    <DurationField
      className="fault-detail"
      label={t(`rehearsal.fault.${key}`)}
      value={fault[key]}
      onChange={(next) => onChange({ ...fault, [key]: next })}
    />
  );
}
