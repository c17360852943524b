import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createHandlers } from '../../../../../electron/main/handlers/handlers';
import type { RequestHandlers } from '../../../../../electron/main/ipc/router';
import { SecretService } from '../../../../../electron/main/state/secrets';
import { SettingsService } from '../../../../../electron/main/state/settings';
import { requests } from '../../../../../shared/ipc/contract';
import type { ExportedFile } from '../../../../../shared/ipc/service';
import { flowFilesIn, flowNamed, textOf } from '../../../../fakes/flow-files';
import { tempFolder } from '../../../../fakes/temp-folder';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Setup {
  readonly handlers: RequestHandlers;
  readonly folder: string;
  /** What the person chooses in the next dialogs; undefined is Cancel. */
  readonly chosen: (string | undefined)[];
  readonly dialogs: unknown[];
  readonly served: { name: string; input: unknown }[];
  readonly opened: string[];
  exported: readonly ExportedFile[];
  losses: { path: string; what: string; how: string }[];
  readonly toldLosses: string[];
}

async function setUp(): Promise<Setup> {
  const folder = tempFolder();
  const { files, library } = await flowFilesIn(folder);
  const setup = {
    folder,
    chosen: [],
    dialogs: [],
    served: [],
    opened: [],
    exported: [],
    losses: [],
    toldLosses: [],
  } as unknown as Setup;
  const answer = async (options: unknown): Promise<string | undefined> => {
    setup.dialogs.push(options);
    return setup.chosen.shift();
  };
  const handlers = createHandlers({
    flows: files,
    library,
    settings: await SettingsService.open(path.join(folder, 'settings.json'), 'ada'),
    secrets: await SecretService.open({
      file: path.join(folder, 'secrets.json'),
      keychain: { isAvailable: () => false, encrypt: () => bytes(''), decrypt: () => '' },
      env: {},
    }),
    dialogs: { open: answer, save: answer },
    templatesFolder: path.join(folder, 'templates'),
    backedUp: { flows: library.folder, 'settings.json': path.join(folder, 'settings.json') },
    service: async (name, input) => {
      setup.served.push({ name, input });
      return (name.startsWith('file.') ? { files: setup.exported, losses: setup.losses } : null) as never;
    },
    info: async () => ({
      version: '1',
      platform: 'linux',
      dataFolder: folder,
      electron: '33',
      engineVersion: '1',
      readOnly: null,
    }),
    openExternal: async (url) => void setup.opened.push(url),
    showFolder: (file) => void setup.opened.push(file),
    quit: () => undefined,
    onLosses: (losses) => void setup.toldLosses.push(...losses.map(({ what }) => what)),
    onTrouble: () => undefined,
  });
  return Object.assign(setup, { handlers });
}

const document = flowNamed('One');

test('every request of the contract has a handler', async () => {
  const { handlers } = await setUp();
  expect(Object.keys(handlers).toSorted()).toEqual(Object.keys(requests).toSorted());
});

test('what a flow does is handed to the runtime as it is', async () => {
  const { handlers, served } = await setUp();
  await handlers['run.cancel']({ runId: 'r', compensate: true });
  expect(served).toEqual([{ name: 'run.cancel', input: { runId: 'r', compensate: true } }]);
});

test('an export without a path asks where, with a name that fits', async () => {
  const setup = await setUp();
  setup.exported = [{ path: 'one.md', bytes: bytes('# One') }];
  const file = path.join(setup.folder, 'chosen.md');
  setup.chosen.push(file);
  const answer = await setup.handlers['flow.export']({ document, target: 'markdown' });
  expect({
    answer,
    text: fs.readFileSync(file, 'utf8'),
    suggested: (setup.dialogs[0] as { defaultPath: string }).defaultPath,
  }).toEqual({
    answer: { path: file },
    text: '# One',
    suggested: path.join(setup.folder, 'flows', 'refunds.md'),
  });
});

test('a cancelled dialog exports nothing', async () => {
  const { handlers, served } = await setUp();
  const answers = [
    await handlers['flow.export']({ document, target: 'bundle' }),
    await handlers['run.export']({ runId: 'r', target: 'otlp' }),
    await handlers['flow.openDialog']({}),
    await handlers['flow.saveAs']({ document, suggestedName: 'x' }),
    await handlers['file.pick']({ title: 'x' }),
  ];
  expect({ answers, served }).toEqual({ answers: [null, null, null, null, null], served: [] });
});

test('a given path is used without asking, several files go into a folder of that name', async () => {
  const setup = await setUp();
  setup.exported = [
    { path: 'a.json', bytes: bytes('a') },
    { path: 'sub/b.json', bytes: bytes('b') },
  ];
  const target = path.join(setup.folder, 'out');
  await setup.handlers['run.export']({ runId: 'r', target: 'bundle', path: target });
  expect({ b: fs.readFileSync(path.join(target, 'sub/b.json'), 'utf8'), dialogs: setup.dialogs }).toEqual({
    b: 'b',
    dialogs: [],
  });
});

test.each(['relative/out.json', '/tmp/../etc/out.json', ''])('an export to %j is refused', async (target) => {
  const { handlers } = await setUp();
  const attempt = handlers['flow.export']({ document, target: 'json', path: target });
  await expect(attempt).rejects.toMatchObject({ code: 'file/not-absolute' });
});

test('an export never leaves its folder', async () => {
  const setup = await setUp();
  setup.exported = [
    { path: 'a.json', bytes: bytes('a') },
    { path: '../evil.json', bytes: bytes('b') },
  ];
  const attempt = setup.handlers['run.export']({
    runId: 'r',
    target: 'bundle',
    path: path.join(setup.folder, 'out'),
  });
  await expect(attempt).rejects.toMatchObject({ code: 'file/cannot-write' });
  expect(fs.existsSync(path.join(setup.folder, 'evil.json'))).toBe(false);
});

test('a flow saved under a new name gets the ending of flows', async () => {
  const setup = await setUp();
  setup.chosen.push(path.join(setup.folder, 'mine'));
  const opened = await setup.handlers['flow.saveAs']({ document, suggestedName: 'Mine / yours?' });
  expect({
    path: opened?.path,
    suggested: (setup.dialogs[0] as { defaultPath: string }).defaultPath,
  }).toEqual({
    path: path.join(setup.folder, 'mine.baton.json'),
    suggested: path.join(setup.folder, 'flows', 'Mine - yours-.baton.json'),
  });
});

test('a chosen flow is opened', async () => {
  const setup = await setUp();
  const file = path.join(setup.folder, 'theirs.json');
  fs.writeFileSync(file, textOf(document));
  setup.chosen.push(file);
  expect((await setup.handlers['flow.openDialog']({}))?.path).toBe(file);
});

test('a picked file is read as text when asked for, and refused when it is none', async () => {
  const setup = await setUp();
  const text = path.join(setup.folder, 'input.csv');
  const binary = path.join(setup.folder, 'photo.png');
  fs.writeFileSync(text, 'a,b');
  fs.writeFileSync(binary, Buffer.from([0xff, 0xd8, 0xff]));
  setup.chosen.push(text, text, binary);
  const unread = await setup.handlers['file.pick']({ title: 'Input' });
  const read = await setup.handlers['file.pick']({ title: 'Input', extensions: ['csv'], read: true });
  await expect(setup.handlers['file.pick']({ title: 'Input', read: true })).rejects.toMatchObject({
    code: 'file/not-text',
  });
  expect([unread, read]).toEqual([
    { path: text, name: 'input.csv' },
    { path: text, name: 'input.csv', text: 'a,b' },
  ]);
});

test('only safe addresses and full paths leave the app', async () => {
  const { handlers, opened } = await setUp();
  await handlers['app.openExternal']({ url: 'https://example.com/' });
  await handlers['app.showFolder']({ path: '/data' });
  const refused = [
    () => handlers['app.showFolder']({ path: 'data' }),
    () => handlers['app.openExternal']({ url: 'file:///etc/passwd' }),
  ];
  for (const attempt of refused)
    await expect((async () => attempt())()).rejects.toMatchObject({ message: expect.any(String) });
  expect(opened).toEqual(['https://example.com/', '/data']);
});

test('what a format cannot hold is told after the export', async () => {
  const setup = await setUp();
  setup.exported = [{ path: 'a.mmd', bytes: bytes('flowchart') }];
  setup.losses = [{ path: '/agents', what: 'instructions', how: 'left out' }];
  await setup.handlers['flow.export']({
    document,
    target: 'mermaid',
    path: path.join(setup.folder, 'a.mmd'),
  });
  expect(setup.toldLosses).toEqual(['instructions']);
});

test('a backup copies flows, settings and runs into a folder of its own', async () => {
  const setup = await setUp();
  await setup.handlers['flow.create']({ document });
  await setup.handlers['settings.set']({ reviewer: 'grace' });
  const target = tempFolder();
  const made = await setup.handlers['data.backup']({ folder: target });
  expect(fs.readdirSync(target)).toEqual([path.basename(made?.path ?? '')]);
  expect(fs.readdirSync(made?.path ?? '')).toEqual(['flows', 'settings.json']);
  expect(fs.readdirSync(path.join(made?.path ?? '', 'flows'))).toHaveLength(1);
  expect(setup.served).toEqual([
    { name: 'runs.copyTo', input: { file: path.join(`${made?.path}.partial`, 'runs.db') } },
  ]);
});

test('a backup that was cancelled, or would copy itself, leaves nothing behind', async () => {
  const setup = await setUp();
  setup.chosen.push(undefined);
  expect(await setup.handlers['data.backup']({})).toBeNull();
  const { files } = await setup.handlers['flow.list']({});
  expect(files).toEqual([]);
  const opened = await setup.handlers['flow.create']({ document });
  const library = path.dirname(opened.path);
  await expect(setup.handlers['data.backup']({ folder: library })).rejects.toMatchObject({
    code: 'file/cannot-write',
    hint: expect.stringContaining('outside'),
  });
  expect(fs.readdirSync(library)).toEqual([path.basename(opened.path)]);
});
