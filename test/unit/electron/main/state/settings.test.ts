import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { defaultSettings, SettingsService } from '../../../../../electron/main/state/settings';
import { tempFolder } from '../../../../fakes/temp-folder';

test('a first start has the defaults and writes nothing', async () => {
  const folder = tempFolder();
  const settings = await SettingsService.open(path.join(folder, 'settings.json'), 'ada');
  expect({ settings: settings.get(), names: fs.readdirSync(folder) }).toEqual({
    settings: defaultSettings('ada'),
    names: [],
  });
});

test('a change is kept, told, and there at the next start', async () => {
  const file = path.join(tempFolder(), 'settings.json');
  const settings = await SettingsService.open(file, 'ada');
  const told: string[] = [];
  settings.onChange(({ theme }) => told.push(theme));
  await settings.set({ theme: 'dark' });
  await settings.set({ language: 'de' });
  const again = await SettingsService.open(file, 'ada');
  expect({ told, again: again.get() }).toEqual({
    told: ['dark', 'dark'],
    again: { ...defaultSettings('ada'), theme: 'dark', language: 'de' },
  });
});

test('a setting of an older or newer app costs only itself; the file is kept beside', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'settings.json');
  fs.writeFileSync(
    file,
    JSON.stringify({ ...defaultSettings('ada'), theme: 'sepia', language: 'de', hologram: true }),
  );
  const told: string[] = [];
  const settings = await SettingsService.open(file, 'ada', (message) => told.push(message));
  const copies = fs.readdirSync(folder).filter((name) => name.includes('broken'));
  expect({ settings: settings.get(), copies: copies.length, told: told.length }).toEqual({
    settings: { ...defaultSettings('ada'), language: 'de' },
    copies: 1,
    told: 1,
  });
});

test.each(['', '{"theme":', '[]', 'null', '\u0000\u0001'])(
  'a file with %j gives the defaults',
  async (text) => {
    const file = path.join(tempFolder(), 'settings.json');
    fs.writeFileSync(file, text);
    expect((await SettingsService.open(file, 'ada')).get()).toEqual(defaultSettings('ada'));
  },
);

test('changes made at once are all kept', async () => {
  const file = path.join(tempFolder(), 'settings.json');
  const settings = await SettingsService.open(file, 'ada');
  await Promise.all([
    settings.set({ tourDone: true }),
    settings.set({ retentionDays: 30 }),
    settings.set({ theme: 'light' }),
  ]);
  const again = await SettingsService.open(file, 'ada');
  expect(again.get()).toEqual({
    ...defaultSettings('ada'),
    tourDone: true,
    retentionDays: 30,
    theme: 'light',
  });
});
