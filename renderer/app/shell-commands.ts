import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import type { Command } from './commands';
import { openPalette } from './palette';
import { goBack, navigate, type Route } from './router';
import { changeSettings } from './settings-store';
import { openShortcutSheet } from './shortcut-sheet';
import { act } from './toasts';
import { openTour } from './tour';

const go = (id: string, title: string, to: Route, shortcut: string): Command => ({
  id,
  title,
  group: 'app.group.go',
  shortcut,
  whileTyping: true,
  run: () => navigate(to),
});

const theme = (value: 'system' | 'light' | 'dark'): Command => ({
  id: `theme.${value}`,
  title: t(`app.theme.${value}`),
  group: 'app.group.view',
  run: () => act(() => changeSettings({ theme: value })),
});

/** Commands that work on every screen. */
export function shellCommands(): readonly Command[] {
  return [
    go('go.home', t('app.nav.home'), { screen: 'home' }, 'Mod+1'),
    go('go.designer', t('app.nav.designer'), { screen: 'designer' }, 'Mod+2'),
    go('go.runs', t('app.nav.runs'), { screen: 'runs' }, 'Mod+3'),
    go('go.inbox', t('app.nav.inbox'), { screen: 'inbox' }, 'Mod+4'),
    go('go.rehearsal', t('app.nav.rehearsal'), { screen: 'rehearsal' }, 'Mod+5'),
    go('go.deadLetters', t('app.nav.deadLetters'), { screen: 'dead-letters' }, 'Mod+6'),
    go('go.settings', t('app.nav.settings'), { screen: 'settings' }, 'Mod+,'),
    {
      id: 'go.back',
      title: t('app.back'),
      group: 'app.group.go',
      shortcut: 'Alt+ArrowLeft',
      whileTyping: true,
      run: goBack,
    },
    {
      id: 'palette.open',
      title: t('app.palette.open'),
      group: 'app.group.help',
      shortcut: 'Mod+K',
      whileTyping: true,
      hidden: true,
      run: openPalette,
    },
    {
      id: 'shortcuts.open',
      title: t('app.shortcuts.open'),
      group: 'app.group.help',
      shortcut: '?',
      run: openShortcutSheet,
    },
    { id: 'help.tour', title: t('app.tour.open'), group: 'app.group.help', run: openTour },
    theme('system'),
    theme('light'),
    theme('dark'),
    {
      id: 'app.quit',
      title: t('app.quit'),
      group: 'app.group.view',
      run: () => act(() => request('app.quit', {})),
    },
  ];
}
