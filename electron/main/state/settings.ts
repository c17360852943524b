/** Settings of this machine's user. Nothing of a flow, no secret. */
import { Settings } from '../../../shared/ipc/contract';
import { JsonStore } from './json-store';

export function defaultSettings(user: string): Settings {
  return {
    theme: 'system',
    language: 'en',
    reviewer: user,
    durable: 'full',
    notifications: true,
    tourDone: false,
    retentionDays: 0,
    models: [],
  };
}

export class SettingsService {
  private readonly store: JsonStore<Settings>;
  private readonly listeners = new Set<(settings: Settings) => void>();

  private constructor(store: JsonStore<Settings>) {
    this.store = store;
  }

  static async open(
    file: string,
    user: string,
    onTrouble?: (message: string) => void,
  ): Promise<SettingsService> {
    const empty = defaultSettings(user);
    const store = await JsonStore.open({
      file,
      schema: Settings,
      empty,
      repair: (value) => repairSettings(value, empty),
      ...(onTrouble ? { onTrouble } : {}),
    });
    return new SettingsService(store);
  }

  get(): Settings {
    return this.store.get();
  }

  async set(change: Partial<Settings>): Promise<Settings> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const settings = Settings.parse({
      ...this.store.get(),
      ...Object.fromEntries(given),
    });
    await this.store.set(settings);
    for (const listener of this.listeners) listener(settings);
    return settings;
  }

  onChange(listener: (settings: Settings) => void): void {
    this.listeners.add(listener);
  }
}

/** Keeps each setting that is right (an older or newer app wrote others) and the default of each that is not. */
function repairSettings(value: unknown, empty: Settings): Settings {
  if (typeof value !== 'object' || value === null) return empty;
  const kept: Record<string, unknown> = { ...empty };
  for (const [key, schema] of Object.entries(Settings.shape)) {
    const parsed = schema.safeParse((value as Record<string, unknown>)[key]);
    if (parsed.success) kept[key] = parsed.data;
  }
  return Settings.parse(kept);
}
