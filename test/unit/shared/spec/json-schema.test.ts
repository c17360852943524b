import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createPure } from '../../../../electron/runtime/pure/create-pure';
import type { Json, JsonObject } from '../../../../shared/base/json';
import { EventData } from '../../../../shared/events/event';
import { eventJsonSchema } from '../../../../shared/events/json-schema';
import { flowJsonSchema } from '../../../../shared/spec/json-schema';
import { NODE_KINDS } from '../../../../shared/spec/nodes';

/** To write the files anew after a change of the schemas: UPDATE_SCHEMAS=1 npx vitest run --project node test/unit/shared/spec/json-schema.test.ts */
const FILES: [string, () => JsonObject][] = [
  ['resources/schema/flow.schema.json', flowJsonSchema],
  ['resources/schema/event.schema.json', eventJsonSchema],
];

const example = JSON.parse(readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8')) as JsonObject;
const fits = (value: unknown) => createPure().schema(flowJsonSchema()).check(value).length === 0;

describe('the committed JSON Schemas', () => {
  test.each(FILES)('%s is what the code says', (file, make) => {
    const text = `${JSON.stringify(make(), null, 2)}\n`;
    if (process.env['UPDATE_SCHEMAS']) writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('flowJsonSchema', () => {
  test('names itself and every node kind', () => {
    const schema = flowJsonSchema();
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema['$id']).toBe('urn:baton:schema:flow:1');
    const defs = Object.values(schema['$defs'] as JsonObject) as JsonObject[];
    const titles = defs.map((def) => def['title']);
    for (const kind of NODE_KINDS)
      expect(titles).toContain(`${kind.charAt(0).toUpperCase()}${kind.slice(1)} node`);
  });

  test('accepts the example and refuses what the shape check refuses', () => {
    expect(fits(example)).toBe(true);
    expect(fits({ ...example, unknown: 1 })).toBe(false);
    expect(fits({ ...example, edges: undefined as unknown as Json })).toBe(false);
    expect(fits({ ...example, nodes: { start: { kind: 'teleport' } } })).toBe(false);
  });
});

test('the event schema has one form for each event type', () => {
  expect((eventJsonSchema()['oneOf'] as Json[]).length).toBe(Object.keys(EventData).length);
});
