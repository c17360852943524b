import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readTemplates } from '../../../../../electron/main/flows/templates';
import { flowNamed } from '../../../../fakes/flow-files';
import { tempFolder } from '../../../../fakes/temp-folder';

function write(folder: string, name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

test('a template is its flow, its sample input and the first paragraph of its page', async () => {
  const folder = tempFolder();
  write(folder, 'refunds/flow.json', JSON.stringify(flowNamed('Refunds')));
  write(folder, 'refunds/sample-input.json', '{"amount": 5}');
  write(folder, 'refunds/README.md', '# Refunds\n\nPays money\nback.\n\nMore.');
  expect(await readTemplates(folder)).toEqual([
    {
      id: 'refunds',
      name: 'Refunds',
      description: 'Pays money back.',
      document: flowNamed('Refunds'),
      sampleInput: { amount: 5 },
    },
  ]);
});

test('an app without templates has none', async () => {
  expect(await readTemplates(path.join(tempFolder(), 'none'))).toEqual([]);
});

test('a broken template is told and left out, the others are there', async () => {
  const folder = tempFolder();
  write(folder, 'a/flow.json', '{');
  write(folder, 'b/flow.json', JSON.stringify(flowNamed('B')));
  write(folder, 'c/notes.txt', 'no flow');
  const told: string[] = [];
  const templates = await readTemplates(folder, (message) => told.push(message));
  expect({ ids: templates.map(({ id }) => id), told: told.length }).toEqual({ ids: ['b'], told: 1 });
});
