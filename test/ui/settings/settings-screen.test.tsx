import { act, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { navigate } from '../../../renderer/app/router';
import { useSettings } from '../../../renderer/app/settings-store';
import { setBridge } from '../../../renderer/bridge/bridge';
import { SettingsScreen } from '../../../renderer/settings/settings-screen';
import { FakeBridge } from '../../fakes/fake-bridge';
import { SETTINGS } from '../../fakes/run-library';
import { renderScreen } from '../render';

const MODEL = { id: 'm', label: 'Local', provider: 'openai-compatible', model: 'small' };

beforeEach(() =>
  act(() => {
    navigate({ screen: 'settings' });
    useSettings.setState({ settings: { ...SETTINGS, retentionDays: 7, models: [MODEL] } });
  }),
);

function show() {
  const bridge = new FakeBridge({
    'secret.list': () => ({ names: [], available: true }),
    'settings.set': (change) => ({ ...useSettings.getState().settings, ...change }),
  });
  setBridge(bridge);
  const { unmount } = renderScreen(<SettingsScreen />);
  const changes = () => bridge.asked.filter(({ name }) => name === 'settings.set').map(({ input }) => input);
  return { unmount, changes };
}

const days = () => screen.getByRole('textbox', { name: /keep/i });

test('a value that is being typed is kept when a key shows another screen', async () => {
  const { unmount, changes } = show();
  await userEvent.clear(days());
  await userEvent.type(days(), '30');
  expect(changes()).toEqual([]);
  act(unmount);
  expect(changes()).toEqual([{ retentionDays: 30 }]);
});

test('so are the words of a model', async () => {
  const { unmount, changes } = show();
  await userEvent.type(screen.getByRole('textbox', { name: 'Label' }), ' one');
  act(unmount);
  expect(changes()).toEqual([{ models: [{ ...MODEL, label: 'Local one' }] }]);
});

test('a field that was left is not written again when its screen goes', async () => {
  const { unmount, changes } = show();
  await userEvent.clear(days());
  await userEvent.type(days(), '30');
  await userEvent.tab();
  act(unmount);
  expect(changes()).toEqual([{ retentionDays: 30 }]);
});

test('more days than are allowed become the most that are', () => {
  const { changes } = show();
  fireEvent.change(days(), { target: { value: '99999' } });
  fireEvent.blur(days());
  expect(changes()).toEqual([{ retentionDays: 3650 }]);
});
