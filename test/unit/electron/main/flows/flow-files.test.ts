import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hashOf } from '../../../../../electron/main/flows/atomic-file';
import { MAX_FLOW_BYTES } from '../../../../../electron/main/flows/flow-files';
import { flowFilesIn, flowNamed, textOf } from '../../../../fakes/flow-files';
import { tempFolder } from '../../../../fakes/temp-folder';

test('a new flow gets a file named after its id, a second one its own id and file', async () => {
  const { files, library } = await flowFilesIn(tempFolder());
  const first = await files.create(flowNamed('One'));
  const second = await files.create(flowNamed('Two'));
  expect(
    [first, second].map(({ path: file, document }) => [path.relative(library.folder, file), document.id]),
  ).toEqual([
    ['refunds.baton.json', 'refunds'],
    ['refunds-2.baton.json', 'refunds-2'],
  ]);
});

test('an id that is no file name is made one', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { document } = await files.create(flowNamed('Odd', '../../evil name'));
  expect(document.id).toBe('evil-name');
});

test('flows made at the same time do not take each other’s file', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const made = await Promise.all(Array.from({ length: 5 }, (_, i) => files.create(flowNamed(`Flow ${i}`))));
  expect(new Set(made.map((opened) => opened.path)).size).toBe(5);
});

test('a save writes the file and says its new hash', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { path: file, fileHash } = await files.create(flowNamed('One'));
  const saved = await files.save(file, flowNamed('Changed'), fileHash);
  expect({ text: fs.readFileSync(file, 'utf8'), hash: saved.fileHash }).toEqual({
    text: textOf(flowNamed('Changed')),
    hash: hashOf(textOf(flowNamed('Changed'))),
  });
});

test('a save does not overwrite what another program wrote, and says so', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { path: file, fileHash } = await files.create(flowNamed('One'));
  fs.writeFileSync(file, textOf(flowNamed('Theirs')));
  await expect(files.save(file, flowNamed('Mine'), fileHash)).rejects.toMatchObject({
    code: 'spec/changed-on-disk',
  });
  expect(fs.readFileSync(file, 'utf8')).toBe(textOf(flowNamed('Theirs')));
});

test('a save without an expected hash overwrites, and the other version is in the history', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { path: file } = await files.create(flowNamed('One'));
  fs.writeFileSync(file, textOf(flowNamed('Theirs')));
  await files.save(file, flowNamed('Mine'));
  const versions = await files.versions(file);
  const names = await Promise.all(
    versions.map(async ({ id }) => (await files.version(file, id)).document.name),
  );
  expect(names).toEqual(['Mine', 'Theirs', 'One']);
});

test('a save of a file that was deleted meanwhile puts it back', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { path: file, fileHash } = await files.create(flowNamed('One'));
  fs.rmSync(file);
  await files.save(file, flowNamed('One'), fileHash);
  expect(fs.existsSync(file)).toBe(true);
});

test('edits in the journal come back when the flow is opened again, and a save clears them', async () => {
  const folder = tempFolder();
  const before = await flowFilesIn(folder);
  const { path: file } = await before.files.create(flowNamed('One'));
  await before.files.journal(file, flowNamed('Unsaved'));

  const after = await flowFilesIn(folder); // as after a crash
  const opened = await after.files.open(file);
  await after.files.save(file, opened.document, opened.fileHash);
  const again = await after.files.open(file);
  expect([opened, again].map(({ document, recovered }) => [document.name, recovered])).toEqual([
    ['Unsaved', true],
    ['Unsaved', false],
  ]);
});

test('recovered edits do not silently replace what another program saved after the crash', async () => {
  const folder = tempFolder();
  const before = await flowFilesIn(folder);
  const { path: file } = await before.files.create(flowNamed('One'));
  await before.files.journal(file, flowNamed('Unsaved'));
  fs.writeFileSync(file, textOf(flowNamed('Theirs')));

  const { files } = await flowFilesIn(folder);
  const opened = await files.open(file);
  await expect(files.save(file, opened.document, opened.fileHash)).rejects.toMatchObject({
    code: 'spec/changed-on-disk',
  });
});

test('a journal that says the same as the file is no recovery', async () => {
  const { files, journal } = await flowFilesIn(tempFolder());
  const { path: file } = await files.create(flowNamed('One'));
  await files.journal(file, flowNamed('One'));
  const { recovered } = await files.open(file);
  expect({ recovered, left: await journal.read(file) }).toEqual({ recovered: false, left: undefined });
});

test('a flow whose file is gone is opened from its journal', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { path: file } = await files.create(flowNamed('One'));
  await files.journal(file, flowNamed('Unsaved'));
  fs.rmSync(file);
  const { document, recovered } = await files.open(file);
  expect({ name: document.name, recovered }).toEqual({ name: 'Unsaved', recovered: true });
});

test('discarded edits do not come back', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const { path: file } = await files.create(flowNamed('One'));
  await files.journal(file, flowNamed('Unsaved'));
  await files.discardJournal(file);
  expect((await files.open(file)).document.name).toBe('One');
});

test('a damaged journal counts as none and the file opens', async () => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  const { path: file } = await files.create(flowNamed('One'));
  await files.journal(file, flowNamed('Unsaved'));
  const [entry] = fs.readdirSync(path.join(folder, 'journal'));
  fs.writeFileSync(path.join(folder, 'journal', entry ?? ''), '{"path":');
  expect((await files.open(file)).document.name).toBe('One');
});

test.each([
  ['a path that is not full', () => 'flow.json', 'file/not-absolute'],
  ['a file that is no JSON by name', (folder: string) => path.join(folder, 'flow.txt'), 'file/not-a-flow'],
  ['a file that is not there', (folder: string) => path.join(folder, 'gone.json'), 'file/missing'],
])('%s is refused', async (_what, name, code) => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  await expect(files.open(name(folder))).rejects.toMatchObject({ code });
});

test('too large a file is refused before it is read', async () => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  const file = path.join(folder, 'big.json');
  fs.writeFileSync(file, '');
  fs.truncateSync(file, MAX_FLOW_BYTES + 1);
  await expect(files.open(file)).rejects.toMatchObject({ code: 'file/too-large' });
});

test('text in another encoding is refused instead of being saved back with other letters', async () => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  const file = path.join(folder, 'latin.json');
  fs.writeFileSync(file, Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]));
  await expect(files.open(file)).rejects.toMatchObject({ code: 'spec/invalid' });
});

test('what the loader says about bad content is passed on', async () => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  const file = path.join(folder, 'bad.json');
  fs.writeFileSync(file, 'not json');
  await expect(files.open(file)).rejects.toMatchObject({
    code: 'spec/invalid',
    message: 'The file is not JSON.',
  });
});

test('only flows opened here are written or deleted', async () => {
  const folder = tempFolder();
  const { files, trashed } = await flowFilesIn(folder);
  const file = path.join(folder, 'package.json');
  fs.writeFileSync(file, '{}');
  const attempts = [
    files.save(file, flowNamed('x')),
    files.journal(file, flowNamed('x')),
    files.delete(file),
  ];
  const codes = await Promise.all(
    attempts.map((attempt) =>
      attempt.then(
        () => 'done',
        (error: { code: string }) => error.code,
      ),
    ),
  );
  expect({ codes, trashed, text: fs.readFileSync(file, 'utf8') }).toEqual({
    codes: ['file/not-open', 'file/not-open', 'file/not-open'],
    trashed: [],
    text: '{}',
  });
});

test('a file outside the library is saved once a person has opened it', async () => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  const file = path.join(folder, 'elsewhere.json');
  fs.writeFileSync(file, textOf(flowNamed('Elsewhere')));
  const { fileHash } = await files.open(file);
  await files.save(file, flowNamed('Changed'), fileHash);
  expect(fs.readFileSync(file, 'utf8')).toBe(textOf(flowNamed('Changed')));
});

test('a deleted flow goes to the trash and out of the list', async () => {
  const { files, trashed } = await flowFilesIn(tempFolder());
  const { path: file } = await files.create(flowNamed('One'));
  await files.journal(file, flowNamed('Unsaved'));
  await files.delete(file);
  expect({ trashed, list: await files.list() }).toEqual({ trashed: [file], list: [] });
});

test('the list shows name, size and unsaved edits, newest first', async () => {
  const { files } = await flowFilesIn(tempFolder());
  const one = await files.create(flowNamed('One'));
  const two = await files.create(flowNamed('Two'));
  fs.utimesSync(one.path, new Date(1000), new Date(1000));
  await files.journal(one.path, flowNamed('One, edited'));
  const list = await files.list();
  expect(list.map(({ name, nodeCount, unsaved }) => ({ name, nodeCount, unsaved }))).toEqual([
    { name: 'Two', nodeCount: 2, unsaved: false },
    { name: 'One', nodeCount: 2, unsaved: true },
  ]);
  expect(two.document.id).toBe('refunds-2');
});

test('a recent file that is gone is listed as missing, a foreign JSON in the library is not listed', async () => {
  const folder = tempFolder();
  const { files, library } = await flowFilesIn(folder);
  const elsewhere = path.join(folder, 'elsewhere.json');
  fs.writeFileSync(elsewhere, textOf(flowNamed('Elsewhere')));
  await files.open(elsewhere);
  fs.rmSync(elsewhere);
  fs.mkdirSync(library.folder, { recursive: true });
  fs.writeFileSync(path.join(library.folder, 'tsconfig.json'), '{}');
  expect((await files.list()).map(({ name, missing }) => ({ name, missing }))).toEqual([
    { name: 'elsewhere', missing: true },
  ]);
});

test('pasted text becomes a flow in the library, too much of it is refused', async () => {
  const { files, library } = await flowFilesIn(tempFolder());
  const { path: file } = await files.importText(textOf(flowNamed('Pasted')));
  const tooMuch = files.importText(' '.repeat(MAX_FLOW_BYTES + 1), 'pasted.json');
  await expect(tooMuch).rejects.toMatchObject({ code: 'file/too-large' });
  expect(library.isInside(file)).toBe(true);
});

test('saving under another name keeps what was there in the history', async () => {
  const folder = tempFolder();
  const { files } = await flowFilesIn(folder);
  const file = path.join(folder, 'other.baton.json');
  fs.writeFileSync(file, textOf(flowNamed('Old')));
  const opened = await files.saveAs(file, flowNamed('New'));
  const versions = await files.versions(file);
  const names = await Promise.all(
    versions.map(async ({ id }) => (await files.version(file, id)).document.name),
  );
  expect({ opened: opened.document.name, names }).toEqual({ opened: 'New', names: ['New', 'Old'] });
});
