import { Modal, Select, TextInput, UnstyledButton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { legalTargets, likelyPort } from '../../shared/editing/edges';
import { type GraphRef, graphAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import { portsOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';

interface Props {
  readonly doc: Flow;
  readonly graph: GraphRef;
  readonly from: string;
  readonly onConnect: (port: string, to: string) => void;
  readonly onClose: () => void;
}

/** Connecting by keyboard: choose the way out, then where it leads. */
export function ConnectDialog({ doc, graph: ref, from, onConnect, onClose }: Props) {
  const graph = graphAt(doc, ref);
  const node = graph?.nodes[from];
  const ports = node ? portsOf(node).out : [];
  const [port, setPort] = useState(() => (graph && node ? likelyPort(graph, from, node) : undefined) ?? '');
  const [search, setSearch] = useState('');
  const targets = useMemo(() => legalTargets(doc, ref, from, port), [doc, ref, from, port]);
  const shown = Object.entries(graph?.nodes ?? {}).filter(
    ([id, target]) =>
      targets.has(id) && `${nameOf(id, target)} ${target.kind}`.toLowerCase().includes(search.toLowerCase()),
  );
  if (!node) return null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('canvas.connect.title', { name: nameOf(from, node) })}
      size="sm"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Select
        label={t('canvas.connect.port')}
        data={ports.map(({ name }) => name)}
        value={port}
        onChange={(value) => setPort(value ?? '')}
        mb="sm"
      />
      <TextInput
        data-autofocus
        label={t('canvas.connect.to')}
        placeholder={t('canvas.connect.search')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = shown[0];
          if (event.key === 'Enter' && first) onConnect(port, first[0]);
        }}
      />
      <div className="connect-list">
        {shown.length === 0 ? <p className="meta">{t('canvas.connect.none')}</p> : null}
        {shown.map(([id, target]) => (
          <UnstyledButton key={id} className="connect-item" onClick={() => onConnect(port, id)}>
            <KindIcon kind={target.kind} />
            <span className="truncate">{nameOf(id, target)}</span>
          </UnstyledButton>
        ))}
      </div>
    </Modal>
  );
}
