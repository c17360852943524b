/** Every screen has one line here. A screen owns its folder; the shell knows only this table. */
import { type ComponentType, lazy } from 'react';
import type { ScreenName } from './router';

/** Loaded when first shown, so that the window opens with the code of one screen only. */
export const screens: Readonly<Record<ScreenName, ComponentType>> = {
  home: lazy(async () => ({ default: (await import('../home/home-screen')).HomeScreen })),
  designer: lazy(async () => ({ default: (await import('../designer/designer-screen')).DesignerScreen })),
  runs: lazy(async () => ({ default: (await import('../runs/runs-screen')).RunsScreen })),
  run: lazy(async () => ({ default: (await import('../run/run-screen')).RunScreen })),
  'run-start': lazy(async () => ({ default: (await import('../run/run-start-screen')).RunStartScreen })),
  batch: lazy(async () => ({ default: (await import('../run/batch-screen')).BatchScreen })),
  inbox: lazy(async () => ({ default: (await import('../inbox/inbox-screen')).InboxScreen })),
  rehearsal: lazy(async () => ({ default: (await import('../rehearsal/rehearsal-screen')).RehearsalScreen })),
  'dead-letters': lazy(async () => ({
    default: (await import('../dead-letters/dead-letters-screen')).DeadLettersScreen,
  })),
  settings: lazy(async () => ({ default: (await import('../settings/settings-screen')).SettingsScreen })),
};
