/** JSON Schema of a bundle's manifest. */
import type { JsonObject } from '../../../shared/base/json';
import { z } from '../../../shared/spec/zod';
import { BUNDLE_SCHEMA_ID, Manifest } from './bundle';

export function bundleJsonSchema(): JsonObject {
  const made = z.toJSONSchema(Manifest, { target: 'draft-2020-12', unrepresentable: 'any' }) as JsonObject;
  const { $schema, ...rest } = made;
  return { $schema: $schema ?? null, $id: BUNDLE_SCHEMA_ID, title: 'Manifest of a Baton bundle', ...rest };
}
