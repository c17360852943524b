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

/** Reads both once and keeps following the settings; returns the function that stops. */
export async function loadSettings(): Promise<() => void> {
  const [settings, info] = await Promise.all([request('settings.get', {}), request('app.info', {})]);
  take(settings);
  useSettings.setState({ info });
  return onPush('settings.changed', take);
}

export async function changeSettings(change: Partial<Settings>): Promise<void> {
  take(await request('settings.set', change));
}
