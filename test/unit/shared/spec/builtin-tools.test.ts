import { expect, test } from 'vitest';
import { isJsonObject } from '../../../../shared/base/json';
import { BUILTIN_TOOLS } from '../../../../shared/spec/builtin-tools';
import { pure } from '../../../fakes/small-flow';

test('every tool says in words and in schemas that can be read what it takes and gives', () => {
  for (const [name, tool] of Object.entries(BUILTIN_TOOLS)) {
    expect([name, tool.title.length > 0, tool.description.endsWith('.')]).toEqual([name, true, true]);
    for (const schema of [tool.input, tool.output]) expect(() => pure.schema(schema, {})).not.toThrow();
  }
});

test('an argument is required unless the tool has a use for its absence', () => {
  const required = (name: string) => {
    const input = BUILTIN_TOOLS[name]?.input;
    return isJsonObject(input) ? input['required'] : undefined;
  };
  expect([required('text.extract'), required('text.redact')]).toEqual([['text'], ['text']]);
});
