import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Keychain, SecretService } from '../../../../../electron/main/state/secrets';
import { tempFolder } from '../../../../fakes/temp-folder';

const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xa5);
const keychain: Keychain = {
  isAvailable: () => true,
  encrypt: (text) => flip(Buffer.from(text)),
  decrypt: (bytes) => Buffer.from(flip(bytes)).toString('utf8'),
};
const noKeychain: Keychain = { ...keychain, isAvailable: () => false };
const CANARY = 'canary-4711-secret';

test('a secret is kept encrypted and comes back after a restart', async () => {
  const file = path.join(tempFolder(), 'secrets.json');
  const secrets = await SecretService.open({ file, keychain, env: {} });
  await secrets.set('KEY', CANARY);
  const again = await SecretService.open({ file, keychain, env: {} });
  expect({
    list: again.list(),
    value: again.value('KEY'),
    isPlain: fs.readFileSync(file, 'utf8').includes(CANARY),
  }).toEqual({
    list: { names: ['KEY'], available: true },
    value: CANARY,
    isPlain: false,
  });
});

test('without a keychain nothing is stored and the way out is said', async () => {
  const folder = tempFolder();
  const secrets = await SecretService.open({
    file: path.join(folder, 's.json'),
    keychain: noKeychain,
    env: {},
  });
  await expect(secrets.set('KEY', CANARY)).rejects.toMatchObject({
    code: 'secret/unavailable',
    hint: expect.stringContaining('KEY'),
  });
  expect({ list: secrets.list(), files: fs.readdirSync(folder) }).toEqual({
    list: { names: [], available: false },
    files: [],
  });
});

test('the environment variable of the same name is used, and what is stored wins over it', async () => {
  const file = path.join(tempFolder(), 's.json');
  const secrets = await SecretService.open({ file, keychain, env: { KEY: 'from env' } });
  const before = secrets.value('KEY');
  await secrets.set('KEY', CANARY);
  expect([before, secrets.value('KEY')]).toEqual(['from env', CANARY]);
});

test('setting what the environment already holds is fine without a keychain', async () => {
  const secrets = await SecretService.open({
    file: path.join(tempFolder(), 's.json'),
    keychain: noKeychain,
    env: { KEY: CANARY },
  });
  await secrets.set('KEY', CANARY);
  expect(secrets.value('KEY')).toBe(CANARY);
});

test('a deleted secret is gone', async () => {
  const file = path.join(tempFolder(), 's.json');
  const secrets = await SecretService.open({ file, keychain, env: {} });
  await secrets.set('KEY', CANARY);
  await secrets.delete('KEY');
  expect({ list: secrets.list().names, value: secrets.value('KEY') }).toEqual({ list: [], value: undefined });
});

test('a secret of another machine is told by name and counts as missing', async () => {
  const file = path.join(tempFolder(), 's.json');
  await (await SecretService.open({ file, keychain, env: {} })).set('KEY', CANARY);
  const foreign: Keychain = {
    ...keychain,
    decrypt: () => {
      throw new Error('wrong key');
    },
  };
  const told: string[] = [];
  const secrets = await SecretService.open({
    file,
    keychain: foreign,
    env: {},
    onTrouble: (message) => told.push(message),
  });
  expect({ value: secrets.value('KEY'), told: told.join(' ') }).toEqual({
    value: undefined,
    told: expect.stringContaining('KEY'),
  });
});

test('names like constructor are no secrets', async () => {
  const secrets = await SecretService.open({ file: path.join(tempFolder(), 's.json'), keychain, env: {} });
  expect([secrets.value('constructor'), secrets.value('__proto__')]).toEqual([undefined, undefined]);
});
