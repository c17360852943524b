import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMAT_VERSION, loadFlow } from '../../../../../shared/spec/load';
import { migrate, MIGRATIONS, type SpecMigration } from '../../../../../shared/spec/migrations/registry';

const registry: SpecMigration[] = [
  { to: 2, title: 'two', up: (document) => ({ ...document, two: true }) },
  { to: 3, title: 'three', up: (document) => ({ ...document, three: document['two'] === true }) },
];

describe('migrate', () => {
  test('takes every step in order and writes the format', () => {
    expect(migrate({ format: 'baton.flow/1' }, 1, 3, registry)).toEqual({
      document: { format: 'baton.flow/3', two: true, three: true },
      applied: ['two', 'three'],
    });
  });

  test('leaves a current document alone', () => {
    const document = { format: 'baton.flow/3' };
    expect(migrate(document, 3, 3, registry)?.document).toBe(document);
  });

  test('knows no way over a missing step', () => expect(migrate({}, 0, 3, registry)).toBeUndefined());
});

test('the registry leads step by step to the current format', () => {
  expect(MIGRATIONS.map((step) => step.to)).toEqual(
    Array.from({ length: FORMAT_VERSION - 1 }, (_, i) => i + 2),
  );
});

test('every released fixture still loads', () => {
  for (let version = 1; version <= FORMAT_VERSION; version++) {
    const folder = `test/fixtures/flows/v${version}`;
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(loadFlow(readFileSync(`${folder}/${file}`)).refusal).toBeUndefined();
  }
});
