/** The app's settings and facts as the window knows them. The main side owns them. */
import { create } from 'zustand';
import type { AppInfo, Settings } from '../../shared/ipc/contract';
import { onPush, request } from '../bridge/bridge';
import { setLanguage } from '../i18n/t';

interface SettingsState {
  readonly settings: Settings;
  readonly info: AppInfo | undefined;
}

const UNTIL_LOADED: Settings = {
  theme: 'system',
  language: 'en',
  reviewer: '',
  durable: 'full',
  notifications: true,
  tourDone: true,
  retentionDays: 0,
  models: [],
};

export const useSettings = create<SettingsState>()(() => ({ settings: UNTIL_LOADED, info: undefined }));

function take(settings: Settings): void {
  setLanguage(settings.language);
  useSettings.setState({ settings });
}

/** Reads the settings and keeps following them; returns the function that stops. */
export async function loadSettings(): Promise<() => void> {
  take(await request('settings.get', {}));
  return onPush('settings.changed', take);
}

/** Reads the facts, which wait for the runtime to be up: nothing that is shown first may wait for them. */
export async function loadInfo(): Promise<void> {
  useSettings.setState({ info: await request('app.info', {}) });
}

export async function changeSettings(change: Partial<Settings>): Promise<void> {
  take(await request('settings.set', change));
}
