import { Button } from '@mantine/core';
import { type PointerEvent as ReactPointerEvent, useMemo } from 'react';
import { useStore } from 'zustand';
import { graphAt, type GraphRef } from '../../shared/editing/graphs';
import { wireKey } from '../../shared/editing/edges';
import { runCommand } from '../app/commands';
import type { EditorStore } from '../editor/editor-store';
import { ErrorBoundary } from '../app/error-boundary';
import { t } from '../i18n/t';
import { EdgeInspector } from '../inspector/edge-inspector';
import { addPart, FlowInspector } from '../inspector/flow-inspector';
import type { HostInput } from '../inspector/hosts';
import { NodeInspector } from '../inspector/node-inspector';
import { OpenGraphContext } from '../inspector/open-graph';
import { type OpenPart, OpenPartContext } from '../inspector/open-part';
import { PartInspector } from '../inspector/part-inspector';
import { useRemembered } from '../ui/use-remembered';
import { useInspectorFocus } from './keep-focus';

const MIN = 280;
const MAX = 640;
const START = 340;

/** What is selected, or the flow itself; its width is the person's. */
export function InspectorPanel({ editor }: { readonly editor: EditorStore }) {
  const [width, setWidth] = useRemembered<number>('inspector.width', START);
  const content = useStore(editor, (s) => JSON.stringify([s.selection, s.focus]));
  const keys = useInspectorFocus(content);
  const clamp = (value: number) => Math.max(MIN, Math.min(MAX, value));
  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>) => {
    const startX = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent) => setWidth(clamp(width + startX - move.clientX));
    const onUp = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('pointerup', onUp);
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onUp);
  };
  return (
    <aside className="inspector" aria-label={t('inspector.label')} style={{ width }} {...keys}>
      <div
        className="resizer"
        role="separator"
        aria-orientation="vertical"
        aria-label={t('designer.resize')}
        aria-valuenow={width}
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onKeyDown={(event) => {
          const by = { ArrowLeft: 20, ArrowRight: -20 }[event.key];
          if (by !== undefined) setWidth(clamp(width + by));
        }}
      />
      <div className="inspector-scroll" id="inspector">
        <Content editor={editor} />
      </div>
    </aside>
  );
}

function Content({ editor }: { readonly editor: EditorStore }) {
  const flow = useStore(editor, (s) => s.history.present);
  const problems = useStore(editor, (s) => s.report.problems);
  const graph = useStore(editor, (s) => s.graph);
  const selection = useStore(editor, (s) => s.selection);
  const focus = useStore(editor, (s) => s.focus);
  const input: HostInput = useMemo(
    () => ({ flow, problems, edit: editor.getState().edit }),
    [flow, problems, editor],
  );
  const openPart: OpenPart = (section, name) =>
    editor.getState().setFocus({ type: 'part', section, name: name ?? addPart(input, section) });
  const openGraph = (ref: GraphRef) => editor.getState().show(ref);
  const { nodes, edges } = selection;
  const wire =
    edges.length === 1 ? graphAt(flow, graph)?.edges.find((edge) => wireKey(edge) === edges[0]) : undefined;
  const content =
    nodes.length + edges.length > 1 ? (
      <Several count={nodes.length} />
    ) : nodes[0] !== undefined ? (
      <NodeInspector
        key={nodes[0]}
        input={input}
        id={nodes[0]}
        onRenamed={(id) => editor.getState().select({ nodes: [id] })}
      />
    ) : wire ? (
      <EdgeInspector
        key={wireKey(wire)}
        input={input}
        graph={graph}
        wire={wire}
        onMoved={(to) => editor.getState().select({ edges: [wireKey(to)] })}
      />
    ) : focus.type === 'part' ? (
      <PartInspector
        key={`${focus.section}:${focus.name}`}
        input={input}
        section={focus.section}
        name={focus.name}
        onBack={() => editor.getState().setFocus({ type: 'flow' })}
        onRenamed={(name) => editor.getState().setFocus({ type: 'part', section: focus.section, name })}
      />
    ) : (
      <FlowInspector input={input} />
    );
  return (
    <OpenPartContext.Provider value={openPart}>
      <OpenGraphContext.Provider value={openGraph}>
        <ErrorBoundary
          resetKey={JSON.stringify([selection, focus])}
          title={t('designer.inspectorFailed')}
          body={t('designer.inspectorFailedHelp')}
        >
          {content}
        </ErrorBoundary>
      </OpenGraphContext.Provider>
    </OpenPartContext.Provider>
  );
}

function Several({ count }: { readonly count: number }) {
  const actions = [
    ['edit.duplicate', t('designer.duplicate')],
    ['edit.disable', t('designer.disable')],
    ['align.left', t('designer.align.left')],
    ['align.top', t('designer.align.top')],
    ['distribute.x', t('designer.distribute.x')],
    ['distribute.y', t('designer.distribute.y')],
    ['extract.subflow', t('designer.extract.subflow')],
    ['extract.loop', t('designer.extract.loop')],
    ['extract.map', t('designer.extract.map')],
    ['edit.delete', t('ui.delete')],
  ] as const;
  return (
    <>
      <div className="inspector-head">
        <h2>{t('inspector.many', { count })}</h2>
      </div>
      <p className="inspector-what">{t('inspector.many.help')}</p>
      <div className="rows">
        {actions.map(([command, title]) => (
          <Button key={command} variant="default" fullWidth onClick={() => runCommand(command)}>
            {title}
          </Button>
        ))}
      </div>
    </>
  );
}
