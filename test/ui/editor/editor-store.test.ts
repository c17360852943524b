import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../shared/editing/graphs';
import { place } from '../../../shared/editing/layout';
import { addNode, removeNodes } from '../../../shared/editing/nodes';
import type { OpenedFlow } from '../../../shared/ipc/contract';
import { setBridge } from '../../../renderer/bridge/bridge';
import { save } from '../../../renderer/editor/autosave';
import { createEditorStore, isDirty } from '../../../renderer/editor/editor-store';
import { AppError } from '../../../shared/base/app-error';
import { FakeBridge } from '../../fakes/fake-bridge';
import { nestedFlow, smallFlow } from '../../fakes/small-flows';

const opened = (document = smallFlow, recovered = false): OpenedFlow => ({
  path: '/small.json',
  document,
  fileHash: 'h1',
  savedAt: 0,
  recovered,
  report: { valid: true, problems: [] },
});
const open = (document = smallFlow, recovered = false) =>
  createEditorStore(opened(document, recovered), { now: () => '2026-01-01T00:00:00.000Z' });

describe('editing', () => {
  test('dragging is one undo step', () => {
    const store = open();
    store.getState().edit('Move', (doc) => place(doc, { write: { x: 1, y: 0 } }), 'drag:1');
    store.getState().edit('Move', (doc) => place(doc, { write: { x: 9, y: 0 } }), 'drag:1');
    store.getState().undo();
    expect(store.getState().history.present).toBe(smallFlow);
  });

  test('an edit that changes nothing leaves the flow saved', () => {
    const store = open();
    store.getState().edit('Nothing', (doc) => removeNodes(doc, ['start']));
    expect(isDirty(store.getState())).toBe(false);
  });

  test('undoing everything leaves nothing to save', () => {
    const store = open();
    store.getState().edit('Add', (doc) => addNode(doc, ROOT, 'tool').doc);
    expect(isDirty(store.getState())).toBe(true);
    store.getState().undo();
    expect(isDirty(store.getState())).toBe(false);
  });

  test('edits that came back after a crash have to be saved', () => {
    expect(isDirty(open(smallFlow, true).getState())).toBe(true);
  });
});

describe('what is shown', () => {
  test('a selection forgets what is removed', () => {
    const store = open();
    store.getState().select({ nodes: ['write', 'check'], edges: ['check:good:end'] });
    store.getState().edit('Remove', (doc) => removeNodes(doc, ['check']));
    expect(store.getState().selection).toEqual({ nodes: ['write'], edges: [] });
  });

  test('the graph of a container that is removed gives way to the root', () => {
    const store = open(nestedFlow);
    store.getState().show({ type: 'inside', node: 'repeat' });
    store.getState().edit('Remove', (doc) => removeNodes(doc, ['repeat']));
    expect(store.getState().graph).toEqual(ROOT);
  });
});

describe('saving', () => {
  test('tells which bytes it replaces', async () => {
    const bridge = new FakeBridge({ 'flow.save': () => ({ fileHash: 'h2', savedAt: 5 }) });
    setBridge(bridge);
    const store = open();
    store.getState().edit('Add', (doc) => addNode(doc, ROOT, 'tool').doc);
    expect(await save(store)).toBe(true);
    expect(bridge.asked[0]?.input).toMatchObject({ path: '/small.json', expectedHash: 'h1' });
    expect([isDirty(store.getState()), store.getState().fileHash]).toEqual([false, 'h2']);
  });

  test('a file someone else changed is a conflict, and nothing is lost', async () => {
    setBridge(
      new FakeBridge({
        'flow.save': () => {
          throw new AppError('spec/changed-on-disk', 'The file was changed');
        },
      }),
    );
    const store = open();
    store.getState().edit('Add', (doc) => addNode(doc, ROOT, 'tool').doc);
    expect(await save(store)).toBe(false);
    expect([store.getState().conflict, isDirty(store.getState())]).toEqual([true, true]);
  });
});
