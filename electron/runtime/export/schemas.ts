/** JSON Schemas of what leaves Baton beside flows: event lines and bundle manifests. */
import type { JsonObject } from '../../../shared/base/json';
import { EventData, type EventType } from '../../../shared/events/event';
import { z } from '../../../shared/spec/zod';
import { BUNDLE_SCHEMA_ID, Manifest } from './bundle';

export const EVENT_SCHEMA_ID = 'urn:baton:schema:event:1';

/** One event line: `{seq, at, type, runId, step?, attempt?, data}`, with the `data` of each type. */
export function eventJsonSchema(): JsonObject {
  const types = Object.keys(EventData) as EventType[]; // the object is made of them
  const line = {
    seq: z.int().min(1),
    at: z.iso.datetime(),
    runId: z.string(),
    step: z.string().optional(),
    attempt: z.int().min(1).optional(),
  };
  const lines = types.map((type) =>
    z.strictObject({ ...line, type: z.literal(type), data: EventData[type] }),
  );
  const [first, ...rest] = lines;
  if (!first) throw new Error('there are event types');
  return identified(z.discriminatedUnion('type', [first, ...rest]), EVENT_SCHEMA_ID, 'Baton event line');
}

export function bundleJsonSchema(): JsonObject {
  return identified(Manifest, BUNDLE_SCHEMA_ID, 'Manifest of a Baton bundle');
}

function identified(schema: z.ZodType, id: string, title: string): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    unrepresentable: 'any',
  }) as JsonObject;
  return { $schema: $schema ?? null, $id: id, title, ...rest };
}
