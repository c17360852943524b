/** Every screen has one line here. A screen owns its folder; the shell knows only this table. */
import { type ComponentType, lazy } from 'react';
import type { ScreenName } from './router';

/** In the order in which they are fetched ahead: what one goes to first comes first. */
const LOADERS: Readonly<Record<ScreenName, () => Promise<ComponentType>>> = {
  home: async () => (await import('../home/home-screen')).HomeScreen,
  designer: async () => (await import('../designer/designer-screen')).DesignerScreen,
  'run-start': async () => (await import('../run/run-start-screen')).RunStartScreen,
  run: async () => (await import('../run/run-screen')).RunScreen,
  runs: async () => (await import('../runs/runs-screen')).RunsScreen,
  inbox: async () => (await import('../inbox/inbox-screen')).InboxScreen,
  rehearsal: async () => (await import('../rehearsal/rehearsal-screen')).RehearsalScreen,
  batch: async () => (await import('../run/batch-screen')).BatchScreen,
  'dead-letters': async () => (await import('../dead-letters/dead-letters-screen')).DeadLettersScreen,
  settings: async () => (await import('../settings/settings-screen')).SettingsScreen,
};

const loaded = new Map<ScreenName, ComponentType>();
/** A screen stays the component it was first shown as: another one would be drawn anew and forget what was typed. */
const shown = new Map<ScreenName, ComponentType>();

/** Fetches the code of a screen. */
export async function loadScreen(name: ScreenName): Promise<ComponentType> {
  const screen = loaded.get(name) ?? (await LOADERS[name]());
  loaded.set(name, screen);
  return screen;
}

/** Fetches the others while nothing else is to be done: a click then waits for no code. */
export async function loadAhead(): Promise<void> {
  for (const name of Object.keys(LOADERS) as ScreenName[]) await loadScreen(name); // the table has these keys alone
}

/** The screen itself once its code is here: React shows nothing in its place then, not even for a moment. */
export function screenOf(name: ScreenName): ComponentType {
  const known = shown.get(name);
  if (known) return known;
  const screen = loaded.get(name) ?? lazy(async () => ({ default: await loadScreen(name) }));
  shown.set(name, screen);
  return screen;
}
