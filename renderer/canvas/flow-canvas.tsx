/**
 * The drawing of one graph, to edit it or to watch it run. The only folder that knows React Flow.
 *
 * V1. Everything drawn is a projection of the document; a drag in progress, the quick-add box and hover are kept here.
 * V2. With `mode: 'run'` nothing can be changed and `nodeStates` says what each node and edge did.
 */
import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import './far.css';
import './highlight.css';
import './notes.css';
import './run-marks.css';
import './small.css';
import { useImperativeHandle, useLayoutEffect, useMemo, useState } from 'react';
import { nodeAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { NodeKind } from '../../shared/spec/nodes';
import { factsOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { type AddAt, CanvasActions, type FromPort } from './canvas-actions';
import type { FlowCanvasProps } from './canvas-types';
import { isCatalogue } from './catalogue';
import { ConnectDialog } from './connect-dialog';
import { DetailContext } from './detail';
import { useDragging } from './dragging';
import { FlowEdge } from './flow-edge';
import { InnerViews } from './inner-view';
import { NodeCard } from './node-card';
import { NotesLayer } from './notes-layer';
import { NodeStatesContext } from './overlay';
import { Overview } from './overview';
import { type CardNode, type Point, type ProblemCount, Projector, type WireEdge } from './project';
import { QuickAdd } from './quick-add';
import { useSight } from './sight';

// Outside the component: a new object on each render would mount every node again.
const nodeTypes = { card: NodeCard };
const edgeTypes = { wire: FlowEdge };
const NO_PROBLEMS: ReadonlyMap<string, ProblemCount> = new Map();
/** Cards from far away are so light that leaving them in place costs less than taking them away and back. */
const MAX_KEPT = 2000;
/** A drawing smaller than this is seen whole. */
const MINIMAP_FROM = 16;
const canBeInCatalogue = (kind: NodeKind) => factsOf(kind).catalogue;

const FIXED_PROPS = {
  nodeTypes,
  edgeTypes,
  connectionMode: ConnectionMode.Strict,
  connectionRadius: 28,
  onlyRenderVisibleElements: true,
  disableKeyboardA11y: true,
  deleteKeyCode: null,
  selectionKeyCode: 'Shift',
  multiSelectionKeyCode: ['Shift', 'Control', 'Meta'],
  selectionMode: SelectionMode.Partial,
  panActivationKeyCode: 'Space',
  panOnScroll: true,
  zoomOnDoubleClick: false,
  elevateNodesOnSelect: true,
  nodeDragThreshold: 3,
  snapToGrid: true,
  snapGrid: [4, 4] as [number, number],
  minZoom: 0.05,
  maxZoom: 2,
  attributionPosition: 'bottom-left' as const,
};

/** The handles at the ends of connections are too small to be seen from far away. */
const FAR_AND_MANY = { edgesReconnectable: false, onReconnect: undefined };
const FAR = { ...FAR_AND_MANY, onlyRenderVisibleElements: false };
const LOCKED = { nodesDraggable: false, nodesConnectable: false, edgesReconnectable: false };

export function FlowCanvas(props: FlowCanvasProps) {
  const { nodeStates } = props;
  const canvas = (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
  return nodeStates ? (
    <NodeStatesContext.Provider value={nodeStates}>{canvas}</NodeStatesContext.Provider>
  ) : (
    canvas
  );
}

function Canvas(props: FlowCanvasProps) {
  const readOnly = props.mode === 'run' || !props.edit;
  const [adding, setAdding] = useState<AddAt>();
  const [connecting, setConnecting] = useState<string>();
  const [actions] = useState(() => new CanvasActions(props, setAdding, setConnecting));
  const { dragged, onNodesChange, onDragStop } = useDragging(actions);
  const { detail, sight, onMove, setFrame } = useSight(actions);
  const { nodes, edges } = useProjection(props, dragged, readOnly);
  useLayoutEffect(() => actions.update(props, nodes));
  useImperativeHandle(props.handle, () => actions.handle, [actions]);
  return (
    <div
      className={`canvas canvas-${props.mode} canvas-${detail}`}
      ref={setFrame}
      role="application"
      aria-label={`${t('canvas.label')}. ${t('canvas.help')}`}
      {...actions.frameProps}
    >
      <DetailContext value={detail}>
        <ReactFlow<CardNode, WireEdge>
          {...FIXED_PROPS}
          nodes={nodes}
          edges={edges}
          onInit={actions.onInit}
          onNodesChange={onNodesChange}
          onEdgesChange={actions.onEdgesChange}
          onNodeDragStop={onDragStop}
          onSelectionDragStop={onDragStop}
          onNodeClick={actions.onNodeClick}
          onNodeDoubleClick={actions.onNodeDoubleClick}
          {...actions.wiring}
          onMove={onMove}
          {...(readOnly ? LOCKED : undefined)}
          {...(detail === 'far' ? (nodes.length > MAX_KEPT ? FAR_AND_MANY : FAR) : undefined)}
        >
          {detail === 'far' ? null : <Ground props={props} nodes={nodes} readOnly={readOnly} />}
        </ReactFlow>
      </DetailContext>
      {props.minimap === false || nodes.length < MINIMAP_FROM ? null : (
        <Overview
          nodes={nodes}
          isDragging={dragged !== undefined}
          sight={sight}
          onCentre={actions.centreOn}
          onZoom={actions.handle.zoomBy}
        />
      )}
      {props.children}
      <Asking
        props={props}
        actions={actions}
        adding={adding}
        connecting={connecting}
        setAdding={setAdding}
        setConnecting={setConnecting}
      />
    </div>
  );
}

/** What lies under and beside the cards. */
interface GroundProps {
  readonly props: FlowCanvasProps;
  readonly nodes: readonly CardNode[];
  readonly readOnly: boolean;
}

function Ground({ props, nodes, readOnly }: GroundProps) {
  const edit = readOnly ? undefined : props.edit;
  return (
    <>
      {props.graph.type === 'root' ? <NotesLayer doc={props.doc} edit={edit} /> : null}
      <InnerViews
        doc={props.doc}
        nodes={nodes}
        edit={edit}
        onShowGraph={props.onShowGraph}
        onGoTo={(graph, id) => {
          props.onShowGraph(graph);
          props.onSelect({ nodes: [id] });
        }}
      />
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} color="var(--b-canvas-dot)" />
    </>
  );
}

function useProjection(
  props: FlowCanvasProps,
  dragged: Readonly<Record<string, Point>> | undefined,
  readOnly: boolean,
) {
  const { doc, graph, selection, problems = NO_PROBLEMS } = props;
  const [projector] = useState(() => new Projector());
  return useMemo(
    () =>
      projector.project({
        doc,
        graph,
        selectedNodes: selection.nodes,
        selectedEdges: selection.edges,
        dragged,
        problems,
        readOnly,
      }),
    [projector, doc, graph, selection, dragged, problems, readOnly],
  );
}

interface AskingProps {
  readonly props: FlowCanvasProps;
  readonly actions: CanvasActions;
  readonly adding: AddAt | undefined;
  readonly connecting: string | undefined;
  readonly setAdding: (at: AddAt | undefined) => void;
  readonly setConnecting: (id: string | undefined) => void;
}

/** What to add, and where to connect to. */
function Asking({ props, actions, adding, connecting, setAdding, setConnecting }: AskingProps) {
  return (
    <>
      {adding ? (
        <Adding at={adding} props={props} actions={actions} close={() => setAdding(undefined)} />
      ) : null}
      {connecting ? (
        <Connecting
          from={connecting}
          props={props}
          actions={actions}
          close={() => setConnecting(undefined)}
        />
      ) : null}
    </>
  );
}

interface AddingProps {
  readonly at: AddAt;
  readonly props: FlowCanvasProps;
  readonly actions: CanvasActions;
  readonly close: () => void;
}

function Adding({ at, props, actions, close }: AddingProps) {
  return (
    <QuickAdd
      at={at.screen}
      {...(isCatalogue(props.doc, props.graph) ? { only: canBeInCatalogue } : {})}
      {...(at.from ? { after: afterWords(props.doc, at.from) } : {})}
      onAdd={(kind) => {
        close();
        if (at.bySelection) actions.add(kind);
        else actions.addAt(kind, at.flow, at.from);
      }}
      onClose={close}
    />
  );
}

interface ConnectingProps {
  readonly from: string;
  readonly props: FlowCanvasProps;
  readonly actions: CanvasActions;
  readonly close: () => void;
}

function Connecting({ from, props, actions, close }: ConnectingProps) {
  return (
    <ConnectDialog
      doc={props.doc}
      graph={props.graph}
      from={from}
      onClose={close}
      onConnect={(port, to) => {
        close();
        actions.tryConnect({ from, port, to });
      }}
    />
  );
}

function afterWords(doc: Flow, from: FromPort): string {
  const node = nodeAt(doc, from.id);
  return t('canvas.add.after', { name: node ? nameOf(from.id, node) : from.id, port: from.port });
}
