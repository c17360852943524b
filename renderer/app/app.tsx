import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, useMemo } from 'react';
import { onPush } from '../bridge/bridge';
import { t, useLanguage } from '../i18n/t';
import { styleNonce } from '../theme/nonce';
import { memoryColorScheme, theme } from '../theme/theme';
import { allCommands, runCommand } from './commands';
import { followInbox } from './inbox-count';
import { navigate } from './router';
import { useSettings } from './settings-store';
import { Shell } from './shell';
import { listenForShortcuts } from './shortcuts';
import { SchemeSync } from './scheme-sync';
import { toast } from './toasts';

const schemeOf = { system: 'auto', light: 'light', dark: 'dark' } as const;

/** Providers around the shell, and what the whole window listens to. */
export function App() {
  const themeName = useSettings((s) => s.settings.theme);
  const language = useLanguage();
  // Read once: later changes go through SchemeSync, so that Mantine is not set up anew.
  const manager = useMemo(() => memoryColorScheme(schemeOf[useSettings.getState().settings.theme]), []);
  useEffect(() => listenForShortcuts(), []);
  useEffect(() => followInbox(), []);
  useEffect(() => onPush('task.show', (place) => navigate({ screen: 'inbox', ...place })), []);
  useEffect(
    () =>
      onPush('menu.command', ({ command }) => {
        if (runCommand(command)) return;
        const title = allCommands().find(({ id }) => id === command)?.title;
        toast(title === undefined ? t('app.unknownCommand', { command }) : t('app.notNow', { title }));
      }),
    [],
  );
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={manager}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <SchemeSync scheme={schemeOf[themeName]} />
      <Notifications position="bottom-right" limit={4} />
      {/* Another language draws everything anew, titles of commands included. */}
      <Shell key={language} />
    </MantineProvider>
  );
}
