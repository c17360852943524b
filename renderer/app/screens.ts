/** Every screen has one line here. A screen owns its folder; the shell knows only this table. */
import { type ComponentType, lazy } from 'react';
import type { ScreenName } from './router';

const designer = async () => ({ default: (await import('../designer/designer-screen')).DesignerScreen });
const run = async () => ({ default: (await import('../run/run-screen')).RunScreen });

/** The two screens one goes to from home, fetched while nothing else is to be done: the first click then waits for no code. */
export async function loadAhead(): Promise<void> {
  await designer();
  await run();
}

/** Loaded when first shown, so that the window opens with the code of one screen only. */
export const screens: Readonly<Record<ScreenName, ComponentType>> = {
  home: lazy(async () => ({ default: (await import('../home/home-screen')).HomeScreen })),
  designer: lazy(designer),
  runs: lazy(async () => ({ default: (await import('../runs/runs-screen')).RunsScreen })),
  run: lazy(run),
  'run-start': lazy(async () => ({ default: (await import('../run/run-start-screen')).RunStartScreen })),
  batch: lazy(async () => ({ default: (await import('../run/batch-screen')).BatchScreen })),
  inbox: lazy(async () => ({ default: (await import('../inbox/inbox-screen')).InboxScreen })),
  rehearsal: lazy(async () => ({ default: (await import('../rehearsal/rehearsal-screen')).RehearsalScreen })),
  'dead-letters': lazy(async () => ({
    default: (await import('../dead-letters/dead-letters-screen')).DeadLettersScreen,
  })),
  settings: lazy(async () => ({ default: (await import('../settings/settings-screen')).SettingsScreen })),
};
