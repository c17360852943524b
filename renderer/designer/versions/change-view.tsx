/** The difference of two states of a flow: on the drawing, and below it as a list. */
import { UnstyledButton } from '@mantine/core';
import { CircleCheck, Minus, Pencil, Plus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { graphAt, graphKey, type GraphRef, ROOT, sameGraph } from '../../../shared/editing/graphs';
import type { Flow } from '../../../shared/spec/flow';
import { diffFlows } from '../../../shared/spec/diff';
import { Breadcrumb } from '../../canvas/breadcrumb';
import type { CanvasHandle } from '../../canvas/canvas-types';
import { FlowCanvas } from '../../canvas/flow-canvas';
import { createHighlights, type Highlight, HighlightContext } from '../../canvas/highlight';
import { NOTHING, type Selection } from '../../editor/editor-store';
import { ChangeList } from '../../forms/change-list';
import { t } from '../../i18n/t';
import { nameOfChange, typeOfChange } from './change-words';
import { flowChanges, mergedFlow, type ThingChange } from './flow-changes';

interface Props {
  readonly before: Flow;
  readonly after: Flow;
}

const icons = { added: Plus, removed: Minus, changed: Pencil } as const;
const tints = { added: 'green', removed: 'red', changed: 'amber' } as const;

export function ChangeView({ before, after }: Props) {
  const [graph, setGraph] = useState<GraphRef>(ROOT);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const canvas = useRef<CanvasHandle>(null);
  const { changes, merged, means } = useMemo(
    () => ({
      changes: flowChanges(before, after),
      merged: mergedFlow(before, after),
      means: !diffFlows(before, after).equal,
    }),
    [before, after],
  );
  const shown = graphAt(merged, graph) ? graph : ROOT;
  const highlights = useMemo(() => createHighlights(highlightsOf(changes, shown)), [changes, shown]);
  const onGo = (change: ThingChange) => {
    if (!change.graph || change.id === undefined) return;
    const { id } = change;
    setGraph(change.graph);
    setSelection(change.type === 'node' ? { nodes: [id], edges: [] } : { nodes: [], edges: [id] });
    // The canvas of another graph has to be there before it can show the node.
    if (change.type === 'node')
      requestAnimationFrame(() => requestAnimationFrame(() => canvas.current?.show(id)));
  };
  if (changes.length === 0) {
    return (
      <p className="all-well row">
        <CircleCheck size={15} aria-hidden /> {t('versions.same')}
      </p>
    );
  }
  return (
    <>
      <p className="meta" role="status">
        {t('versions.count', { count: changes.length })}{' '}
        {means ? t('versions.meansOther') : t('versions.meansSame')}
      </p>
      <div className="version-canvas">
        <HighlightContext.Provider value={highlights}>
          <FlowCanvas
            key={graphKey(shown)}
            mode="run"
            doc={merged}
            graph={shown}
            selection={selection}
            onSelect={(next) => setSelection({ ...NOTHING, ...next })}
            onShowGraph={setGraph}
            handle={canvas}
            minimap={false}
          >
            <Breadcrumb doc={merged} graph={shown} onShowGraph={setGraph} />
          </FlowCanvas>
        </HighlightContext.Provider>
      </div>
      <ul className="version-changes" aria-label={t('versions.list')}>
        {changes.map((change) => (
          <Change key={change.key} change={change} onGo={() => onGo(change)} />
        ))}
      </ul>
    </>
  );
}

function highlightsOf(changes: readonly ThingChange[], shown: GraphRef) {
  const inside = changes.filter((change) => change.graph && sameGraph(change.graph, shown));
  const of = (type: ThingChange['type']): Record<string, Highlight> =>
    Object.fromEntries(
      inside.flatMap((change) =>
        change.type === type && change.id !== undefined ? [[change.id, change.op] as const] : [],
      ),
    );
  return { nodes: of('node'), edges: of('edge') };
}

function Change({ change, onGo }: { readonly change: ThingChange; readonly onGo: () => void }) {
  const Icon = icons[change.op];
  const name = nameOfChange(change);
  return (
    <li className="version-change">
      <div className="row">
        <span className={`badge tint-${tints[change.op]}`}>
          <Icon size={11} aria-hidden /> {t(`versions.op.${change.op}`)}
        </span>
        <span className="meta">{typeOfChange(change)}</span>
        {change.graph ? (
          <UnstyledButton className="link-button truncate" onClick={onGo}>
            {name}
          </UnstyledButton>
        ) : (
          <strong className="truncate">{name}</strong>
        )}
      </div>
      {change.op === 'changed' && change.before !== undefined ? (
        <ChangeList before={change.before} after={change.after} label={t('versions.of', { name })} />
      ) : null}
    </li>
  );
}
