/** The canvas library with its own default nodes and nothing of ours: what the drawing is measured against. */
import { type Edge, type Node, ReactFlow, useEdgesState, useNodesState } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { createRoot } from 'react-dom/client';

const count = Number(new URLSearchParams(location.search).get('nodes') ?? 1000);
const columns = Math.ceil(Math.sqrt(count));
const startNodes: Node[] = Array.from({ length: count }, (_, i) => ({
  id: `n${i}`,
  position: { x: (i % columns) * 300, y: Math.floor(i / columns) * 140 },
  data: { label: `Node ${i}` },
}));
const startEdges: Edge[] = Array.from({ length: count - 1 }, (_, i) => ({
  id: `e${i}`,
  source: `n${i}`,
  target: `n${i + 1}`,
}));

function Bare() {
  const [nodes, , onNodesChange] = useNodesState(startNodes);
  const [edges, , onEdgesChange] = useEdgesState(startEdges);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      minZoom={0.05}
      panOnScroll
      fitView
    />
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Bare />);
