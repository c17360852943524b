import { describe, expect, test } from 'vitest';
import { Edge, PolicyRef, Tool } from '../../../../shared/spec/parts';
import { FlowNode } from '../../../../shared/spec/nodes';
import { chooseOption, discriminated, schemaOfMember, viewSchema } from '../../../../shared/spec/schema-walk';
import { z } from '../../../../shared/spec/zod';

describe('viewSchema', () => {
  test('sees through optional and lazy', () => {
    const lazy = z.lazy(() => Edge).optional();
    expect(viewSchema(lazy)).toBe(viewSchema(Edge));
    expect(viewSchema(z.string())).toEqual({ type: 'leaf' });
  });
});

describe('schemaOfMember', () => {
  test('follows what the value is', () => {
    expect(schemaOfMember(Edge, {}, 'from')).toBe(Edge.shape.from);
    expect(schemaOfMember(Edge, {}, 'nope')).toBeUndefined();
    expect(schemaOfMember(z.array(Edge), [], '0')).toBe(Edge);
    expect(schemaOfMember(FlowNode, { kind: 'teleport' }, 'name')).toBeUndefined();
    expect(schemaOfMember(z.string(), 'x', 'length')).toBeUndefined();
  });
});

describe('chooseOption', () => {
  test('by discriminator, or by the sort of value', () => {
    expect(chooseOption(Tool, { kind: 'http' })).toBe(Tool.options[0]);
    expect(chooseOption(Tool, { kind: 5 })).toBeUndefined();
    expect(chooseOption(Tool, null)).toBeUndefined();
    expect(chooseOption(PolicyRef, {})).toBe(PolicyRef.options[1]);
    expect(chooseOption(PolicyRef, [])).toBeUndefined();
    const lists = z.union([z.array(z.string()), z.strictObject({})]);
    expect(chooseOption(lists, [])).toBe(lists.options[0]);
  });
});

test('only a discriminated union has names for its options', () => {
  expect([...discriminated(Tool).keys()]).toEqual(['http', 'mcp', 'sql', 'file', 'code', 'builtin']);
  expect(discriminated(PolicyRef).size).toBe(0);
  expect(discriminated(z.string()).size).toBe(0);
});
