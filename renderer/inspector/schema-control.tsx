import { ActionIcon, Checkbox, Select, TagsInput, TextInput, UnstyledButton } from '@mantine/core';
import { Braces, Plus } from 'lucide-react';
import { useState } from 'react';
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { FieldPath } from '../../shared/editing/set-in';
import type { JsonSchema } from '../../shared/spec/values';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { useForm, useIssues, useValue } from './form';
import { JsonInput } from './json-input';
import { RemoveButton } from './text-controls';

/** The kinds of value the builder offers; anything else of JSON Schema is edited as JSON. */
const TYPES = ['string', 'number', 'integer', 'boolean', 'choice', 'array', 'object', 'any'] as const;
type FieldType = (typeof TYPES)[number];

const BUILDER_KEYS: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'items',
  'properties',
  'required',
  'description',
  'title',
  '$ref',
  'minimum',
  'maximum',
  'format',
  'additionalProperties',
  'default',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
]);

/** Whether the builder can show all a schema says. */
export function isSimple(schema: JsonSchema | Json | undefined): boolean {
  if (schema === undefined || schema === true) return true;
  if (!isJsonObject(schema)) return false;
  if (Object.keys(schema).some((key) => !BUILDER_KEYS.has(key))) return false;
  if (schema['type'] !== undefined && typeof schema['type'] !== 'string') return false;
  const { properties, items } = schema;
  const inner = isJsonObject(properties)
    ? Object.values(properties).every(isSimple)
    : properties === undefined;
  return inner && (items === undefined || isSimple(items));
}

export function fieldTypeOf(schema: Json | undefined): FieldType | `ref:${string}` {
  if (!isJsonObject(schema)) return 'any';
  if (typeof schema['$ref'] === 'string') return `ref:${schema['$ref'].replace('#/schemas/', '')}`;
  if (Array.isArray(schema['enum'])) return 'choice';
  const found = TYPES.find((type) => type === schema['type']);
  return found ?? 'any';
}

/** A fresh schema of a kind, keeping the description. */
export function schemaOfType(type: string, before: Json | undefined): JsonObject {
  const description: JsonObject =
    isJsonObject(before) && typeof before['description'] === 'string'
      ? { description: before['description'] }
      : {};
  if (type.startsWith('ref:')) return { $ref: `#/schemas/${type.slice(4)}`, ...description };
  if (type === 'choice') return { enum: [], ...description };
  if (type === 'any') return description;
  if (type === 'array') return { type, items: { type: 'string' }, ...description };
  return type === 'object' ? { type, properties: {}, ...description } : { type, ...description };
}

interface Props {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
}

/** Describes the shape of a value. Shows JSON only when asked, or when the schema says more than the builder can. */
export function SchemaControl({ path, label, help }: Props) {
  const [value, set] = useValue<JsonSchema>(path);
  const issues = useIssues(path);
  const { flow } = useForm();
  const [asJson, setAsJson] = useState(!isSimple(value));
  const builder = !asJson && isSimple(value);
  return (
    <Field
      label={label}
      {...(help ? { help } : {})}
      issues={issues}
      aside={
        <div className="row">
          {value === undefined ? null : <RemoveButton what={label} onRemove={() => set(undefined)} />}
          <ActionIcon
            size={20}
            aria-pressed={!builder}
            aria-label={t('inspector.schema.json', { label })}
            onClick={() => setAsJson(!asJson)}
          >
            <Braces size={13} aria-hidden />
          </ActionIcon>
        </div>
      }
    >
      {(ids) => (
        <div id={ids.id} role="group" aria-label={label}>
          {builder ? (
            <SchemaBuilder
              schema={value}
              label={label}
              named={Object.keys(flow.schemas ?? {})}
              onChange={(next) => set(next as JsonSchema)}
            />
          ) : (
            <JsonInput
              value={value}
              label={label}
              optional
              onChange={(next) => set(next as JsonSchema | undefined)}
            />
          )}
        </div>
      )}
    </Field>
  );
}

interface BuilderProps {
  readonly schema: JsonSchema | Json | undefined;
  readonly label: string;
  /** Names of the flow's own schemas. */
  readonly named: readonly string[];
  readonly onChange: (schema: JsonObject) => void;
}

export function SchemaBuilder({ schema, label, named, onChange }: BuilderProps) {
  if (schema === undefined || schema === true) {
    return (
      <UnstyledButton
        className="add-row"
        onClick={() => onChange({ type: 'object', properties: { field1: { type: 'string' } } })}
      >
        <Plus size={13} aria-hidden /> {t('inspector.schema.describe')}
      </UnstyledButton>
    );
  }
  const shape = isJsonObject(schema) ? schema : {};
  const type = fieldTypeOf(shape);
  if (type === 'object') return <Properties shape={shape} label={label} named={named} onChange={onChange} />;
  return (
    <div className="schema-row">
      <TypeSelect
        value={type}
        label={label}
        named={named}
        onChange={(next) => onChange(schemaOfType(next, shape))}
      />
      <Detail shape={shape} label={label} named={named} onChange={onChange} />
    </div>
  );
}

interface ShapeProps {
  readonly shape: JsonObject;
  readonly label: string;
  readonly named: readonly string[];
  readonly onChange: (shape: JsonObject) => void;
}

function Properties({ shape, label, named, onChange }: ShapeProps) {
  const properties = isJsonObject(shape['properties']) ? shape['properties'] : {};
  const required = Array.isArray(shape['required']) ? shape['required'].map(String) : [];
  const entries = Object.entries(properties);
  const change = (next: readonly (readonly [string, Json])[], needs: readonly string[]) => {
    const { required: _before, ...rest } = shape;
    onChange({
      ...rest,
      type: 'object',
      properties: Object.fromEntries(next),
      ...(needs.length > 0 ? { required: needs } : {}),
    });
  };
  const rename = (index: number, name: string) => {
    const old = entries[index]?.[0];
    if (old === undefined || entries.some(([key], i) => key === name && i !== index)) return;
    change(
      entries.map(([key, inner], i) => [i === index ? name : key, inner] as const),
      required.map((key) => (key === old ? name : key)),
    );
  };
  return (
    <div className="rows">
      {entries.map(([name, inner], i) => (
        <div className="schema-row" key={i}>
          <div className="row">
            <TextInput
              className="grow"
              classNames={{ input: 'mono' }}
              value={name}
              aria-label={t('inspector.schema.name', { label })}
              onChange={(e) => rename(i, e.currentTarget.value)}
            />
            <TypeSelect
              value={fieldTypeOf(inner)}
              label={name}
              named={named}
              onChange={(type) => change(entries.with(i, [name, schemaOfType(type, inner)]), required)}
            />
            <RemoveButton
              what={name}
              onRemove={() =>
                change(
                  entries.toSpliced(i, 1),
                  required.filter((key) => key !== name),
                )
              }
            />
          </div>
          <Detail
            shape={isJsonObject(inner) ? inner : {}}
            label={name}
            named={named}
            onChange={(next) => change(entries.with(i, [name, next]), required)}
          />
          <Checkbox
            label={t('inspector.schema.required')}
            aria-label={t('inspector.schema.requiredOf', { name })}
            checked={required.includes(name)}
            onChange={(e) =>
              change(
                entries,
                e.currentTarget.checked ? [...required, name] : required.filter((key) => key !== name),
              )
            }
          />
        </div>
      ))}
      <UnstyledButton
        className="add-row"
        onClick={() => change([...entries, [freeName(properties), { type: 'string' }]], required)}
      >
        <Plus size={13} aria-hidden /> {t('inspector.schema.add')}
      </UnstyledButton>
    </div>
  );
}

function freeName(properties: JsonObject): string {
  let number = Object.keys(properties).length + 1;
  while (Object.hasOwn(properties, `field${number}`)) number += 1;
  return `field${number}`;
}

/** What a kind of value can say more: the choices, the kind of item, the fields inside. */
function Detail({ shape, label, named, onChange }: ShapeProps) {
  const type = fieldTypeOf(shape);
  const description = (
    <TextInput
      value={typeof shape['description'] === 'string' ? shape['description'] : ''}
      placeholder={t('inspector.schema.description')}
      aria-label={t('inspector.schema.descriptionOf', { name: label })}
      onChange={(e) => onChange(withKey(shape, 'description', e.currentTarget.value || undefined))}
    />
  );
  if (type === 'choice') {
    const choices = Array.isArray(shape['enum']) ? shape['enum'].map(String) : [];
    return (
      <>
        <TagsInput
          value={choices}
          placeholder={t('inspector.schema.choices')}
          aria-label={t('inspector.schema.choicesOf', { name: label })}
          onChange={(next) => onChange({ ...shape, enum: next })}
        />
        {description}
      </>
    );
  }
  if (type === 'array') {
    const items = isJsonObject(shape['items']) ? shape['items'] : {};
    return (
      <div className="nested">
        <span className="meta">{t('inspector.schema.items')}</span>
        <SchemaBuilder
          schema={items}
          label={t('inspector.schema.itemOf', { name: label })}
          named={named}
          onChange={(next) => onChange({ ...shape, items: next })}
        />
      </div>
    );
  }
  if (type === 'object') {
    return (
      <div className="nested">
        <Properties shape={shape} label={label} named={named} onChange={onChange} />
      </div>
    );
  }
  if (type === 'number' || type === 'integer') {
    return (
      <div className="row">
        <Bound shape={shape} name="minimum" label={label} onChange={onChange} />
        <Bound shape={shape} name="maximum" label={label} onChange={onChange} />
        <div className="grow">{description}</div>
      </div>
    );
  }
  return description;
}

function Bound({
  shape,
  name,
  label,
  onChange,
}: {
  readonly shape: JsonObject;
  readonly name: 'minimum' | 'maximum';
  readonly label: string;
  readonly onChange: (shape: JsonObject) => void;
}) {
  const value = shape[name];
  return (
    <TextInput
      w={64}
      inputMode="decimal"
      value={typeof value === 'number' ? String(value) : ''}
      placeholder={t(`inspector.schema.${name}`)}
      aria-label={t(`inspector.schema.${name}Of`, { name: label })}
      onChange={(e) => {
        const text = e.currentTarget.value.trim();
        if (text === '' || Number.isFinite(Number(text)))
          onChange(withKey(shape, name, text === '' ? undefined : Number(text)));
      }}
    />
  );
}

function withKey(shape: JsonObject, key: string, value: Json | undefined): JsonObject {
  const { [key]: _before, ...rest } = shape;
  return value === undefined ? rest : { ...shape, [key]: value };
}

function TypeSelect(props: {
  readonly value: string;
  readonly label: string;
  readonly named: readonly string[];
  readonly onChange: (type: string) => void;
}) {
  const data = [
    ...TYPES.map((value) => ({ value: value as string, label: t(`inspector.type.${value}`) })),
    ...props.named.map((name) => ({ value: `ref:${name}`, label: name })),
  ];
  return (
    <Select
      w={104}
      aria-label={t('inspector.schema.typeOf', { name: props.label })}
      data={data}
      value={props.value}
      onChange={(next) => next && next !== props.value && props.onChange(next)}
    />
  );
}
