import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Versions } from '../../../../../electron/main/flows/versions';
import { tempFolder } from '../../../../fakes/temp-folder';

const FILE = '/flows/refunds.json';
const START = 1_700_000_000_000;

test('the same bytes again add nothing', async () => {
  const versions = new Versions(tempFolder());
  await versions.add(FILE, 'a', START);
  await versions.add(FILE, 'a', START + 5);
  await versions.add(FILE, 'b', START + 6);
  await versions.add(FILE, 'a', START + 7);
  expect((await versions.list(FILE)).map(({ savedAt }) => savedAt - START)).toEqual([7, 6, 0]);
});

test('a clock that went back does not disturb the order', async () => {
  const versions = new Versions(tempFolder());
  await versions.add(FILE, 'a', START);
  await versions.add(FILE, 'b', START - 1000);
  const [newest] = await versions.list(FILE);
  expect(await versions.read(FILE, newest?.id ?? '')).toBe('b');
});

test('fifty unnamed versions and all named ones are kept', async () => {
  const versions = new Versions(tempFolder());
  await versions.add(FILE, 'first', START);
  await versions.name(FILE, 'Before the rewrite');
  for (let i = 1; i <= 60; i++) await versions.add(FILE, `text ${i}`, START + i);
  const list = await versions.list(FILE);
  expect({ count: list.length, oldest: list.at(-1)?.name, next: list.at(-2)?.savedAt }).toEqual({
    count: 51,
    oldest: 'Before the rewrite',
    next: START + 11,
  });
});

test('documents have histories of their own', async () => {
  const versions = new Versions(tempFolder());
  await versions.add(FILE, 'a', START);
  expect(await versions.list('/flows/other.json')).toEqual([]);
});

test.each(['../../secrets', '1700000000000-0000000000000000', 'names', ''])(
  'the version %j is not there',
  async (id) => {
    const versions = new Versions(tempFolder());
    await versions.add(FILE, 'a', START);
    await expect(versions.read(FILE, id)).rejects.toMatchObject({ code: 'file/no-such-version' });
  },
);

test('a name needs a version', async () => {
  const versions = new Versions(tempFolder());
  await expect(versions.name(FILE, 'x')).rejects.toMatchObject({ code: 'file/no-such-version' });
});

test('damaged names lose the names, not the versions', async () => {
  const folder = tempFolder();
  const versions = new Versions(folder);
  await versions.add(FILE, 'a', START);
  await versions.name(FILE, 'Named');
  const [own] = fs.readdirSync(folder);
  fs.writeFileSync(path.join(folder, own ?? '', 'names.json'), 'broken');
  expect((await versions.list(FILE)).map(({ name }) => name)).toEqual(['']);
});

test('an older version gets a name by its id', async () => {
  const versions = new Versions(tempFolder());
  await versions.add(FILE, 'a', START);
  await versions.add(FILE, 'b', START + 1);
  const oldest = (await versions.list(FILE)).at(-1);
  await versions.name(FILE, 'First', oldest?.id);
  expect((await versions.list(FILE)).map(({ name }) => name)).toEqual(['', 'First']);
});

test('a version that is gone gets no name', async () => {
  const versions = new Versions(tempFolder());
  await versions.add(FILE, 'a', START);
  await expect(versions.name(FILE, 'x', '1700000000000-0000000000000000')).rejects.toMatchObject({
    code: 'file/no-such-version',
  });
});
