/** The JSON Schema (2020-12) of one event of a run as files and JSON output show it; committed as resources/schema/event.schema.json. */
import type { JsonObject } from '../base/json';
import { z } from '../spec/zod';
import { EventData, type EventType } from './event';

export const EVENT_SCHEMA_ID = 'urn:baton:schema:event:1';

/** In files and JSON output points in time are ISO 8601; in memory and in the database `at` is a number. */
function lineOf(type: EventType) {
  return z.strictObject({
    runId: z.string(),
    seq: z.int().min(1),
    type: z.literal(type),
    at: z.iso.datetime(),
    step: z.string().optional(),
    attempt: z.int().min(1).optional(),
    data: EventData[type],
  });
}

export function eventJsonSchema(): JsonObject {
  const types = Object.keys(EventData) as EventType[]; // the keys of EventData are the event types
  const lines = types.map((type) =>
    z.toJSONSchema(lineOf(type), { target: 'draft-2020-12', unrepresentable: 'any' }),
  );
  const oneOf = lines.map((line) => {
    const { $schema: _, ...rest } = line as JsonObject;
    return rest;
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: EVENT_SCHEMA_ID,
    title: 'Baton run event',
    description: 'One line of the record of a run.',
    oneOf,
  };
}
