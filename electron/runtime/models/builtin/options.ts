/** The choices a schema offers and what it says about each of them. */
import { isJsonObject, type Json, type JsonObject } from '../../../../shared/base/json';
import type { Option } from './choose';

export function optionsOf(schema: JsonObject): { option: Option; value: Json }[] | undefined {
  const described = String(schema['description'] ?? '');
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) {
    return schema['enum'].map((value: Json) => ({
      value,
      option: { name: String(value), description: definitionIn(described, String(value)) },
    }));
  }
  const shapes = schema['oneOf'] ?? schema['anyOf'];
  if (
    !Array.isArray(shapes) ||
    !shapes.every((shape: Json) => isJsonObject(shape) && shape['const'] !== undefined)
  )
    return undefined;
  return (shapes as readonly JsonObject[]).map((shape) => ({
    value: shape['const'] ?? null,
    option: {
      name: String(shape['const']),
      description: [shape['title'], shape['description']].filter(Boolean).join(' '),
    },
  }));
}

/** "billing = charges, invoices; technical = errors" explains its choices one by one, each up to the next. */
function definitionIn(description: string, name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]/g, '.');
  const own =
    new RegExp(`(?:^|[;\\n,]|\\. )\\W*${plain}\\s*[:=(-]([^;\\n]*)`, 'i').exec(description)?.[1] ?? '';
  return own.split(/\. |,(?=\s*[\w-]{1,40}\s*[:=])/)[0] ?? '';
}
