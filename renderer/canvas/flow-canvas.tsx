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
  type EdgeChange,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { useImperativeHandle, useMemo, useState } from 'react';
import { nodeAt } from '../../shared/editing/graphs';
import { place, snap } from '../../shared/editing/layout';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { NodeKind } from '../../shared/spec/nodes';
import { factsOf } from '../../shared/spec/ports-of';
import { t } from '../i18n/t';
import { type AddAt, CanvasActions, type CanvasView, FIT, type FromPort } from './canvas-actions';
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
  fitView: true,
  fitViewOptions: FIT,
  proOptions: { hideAttribution: true },
};

export function FlowCanvas(props: FlowCanvasProps) {
  const { nodeStates } = props;
  const canvas = (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
  return nodeStates ? <NodeStatesContext.Provider value={nodeStates}>{canvas}</NodeStatesContext.Provider> : canvas;
}

function Canvas(props: FlowCanvasProps) {
  const readOnly = props.mode === 'run' || !props.edit;
  const [adding, setAdding] = useState<AddAt>();
  const [connecting, setConnecting] = useState<string>();
  const [view] = useState<CanvasView>(() => ({ props, nodes: [], flow: null, frame: null, setAdding, setConnecting }));
  const [actions] = useState(() => new CanvasActions(view));
  const [dragged, setDragged] = useState<Readonly<Record<string, Point>>>();
  const { nodes, edges } = useProjection(props, dragged, readOnly);
  view.props = props;
  view.nodes = nodes;
  useImperativeHandle(props.handle, () => actions.handle, [actions]);
  const onDragStop = () => {
    if (dragged) props.edit?.(t('canvas.edit.move', { count: Object.keys(dragged).length }), (d) => place(d, dragged));
    setDragged(undefined);
  };
  return (
    <div
      className={`canvas canvas-${props.mode}`}
      ref={(element) => {
        view.frame = element;
      }}
      role="application"
      aria-label={t('canvas.label')}
      aria-description={t('canvas.help')}
      tabIndex={0}
      onKeyDown={actions.onKeyDown}
      onDoubleClick={actions.onDoubleClick}
      onDragOver={actions.onDragOver}
      onDrop={actions.onDrop}
    >
      <ReactFlow<CardNode, WireEdge>
        {...FIXED_PROPS}
        nodes={nodes}
        edges={edges}
        onInit={(instance) => {
          view.flow = instance;
        }}
        onNodesChange={(changes) => applyNodeChanges(view, changes, setDragged)}
        onEdgesChange={(changes) => applyEdgeChanges(view, changes)}
        onNodeDragStop={onDragStop}
        onSelectionDragStop={onDragStop}
        onNodeDoubleClick={(event, node) => {
          event.stopPropagation();
          actions.open(node.id);
        }}
        onConnect={actions.onConnect}
        onConnectStart={actions.onConnectStart}
        onConnectEnd={actions.onConnectEnd}
        onReconnect={actions.onReconnect}
        onMove={(_event, { zoom }) => props.onZoom?.(zoom)}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} color="var(--b-canvas-dot)" />
        {props.minimap === false ? null : (
          <MiniMap<CardNode>
            pannable
            zoomable
            ariaLabel={t('canvas.minimap')}
            nodeClassName={(node) => `map-${node.data.kind}`}
            nodeBorderRadius={4}
          />
        )}
      </ReactFlow>
      {props.children}
      {adding ? <Adding at={adding} props={props} actions={actions} close={() => setAdding(undefined)} /> : null}
      {connecting ? (
        <ConnectDialog
          doc={props.doc}
          graph={props.graph}
          from={connecting}
          onClose={() => setConnecting(undefined)}
          onConnect={(port, to) => {
            setConnecting(undefined);
            actions.tryConnect({ from: connecting, port, to });
          }}
        />
      ) : null}
    </div>
  );
}

function useProjection(props: FlowCanvasProps, dragged: Readonly<Record<string, Point>> | undefined, readOnly: boolean) {
  const { doc, graph, selection, problems = NO_PROBLEMS } = props;
  const [projector] = useState(() => new Projector());
  return useMemo(
    () =>
      projector.project({ doc, graph, selectedNodes: selection.nodes, selectedEdges: selection.edges, dragged, problems, readOnly }),
    [projector, doc, graph, selection, dragged, problems, readOnly],
  );
}

/** Selection goes to the editor, a drag in progress stays here; sizes are known and need no answer. */
function applyNodeChanges(
  view: CanvasView,
  changes: readonly NodeChange<CardNode>[],
  setDragged: (change: (before: Readonly<Record<string, Point>> | undefined) => Readonly<Record<string, Point>>) => void,
): void {
  const moved: Record<string, Point> = {};
  const { selection, onSelect } = view.props;
  const selected = new Set(selection.nodes);
  for (const change of changes) {
    if (change.type === 'position' && change.position) moved[change.id] = { x: snap(change.position.x), y: snap(change.position.y) };
    if (change.type === 'select' && change.selected) selected.add(change.id);
    if (change.type === 'select' && !change.selected) selected.delete(change.id);
  }
  if (Object.keys(moved).length > 0) setDragged((before) => ({ ...before, ...moved }));
  if (changes.some((change) => change.type === 'select')) onSelect({ nodes: [...selected], edges: selection.edges });
}

function applyEdgeChanges(view: CanvasView, changes: readonly EdgeChange<WireEdge>[]): void {
  const { selection, onSelect } = view.props;
  const selected = new Set(selection.edges);
  for (const change of changes) {
    if (change.type !== 'select') continue;
    if (change.selected) selected.add(change.id);
    else selected.delete(change.id);
  }
  onSelect({ nodes: selection.nodes, edges: [...selected] });
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
        actions.addAt(kind, at.flow, at.from);
      }}
      onClose={close}
    />
  );
}

function afterWords(doc: Flow, from: FromPort): string {
  const node = nodeAt(doc, from.id);
  return t('canvas.add.after', { name: node ? nameOf(from.id, node) : from.id, port: from.port });
}
