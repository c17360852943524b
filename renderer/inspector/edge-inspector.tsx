import { Button, Checkbox } from '@mantine/core';
import { ArrowRight } from 'lucide-react';
import { findEdge, moveEdge, type Wire } from '../../shared/editing/edges';
import { graphAt, type GraphRef } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Edge } from '../../shared/spec/parts';
import { type PortKind, portOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { CodeControl } from './code-controls';
import { KindsControl } from './kinds-control';
import { EdgeEnds } from './edge-ends';
import { Extensions } from './extensions';
import { FormProvider, useForm } from './form';
import { edgeHost, type HostInput } from './hosts';
import { MappingControl } from './mapping-control';
import { PreviewChoice } from './preview/preview-choice';
import { SchemaControl } from './schema-control';
import { NumberControl, TextareaControl, TextControl } from './text-controls';

interface Props {
  readonly input: HostInput;
  readonly graph: GraphRef;
  readonly wire: Wire;
  /** An end of it was moved: the selection follows. */
  readonly onMoved: (to: Wire) => void;
}

/** What an edge says: its guard, its limit, which failures it takes, and the contract of a handoff. */
export function EdgeInspector({ input, graph: ref, wire, onMoved }: Props) {
  const host = edgeHost(input, ref, wire);
  const graph = graphAt(input.flow, ref);
  const edge = graph ? findEdge(graph, wire) : undefined;
  const from = graph?.nodes[wire.from];
  const to = graph?.nodes[wire.to];
  if (!host || !graph || !edge || !from || !to) return null;
  const kind = portOf(from, edge.port)?.kind ?? 'normal';
  const siblings = graph.edges.filter((e) => e.from === edge.from && e.port === edge.port);
  return (
    <FormProvider host={host}>
      <div className="inspector-head">
        <h2 className="truncate">{titleOf(edge, kind)}</h2>
        <PreviewChoice flowId={input.flow.id} />
      </div>
      <p className="inspector-what row">
        <span className="truncate">{nameOf(wire.from, from)}</span>
        <span className="meta">{edge.port}</span>
        <ArrowRight size={12} aria-hidden />
        <span className="truncate">{nameOf(wire.to, to)}</span>
      </p>
      <EdgeEnds input={input} graph={ref} wire={wire} onMoved={onMoved} />
      <TextControl path={['label']} label={t('inspector.edge.label')} />
      {kind === 'fallback' ? (
        <KindsControl
          path={['on']}
          label={t('inspector.edge.on')}
          placeholder={t('inspector.edge.onDefault')}
          help={t('inspector.edge.onHelp')}
        />
      ) : null}
      {edge.handoff ? null : (
        <CodeControl
          path={['when']}
          language="expression"
          withOutput
          label={t('inspector.edge.when')}
          help={t('inspector.edge.whenHelp')}
        />
      )}
      <NumberControl
        path={['maxTraversals']}
        label={t('inspector.edge.max')}
        help={t('inspector.edge.maxHelp')}
        min={1}
        step={1}
        unit={t('inspector.edge.times')}
      />
      <HandoffFields edge={edge} canSwitch={kind !== 'handoff'} />
      <Extensions />
      {siblings.length > 1 ? (
        <OrderButtons input={input} graph={ref} wire={wire} onMoved={onMoved} siblings={siblings} />
      ) : null}
    </FormProvider>
  );
}

function titleOf(edge: Edge, kind: PortKind): string {
  if (edge.handoff) return t('inspector.edge.handoff');
  return kind === 'fallback' ? t('inspector.edge.fallback') : t('inspector.edge.title');
}

function HandoffFields({ edge, canSwitch }: { readonly edge: Edge; readonly canSwitch: boolean }) {
  const { set } = useForm();
  return (
    <>
      {canSwitch ? (
        <div className="field">
          <Checkbox
            label={t('inspector.edge.makeHandoff')}
            description={t('inspector.edge.makeHandoffHelp')}
            checked={edge.handoff !== undefined}
            onChange={(e) =>
              set(
                ['handoff'],
                e.currentTarget.checked
                  ? { name: `to_${edge.to}`.slice(0, 60), schema: { type: 'object', properties: {} } }
                  : undefined,
              )
            }
          />
        </div>
      ) : null}
      {edge.handoff ? (
        <>
          <TextControl path={['handoff', 'name']} label={t('inspector.edge.handoffName')} required mono />
          <TextareaControl
            path={['handoff', 'description']}
            label={t('inspector.edge.handoffWhen')}
            help={t('inspector.edge.handoffWhenHelp')}
          />
          <SchemaControl path={['handoff', 'schema']} label={t('inspector.edge.handoffSchema')} />
          <MappingControl
            withOutput
            path={['handoff', 'payload']}
            label={t('inspector.edge.payload')}
            help={t('inspector.edge.payloadHelp')}
            suggested={fieldsOf(edge)}
          />
        </>
      ) : null}
    </>
  );
}

function fieldsOf(edge: Edge): readonly string[] {
  const schema = edge.handoff?.schema;
  const properties = typeof schema === 'object' ? schema['properties'] : undefined;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

/** The first edge whose condition is true is taken: their order counts. */
function OrderButtons({ input, graph, wire, siblings }: Props & { readonly siblings: readonly Edge[] }) {
  const index = siblings.findIndex((edge) => edge.to === wire.to);
  const move = (by: -1 | 1) => input.edit(t('inspector.edit.order'), (doc) => moveEdge(doc, graph, wire, by));
  return (
    <div className="field">
      <p className="meta">{t('inspector.edge.order', { number: index + 1, count: siblings.length })}</p>
      <div className="row">
        <Button variant="default" disabled={index === 0} onClick={() => move(-1)}>
          {t('inspector.edge.earlier')}
        </Button>
        <Button variant="default" disabled={index === siblings.length - 1} onClick={() => move(1)}>
          {t('inspector.edge.later')}
        </Button>
      </div>
    </div>
  );
}
