import { Select } from '@mantine/core';
import { useState } from 'react';
import { legalTargets, reconnect, type Wire } from '../../shared/editing/edges';
import { graphAt, type GraphRef } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import { portsOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import type { HostInput } from './hosts';

interface Props {
  readonly input: HostInput;
  readonly graph: GraphRef;
  readonly wire: Wire;
  readonly onMoved: (to: Wire) => void;
}

/** By which way a connection leaves and where it leads; what it says moves with it. */
export function EdgeEnds({ input, graph: ref, wire, onMoved }: Props) {
  const [refusal, setRefusal] = useState<string>();
  const { flow } = input;
  const graph = graphAt(flow, ref);
  const from = graph?.nodes[wire.from];
  if (!graph || !from) return null;
  const move = (to: Wire) => {
    const moved = reconnect(flow, ref, wire, to);
    setRefusal(moved.ok ? undefined : moved.error.message);
    if (!moved.ok) return;
    input.edit(t('inspector.edit.edge'), () => moved.value);
    onMoved(to);
  };
  const targets = new Set([...legalTargets(flow, ref, wire.from, wire.port), wire.to]);
  return (
    <div className="two">
      <Field label={t('inspector.edge.port')}>
        {(ids) => (
          <Select
            {...ids}
            data={portsOf(from).out.map(({ name, label }) => ({ value: name, label: label ?? name }))}
            value={wire.port}
            onChange={(port) => port && port !== wire.port && move({ ...wire, port })}
          />
        )}
      </Field>
      <Field label={t('inspector.edge.to')} issues={refusal === undefined ? [] : [{ message: refusal }]}>
        {(ids) => (
          <Select
            {...ids}
            searchable
            data={[...targets].map((id) => ({ value: id, label: nameOf(id, graph.nodes[id] ?? from) }))}
            value={wire.to}
            onChange={(to) => to && to !== wire.to && move({ ...wire, to })}
          />
        )}
      </Field>
    </div>
  );
}
