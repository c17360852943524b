import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { BUNDLE_VERSION, manifestFiles, openBundle } from '../../../../../electron/runtime/export/bundle';
import { jsonFile, textFile } from '../../../../../electron/runtime/export/files';
import { looksLikeZip, readZip, writeZip } from '../../../../../electron/runtime/export/zip';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe('zip', () => {
  test('the same content gives the same bytes, and reads back', () => {
    const files = [textFile('a.txt', 'one'), textFile('b/c.txt', 'two')];
    const bytes = writeZip(files);
    expect(writeZip(files)).toEqual(bytes);
    expect(looksLikeZip(bytes)).toBe(true);
    expect([...readZip(bytes)].map(([path, content]) => [path, new TextDecoder().decode(content)])).toEqual([
      ['a.txt', 'one'],
      ['b/c.txt', 'two'],
    ]);
  });

  test.each(['../up.txt', '/root.txt', 'a/../../b', 'a//b', './a', 'c:\\x', 'a\\b', 'x\u0000y', 'x:y'])(
    'the name %j is refused',
    (name) => {
      expect(() => readZip(zipSync({ [name]: text('x') }))).toThrow(/would leave the bundle/);
    },
  );

  test('two names that are one file on some systems are refused', () => {
    expect(() => readZip(zipSync({ 'A.txt': text('1'), 'a.txt': text('2') }))).toThrow(/in it twice/);
  });

  test('a folder entry is no file', () => {
    expect([...readZip(zipSync({ 'd/': text(''), 'd/x': text('1') })).keys()]).toEqual(['d/x']);
  });

  test('what unpacks to too much is refused before it is unpacked', () => {
    const bomb = zipSync({ 'zeros.bin': new Uint8Array(2_000_000) }, { level: 9 });
    expect(bomb.byteLength).toBeLessThan(10_000);
    expect(() => readZip(bomb, 1_000_000)).toThrow(/unpacks to more than 1 MiB/);
  });

  test('what is no zip, or is cut, is refused', () => {
    expect(() => readZip(text('hello'))).toThrow(/not a zip file/);
    expect(() => readZip(writeZip([textFile('a', 'b'.repeat(1000))]).subarray(0, 60))).toThrow(
      /not a zip file/,
    );
    expect(looksLikeZip(text('{"a":1}'))).toBe(false);
  });
});

describe('bundle', () => {
  const files = [textFile('flow.json', '{}')];
  const manifest = (more: object = {}): object => ({
    kind: 'flow',
    bundleVersion: BUNDLE_VERSION,
    generator: { name: 'baton', version: '1.0.0' },
    files: manifestFiles(files),
    ...more,
  });

  test('opens when every file is as its manifest says', () => {
    const opened = openBundle(writeZip([jsonFile('manifest.json', manifest()), ...files]));
    expect([opened.manifest.kind, [...opened.files.keys()]]).toEqual([
      'flow',
      ['manifest.json', 'flow.json'],
    ]);
  });

  test.each<[string, Parameters<typeof writeZip>[0], RegExp]>([
    ['without a manifest', files, /has no manifest\.json/],
    ['with a manifest that is no JSON', [textFile('manifest.json', 'x'), ...files], /is not JSON/],
    [
      'with a manifest of another shape',
      [jsonFile('manifest.json', manifest({ kind: 'cake' })), ...files],
      /is wrong at \/kind/,
    ],
    [
      'of a newer version',
      [jsonFile('manifest.json', manifest({ bundleVersion: 99 })), ...files],
      /made by a newer Baton/,
    ],
    ['with a missing file', [jsonFile('manifest.json', manifest())], /flow\.json is missing/],
    [
      'with a changed file',
      [jsonFile('manifest.json', manifest()), textFile('flow.json', '{"a":1}')],
      /was changed or damaged/,
    ],
    [
      'with a file more',
      [jsonFile('manifest.json', manifest()), ...files, textFile('extra.txt', 'x')],
      /extra\.txt is not in its manifest/,
    ],
  ])('%s it is refused', (_name, content, sentence) => {
    expect(() => openBundle(writeZip(content))).toThrow(sentence);
  });
});
