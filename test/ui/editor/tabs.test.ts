import { expect, test } from 'vitest';
import type { OpenedFlow } from '../../../shared/ipc/contract';
import { setBridge } from '../../../renderer/bridge/bridge';
import { closeTab, editorOf, showOpened, useTabs } from '../../../renderer/editor/tabs';
import { FakeBridge } from '../../fakes/fake-bridge';
import { smallFlow } from '../../fakes/small-flows';

const opened = (path: string, name: string): OpenedFlow => ({
  path,
  document: { ...smallFlow, name },
  fileHash: name,
  savedAt: 0,
  recovered: false,
  report: { valid: true, problems: [] },
});

function twoTabs() {
  const bridge = new FakeBridge({
    'flow.open': ({ path }) => opened(path, 'Theirs'),
    'flow.discardJournal': () => null,
    'flow.journal': () => null,
    'flow.validate': () => ({ valid: true, problems: [] }),
  });
  setBridge(bridge);
  useTabs.setState({ tabs: [], active: undefined });
  showOpened(opened('/a.json', 'A'));
  showOpened(opened('/b.json', 'B'));
  return bridge;
}

const names = () => useTabs.getState().tabs.map(({ editor }) => editor.getState().history.present.name);

test('a flow in a tab that is not shown is read again when its file changes, at its place and without being shown', async () => {
  const bridge = twoTabs();
  bridge.push('flow.changedOnDisk', { path: '/a.json' });
  await expect.poll(names).toEqual(['Theirs', 'B']);
  expect(useTabs.getState().active).toBe('/b.json');
});

test('a flow with edits keeps them when its file changes, and the person is asked once the tab is shown', async () => {
  const bridge = twoTabs();
  editorOf('/a.json')
    ?.getState()
    .edit('Name', (doc) => ({ ...doc, name: 'Mine' }));
  bridge.push('flow.changedOnDisk', { path: '/a.json' });
  expect(names()).toEqual(['Mine', 'B']);
  expect(editorOf('/a.json')?.getState().conflict).toBe(true);
  expect(editorOf('/b.json')?.getState().conflict).toBe(false);
});

test('a closed tab hears no more of its file', async () => {
  const bridge = twoTabs();
  await closeTab('/a.json');
  const before = bridge.asked.length;
  bridge.push('flow.changedOnDisk', { path: '/a.json' });
  expect(bridge.asked.length).toBe(before);
});
