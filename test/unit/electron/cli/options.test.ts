import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readChanges } from '../../../../electron/cli/commands/fork';
import { exitCodeOf, exitCodeOfStatus, UnreadableError, usage } from '../../../../electron/cli/exit-code';
import { fileOrJson, parseJson, readBytes, readText, writeFile } from '../../../../electron/cli/files';
import { parseModelOption } from '../../../../electron/cli/run-options';
import { openSecrets, parseEnvFile } from '../../../../electron/cli/secrets';
import { AppError } from '../../../../shared/base/app-error';
import type { Flow } from '../../../../shared/spec/flow';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-options-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const put = (name: string, content: string | Uint8Array, mode = 0o600): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content, { mode });
  fs.chmodSync(file, mode);
  return file;
};

describe('--model', () => {
  const flow = {
    models: { writer: { provider: 'openai', model: 'a', secret: 'MY_KEY' } },
  } as unknown as Flow;

  test.each<[string, object]>([
    ['writer=openai:gpt-5', { provider: 'openai', model: 'gpt-5', secret: 'MY_KEY' }],
    ['writer=anthropic:claude', { provider: 'anthropic', model: 'claude', secret: 'ANTHROPIC_API_KEY' }],
    ['writer=builtin:en-lite', { provider: 'builtin', model: 'en-lite' }],
    [
      'writer=openai-compatible:qwen3:8b@http://127.0.0.1:11434/v1',
      { provider: 'openai-compatible', model: 'qwen3:8b', baseURL: 'http://127.0.0.1:11434/v1' },
    ],
    ['writer=openai-compatible:@cf/meta@v2', { provider: 'openai-compatible', model: '@cf/meta@v2' }],
  ])('%s', (text, target) => {
    expect(parseModelOption(text, flow)).toEqual(['writer', target]);
  });

  test('names what there is', () => {
    expect(() => parseModelOption('writr=openai:x', flow)).toThrow(
      'The flow has no model named "writr". Did you mean writer? It has: writer.',
    );
    expect(() => parseModelOption('a=b:c', {} as Flow)).toThrow('It has no models.');
    expect(() => parseModelOption('writer=openai', flow)).toThrow('must be name=provider:model');
  });
});

describe('--set', () => {
  test('sets context fields and outputs of steps', () => {
    expect(readChanges(['context.a="x"', 'context.b={"c":1}', 'steps.n=[1]'])).toEqual({
      context: { a: 'x', b: { c: 1 } },
      steps: { n: [1] },
    });
    expect(readChanges([])).toEqual({});
    expect(() => readChanges(['a=1'])).toThrow('--set must be');
  });
});

describe('secrets', () => {
  test('the environment comes first, then the file; what was used is known', () => {
    const file = put(
      'secrets.env',
      '# keys\nexport A="from \\"file\\""\nB = plain # note\nC=\'single\'\n\nEMPTY=\n',
    );
    const secrets = openSecrets({ A: 'from env', EMPTY: '' }, file, folder);
    expect([
      secrets.get('A'),
      secrets.get('B'),
      secrets.get('C'),
      secrets.get('EMPTY'),
      secrets.get('NONE'),
    ]).toEqual(['from env', 'plain', 'single', undefined, undefined]);
    expect([...secrets.used]).toEqual(['from env', 'plain', 'single']);
    expect(openSecrets({}, file, folder).get('A')).toBe('from "file"');
  });

  test('a file others can read is refused, and so is a line that is none', () => {
    expect(() => openSecrets({}, put('open.env', 'A=1', 0o640), folder)).toThrow(
      /Others on this machine can read/,
    );
    expect(() => parseEnvFile('A=1\nno', 'x.env')).toThrow('Line 2 of x.env is not NAME=value.');
  });
});

describe('files', () => {
  test('text that begins like JSON is JSON, anything else a file', () => {
    const file = put('v.json', '\uFEFF{"a":1}');
    expect([
      fileOrJson('{"b":2}', folder, 'input'),
      fileOrJson(' [1]', folder, 'input'),
      fileOrJson('-1.5', folder, 'input'),
      fileOrJson('null', folder, 'input'),
      fileOrJson(file, folder, 'input'),
    ]).toEqual([{ b: 2 }, [1], -1.5, null, { a: 1 }]);
  });

  test('what cannot be read is told', () => {
    expect(() => readBytes('gone', folder)).toThrow('gone cannot be read: there is no such file.');
    expect(() => readBytes('.', folder)).toThrow('it is a folder');
    expect(() => readText(put('latin', new Uint8Array([0x66, 0xfc])), folder)).toThrow(
      'it is not UTF-8 text',
    );
    expect(() => parseJson('{"a":1,}', 'x.json')).toThrow(/x\.json is not JSON \(line 1, column \d+\)/);
  });

  test('a file is written whole, folders made on the way, nothing left behind', () => {
    writeFile('deep/er/x.txt', folder, 'one');
    writeFile('deep/er/x.txt', folder, 'two');
    expect([
      fs.readFileSync(path.join(folder, 'deep/er/x.txt'), 'utf8'),
      fs.readdirSync(path.join(folder, 'deep/er')),
    ]).toEqual(['two', ['x.txt']]);
    put('plain', 'x');
    expect(() => writeFile('plain/x', folder, '')).toThrow('plain/x cannot be written');
  });
});

describe('exit codes', () => {
  test('say what the shell has to know', () => {
    expect(['completed', 'failed', 'cancelled', 'waiting', 'paused'].map(exitCodeOfStatus)).toEqual([
      0, 1, 1, 3, 4,
    ]);
    expect(
      [
        new AppError('spec/invalid', ''),
        new AppError('grant/missing', ''),
        new AppError('store/locked', ''),
        usage('x'),
        new Error('bug'),
      ].map(exitCodeOf),
    ).toEqual([1, 1, 2, 2, 2]);
    expect(exitCodeOf(new UnreadableError('spec/invalid', ''))).toBe(2);
  });
});
