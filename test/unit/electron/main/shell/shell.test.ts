import { expect, test } from 'vitest';
import { checkExternalUrl, isSafeExternalUrl } from '../../../../../electron/main/shell/external-url';
import { menuTemplate } from '../../../../../electron/main/shell/menu-template';
import { flowPathInArgv } from '../../../../../electron/main/shell/open-requests';
import { placeWindow } from '../../../../../electron/main/shell/window-state';
import { defaultSettings } from '../../../../../electron/main/state/settings';
import { type MenuCommandId, menuCommands } from '../../../../../shared/ipc/menu-commands';

test.each([
  ['https://example.com/docs?x=1', true],
  ['http://example.com/', false],
  ['https://user:pw@example.com/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['smb://host/share', false],
  ['ms-settings:', false],
  ['not a url', false],
  [`https://example.com/${'x'.repeat(3000)}`, false],
])('opening %s outside the app: %s', (address, isAllowed) => {
  expect(isSafeExternalUrl(address)).toBe(isAllowed);
});

test('a refused address says which ones are opened', () => {
  expect(() => checkExternalUrl('file:///etc/passwd')).toThrow('https://');
});

test.each([
  [['baton', 'flow.json'], '/work/flow.json'],
  [['electron', '.', '--no-sandbox', '/a/b.baton.json'], '/a/b.baton.json'],
  [['baton', '--user-data-dir=/x.json'], undefined],
  [['baton'], undefined],
  [['flow.json'], undefined],
])('the arguments %j ask for %s', (argv, file) => {
  expect(flowPathInArgv(argv, '/work')).toBe(file);
});

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];

test.each([
  ['a first start', { maximized: false }, { width: 1440, height: 900 }],
  [
    'where it was',
    { maximized: false, bounds: { x: 10, y: 20, width: 1200, height: 700 } },
    { x: 10, y: 20, width: 1200, height: 700 },
  ],
  [
    'on a screen that is gone',
    { maximized: false, bounds: { x: 5000, y: 20, width: 1200, height: 700 } },
    { width: 1200, height: 700 },
  ],
  [
    'with its title above the screen',
    { maximized: false, bounds: { x: 10, y: -50, width: 1200, height: 700 } },
    { width: 1200, height: 700 },
  ],
  [
    'larger than the screen',
    { maximized: false, bounds: { x: 0, y: 0, width: 4000, height: 3000 } },
    { x: 0, y: 0, width: 1920, height: 1080 },
  ],
  [
    'smaller than it may be',
    { maximized: false, bounds: { x: 0, y: 0, width: 100, height: 100 } },
    { x: 0, y: 0, width: 1024, height: 640 },
  ],
])('a window is placed: %s', (_when, state, place) => {
  expect(placeWindow(state, screens)).toEqual(place);
});

test('a machine without a screen still gets a window', () => {
  expect(placeWindow({ maximized: false }, [])).toEqual({ width: 1440, height: 900 });
});

interface Item {
  readonly id?: string;
  readonly label?: string;
  readonly click?: () => void;
  readonly registerAccelerator?: boolean;
  readonly accelerator?: string;
  readonly submenu?: readonly Item[];
}

function menuFor(language: 'en' | 'de', asked: MenuCommandId[] = []): readonly Item[] {
  const settings = { ...defaultSettings('ada'), language };
  const template = menuTemplate(
    { settings, isMac: false, isDevelopment: false },
    { command: (id) => asked.push(id), showDataFolder: () => undefined, showLogs: () => undefined },
  );
  const flat = (items: readonly Item[]): Item[] =>
    items.flatMap((item) => [item, ...flat(item.submenu ?? [])]);
  return flat(template as unknown as Item[]);
}

test('the menu offers every command, and a click asks the window for it', () => {
  const asked: MenuCommandId[] = [];
  for (const item of menuFor('en', asked)) if (item.id) item.click?.();
  expect(asked.toSorted()).toEqual((Object.keys(menuCommands) as MenuCommandId[]).toSorted());
});

test('keys of commands are shown, never taken from the window', () => {
  const taken = menuFor('en').filter(
    (item) => item.id && item.accelerator && item.registerAccelerator !== false,
  );
  expect(taken).toEqual([]);
});

test('the menu speaks the language of the settings', () => {
  const label = (language: 'en' | 'de') => menuFor(language).find((item) => item.id === 'file.save')?.label;
  expect([label('en'), label('de')]).toEqual(['Save', 'Speichern']);
});
