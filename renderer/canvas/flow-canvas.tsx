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
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import './highlight.css';
import { useCallback, useImperativeHandle, useLayoutEffect, useMemo, useState } from 'react';
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
import { FlowEdge } from './flow-edge';
import { NodeCard } from './node-card';
import { NodeStatesContext } from './overlay';
import { type CardNode, type Point, type ProblemCount, Projector, type WireEdge } from './project';
import { QuickAdd } from './quick-add';

// Outside the component: a new object on each render would mount every node again.
const nodeTypes = { card: NodeCard };
const edgeTypes = { wire: FlowEdge };
const NO_PROBLEMS: ReadonlyMap<string, ProblemCount> = new Map();
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
  const [dragged, setDragged] = useState<Readonly<Record<string, Point>>>();
  const { nodes, edges } = useProjection(props, dragged, readOnly);
  useLayoutEffect(() => actions.update(props, nodes));
  useImperativeHandle(props.handle, () => actions.handle, [actions]);
  const setFrame = useCallback((frame: HTMLDivElement | null) => actions.setFrame(frame), [actions]);
  const onNodesChange = (changes: NodeChange<CardNode>[]) => {
    const moved = actions.takeNodeChanges(changes);
    setDragged((before) => merged(before, moved));
  };
  const onDragStop = () => {
    actions.move(dragged ?? {});
    setDragged(undefined);
  };
  return (
    <div
      className={`canvas canvas-${props.mode}`}
      ref={setFrame}
      role="application"
      aria-label={`${t('canvas.label')}. ${t('canvas.help')}`}
      {...actions.frameProps}
    >
      <ReactFlow<CardNode, WireEdge>
        {...FIXED_PROPS}
        nodes={nodes}
        edges={edges}
        onInit={actions.onInit}
        onNodesChange={onNodesChange}
        onEdgesChange={actions.onEdgesChange}
        onNodeDragStop={onDragStop}
        onSelectionDragStop={onDragStop}
        onNodeDoubleClick={actions.onNodeDoubleClick}
        {...actions.wiring}
        onMove={(_event, { zoom }) => props.onZoom?.(zoom)}
        {...(readOnly ? LOCKED : undefined)}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} color="var(--b-canvas-dot)" />
        {props.minimap === false || nodes.length < MINIMAP_FROM ? null : <Overview />}
      </ReactFlow>
      {props.children}
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
    </div>
  );
}

type Places = Readonly<Record<string, Point>>;

function merged(before: Places | undefined, moved: Places): Places | undefined {
  return Object.keys(moved).length > 0 ? { ...before, ...moved } : before;
}

function Overview() {
  return (
    <MiniMap<CardNode>
      pannable
      zoomable
      ariaLabel={t('canvas.minimap')}
      nodeClassName={(node) => `map-${node.data.kind}`}
      nodeBorderRadius={4}
    />
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
