import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../../shared/base/json';
import { callContext } from '../models/call-context';
import { callTool, trusted } from './tool-call';

let base: string;
beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'file-tool-'));
  fs.mkdirSync(path.join(base, 'notes/deep'), { recursive: true });
  fs.writeFileSync(path.join(base, 'notes/a.txt'), 'Grüße');
  fs.writeFileSync(path.join(base, 'secret.txt'), 'outside');
});
afterEach(() => fs.rmSync(base, { recursive: true }));

function file(what: 'read' | 'list' | 'write', args: JsonObject, granted?: JsonObject) {
  const grants = granted ? { trust: false, baseFolder: base, granted } : trusted(base);
  return callTool({ kind: 'file', folder: 'notes', do: what, effect: 'once' }, args, callContext({ grants }));
}

const inNotes = (name: string) => path.join(base, 'notes', name);

describe('reading', () => {
  test('gives the text and its size', async () => {
    expect(await file('read', { path: 'a.txt' })).toEqual({
      ok: true,
      value: { path: 'a.txt', text: 'Grüße', sizeBytes: 7 },
    });
    expect(await file('read', { path: './deep/.././a.txt' })).toMatchObject({ ok: false, kind: 'denied' });
    expect(await file('read', { path: './a.txt' })).toMatchObject({ ok: true, value: { path: 'a.txt' } });
  });

  test('a byte order mark is dropped', async () => {
    fs.writeFileSync(inNotes('bom.txt'), '\ufeffhello');
    expect(await file('read', { path: 'bom.txt' })).toMatchObject({ value: { text: 'hello' } });
  });

  test('a missing file is said to be missing', async () => {
    expect(await file('read', { path: 'b.txt' })).toEqual({
      ok: false,
      kind: 'error',
      code: 'tool/path-refused',
      message: 'There is no file "b.txt" in the folder of this tool.',
      sent: 'no',
    });
  });

  test('bytes that are no text are refused', async () => {
    fs.writeFileSync(inNotes('x.bin'), Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    expect(await file('read', { path: 'x.bin' })).toMatchObject({ kind: 'error', code: 'tool/failed' });
  });

  test('2 MiB are read, one byte more is not', async () => {
    fs.writeFileSync(inNotes('big.txt'), 'x'.repeat(2 * 1024 * 1024));
    expect(await file('read', { path: 'big.txt' })).toMatchObject({ ok: true });
    fs.appendFileSync(inNotes('big.txt'), 'x');
    expect(await file('read', { path: 'big.txt' })).toMatchObject({ kind: 'error', code: 'tool/too-large' });
  });

  test('a path is needed', async () => {
    expect(await file('read', {})).toMatchObject({ code: 'tool/bad-arguments' });
    expect(await file('read', { path: '' })).toMatchObject({ code: 'tool/bad-arguments' });
    expect(await file('read', { path: 7 })).toMatchObject({ code: 'tool/bad-arguments' });
  });
});

describe('hostile paths', () => {
  test.each([
    ['up', '../secret.txt'],
    ['up and in', 'deep/../../secret.txt'],
    ['up with backslashes', '..\\secret.txt'],
    ['a root', '/etc/passwd'],
    ['a drive', 'C:\\Windows\\win.ini'],
    ['a share', '\\\\server\\share'],
    ['a null', 'a.txt\u0000.png'],
    ['a line break', 'a\n.txt'],
    ['a device', 'NUL'],
    ['a device with an ending', 'deep/com1.txt'],
    ['a second stream', 'a.txt:hidden'],
    ['a trailing dot', 'a.txt.'],
    ['a very long one', 'x/'.repeat(2000)],
  ])('%s is refused', async (_name, asked) => {
    for (const what of ['read', 'write'] as const) {
      expect(await file(what, { path: asked, text: 'x' })).toMatchObject({
        ok: false,
        kind: 'denied',
        code: 'tool/path-refused',
        sent: 'no',
      });
    }
    expect(fs.readFileSync(path.join(base, 'secret.txt'), 'utf8')).toBe('outside');
  });

  test('links are followed neither out of the folder nor inside it', async () => {
    fs.symlinkSync(path.join(base, 'secret.txt'), inNotes('out.txt'));
    fs.symlinkSync(inNotes('a.txt'), inNotes('in.txt'));
    fs.symlinkSync(base, inNotes('up'));
    for (const asked of ['out.txt', 'in.txt', 'up/secret.txt']) {
      expect(await file('read', { path: asked })).toMatchObject({
        kind: 'denied',
        code: 'tool/path-refused',
      });
      expect(await file('write', { path: asked, text: 'x' })).toMatchObject({ kind: 'denied' });
    }
    expect(await file('write', { path: 'up/new.txt', text: 'x' })).toMatchObject({ kind: 'denied' });
    expect(fs.existsSync(path.join(base, 'new.txt'))).toBe(false);
    expect(fs.readFileSync(path.join(base, 'secret.txt'), 'utf8')).toBe('outside');
  });

  test('a pipe is no file, and nobody waits for it', async () => {
    execFileSync('mkfifo', [inNotes('pipe')]);
    expect(await file('read', { path: 'pipe' })).toMatchObject({ kind: 'denied', code: 'tool/path-refused' });
    expect(await file('write', { path: 'pipe', text: 'x' })).toMatchObject({ kind: 'denied' });
  });

  test('a folder is no file', async () => {
    expect(await file('read', { path: 'deep' })).toMatchObject({ ok: false, code: 'tool/path-refused' });
    expect(await file('write', { path: 'deep', text: 'x' })).toMatchObject({ ok: false });
  });
});

describe('writing', () => {
  test('a file is replaced as a whole, and folders are made', async () => {
    expect(await file('write', { path: 'a.txt', text: 'new' })).toEqual({
      ok: true,
      value: { path: 'a.txt', sizeBytes: 3 },
    });
    expect(await file('write', { path: 'x/y/z.txt', text: 'é' })).toMatchObject({ value: { sizeBytes: 2 } });
    expect(fs.readFileSync(inNotes('a.txt'), 'utf8')).toBe('new');
    expect(fs.readFileSync(inNotes('x/y/z.txt'), 'utf8')).toBe('é');
    expect(fs.readdirSync(path.join(base, 'notes')).sort()).toEqual(['a.txt', 'deep', 'x']);
  });

  test('more than 2 MiB is not written', async () => {
    const text = 'x'.repeat(2 * 1024 * 1024 + 1);
    expect(await file('write', { path: 'b.txt', text })).toMatchObject({ code: 'tool/too-large' });
    expect(fs.existsSync(inNotes('b.txt'))).toBe(false);
  });
});

describe('listing', () => {
  test('all plain files below, sorted, links left out', async () => {
    fs.writeFileSync(inNotes('deep/b.txt'), '12');
    fs.symlinkSync(path.join(base, 'secret.txt'), inNotes('out.txt'));
    fs.utimesSync(inNotes('a.txt'), 1000, 1000);
    const outcome = await file('list', {});
    expect(outcome).toMatchObject({
      ok: true,
      value: [
        { path: 'a.txt', sizeBytes: 7, modifiedAt: 1_000_000 },
        { path: 'deep/b.txt', sizeBytes: 2 },
      ],
    });
    expect(await file('list', { path: 'deep' })).toMatchObject({ value: [{ path: 'deep/b.txt' }] });
    expect(await file('list', { path: '..' })).toMatchObject({ kind: 'denied' });
    expect(await file('list', { path: 'nothing' })).toMatchObject({ kind: 'error' });
  });
});

describe('grants', () => {
  const grant = (access: string, folder = 'notes') => ({ folders: [{ path: folder, access }] });

  test('without one nothing is touched', async () => {
    const wrong: JsonObject[] = [{}, grant('read', 'other'), { folders: 'notes' }];
    for (const granted of wrong) {
      expect(await file('read', { path: 'a.txt' }, granted)).toMatchObject({
        kind: 'denied',
        code: 'grant/missing',
        sent: 'no',
      });
    }
  });

  test('to read is not to write, to write is also to read', async () => {
    expect(await file('read', { path: 'a.txt' }, grant('read'))).toMatchObject({ ok: true });
    expect(await file('write', { path: 'a.txt', text: '' }, grant('read'))).toMatchObject({
      code: 'grant/missing',
    });
    expect(await file('write', { path: 'a.txt', text: '' }, grant('write'))).toMatchObject({ ok: true });
    expect(await file('read', { path: 'a.txt' }, grant('write'))).toMatchObject({ ok: true });
  });
});

test('a folder that is not there is said to be missing', async () => {
  const context = callContext({ grants: trusted(base) });
  expect(await callTool({ kind: 'file', folder: 'nowhere', do: 'list' }, {}, context)).toMatchObject({
    kind: 'error',
    code: 'tool/path-refused',
    message: expect.stringContaining('"nowhere"'),
  });
});

test('a call that was cancelled before it began does nothing', async () => {
  const context = callContext({ grants: trusted(base), signal: AbortSignal.abort() });
  const tool = { kind: 'file', folder: 'notes', do: 'write', effect: 'once' } as const;
  expect(await callTool(tool, { path: 'b.txt', text: 'x' }, context)).toMatchObject({
    kind: 'cancelled',
    sent: 'no',
  });
  expect(fs.existsSync(inNotes('b.txt'))).toBe(false);
});
