import { ActionIcon, Checkbox, Select, TagsInput, TextInput, UnstyledButton } from '@mantine/core';
import { Braces, Plus } from 'lucide-react';
import { useState } from 'react';
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { FieldPath } from '../../shared/editing/set-in';
import type { JsonSchema } from '../../shared/spec/values';
import { t } from '../i18n/t';
import { DragHandle, sortList, sortRow } from '../ui/drag-handle';
import { Field } from '../ui/field';
import { useForm, useIssues, useValue } from './form';
import { JsonInput } from './json-input';
import {
  addField,
  fieldTypeOf,
  isSimple,
  moveField,
  type ObjectShape,
  readObject,
  removeField,
  renameField,
  SCHEMA_TYPES,
  schemaOfType,
  setFieldSchema,
  setRequired,
  withKey,
  writeObject,
} from './schema-edit';
import { MoreOfValue } from './schema-more';
import { SchemaExample } from './schema-example';
import { RemoveButton } from './text-controls';

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
          <SchemaExample label={label} onSchema={(next) => set(next)} />
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
  const kind = (
    <TypeSelect
      value={type}
      label={label}
      named={named}
      onChange={(next) => onChange(schemaOfType(next, shape))}
    />
  );
  if (type === 'object')
    return (
      <>
        <div className="shape-kind">{kind}</div>
        <Properties shape={shape} label={label} named={named} onChange={onChange} />
      </>
    );
  return (
    <div className="schema-row">
      {kind}
      <Detail shape={shape} label={label} named={named} onChange={onChange} />
      <MoreOfValue shape={shape} label={label} onChange={onChange} />
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
  const object = readObject(shape);
  const change = (next: ObjectShape) => onChange(writeObject(shape, next));
  return (
    <div className="rows" {...sortList}>
      {object.entries.map((_entry, i) => (
        <Property key={i} object={object} index={i} label={label} named={named} onChange={change} />
      ))}
      <UnstyledButton className="add-row" onClick={() => change(addField(object))}>
        <Plus size={13} aria-hidden /> {t('inspector.schema.add')}
      </UnstyledButton>
    </div>
  );
}

interface PropertyProps {
  readonly object: ObjectShape;
  readonly index: number;
  readonly label: string;
  readonly named: readonly string[];
  readonly onChange: (object: ObjectShape) => void;
}

function Property({ object, index, label, named, onChange }: PropertyProps) {
  const entry = object.entries[index];
  if (!entry) return null;
  const [name, inner] = entry;
  return (
    <div className="schema-row" {...sortRow}>
      <div className="row">
        <DragHandle
          index={index}
          count={object.entries.length}
          what={name}
          onMove={(to) => onChange(moveField(object, index, to))}
        />
        <TextInput
          className="grow"
          classNames={{ input: 'mono' }}
          value={name}
          aria-label={t('inspector.schema.name', { label })}
          onChange={(e) => onChange(renameField(object, index, e.currentTarget.value))}
        />
        <TypeSelect
          value={fieldTypeOf(inner)}
          label={name}
          named={named}
          onChange={(type) => onChange(setFieldSchema(object, index, schemaOfType(type, inner)))}
        />
        <RemoveButton what={name} onRemove={() => onChange(removeField(object, index))} />
      </div>
      <Detail
        shape={isJsonObject(inner) ? inner : {}}
        label={name}
        named={named}
        onChange={(next) => onChange(setFieldSchema(object, index, next))}
      />
      <MoreOfValue
        shape={isJsonObject(inner) ? inner : {}}
        label={name}
        onChange={(next) => onChange(setFieldSchema(object, index, next))}
      >
        <Checkbox
          label={t('inspector.schema.required')}
          aria-label={t('inspector.schema.requiredOf', { name })}
          checked={object.required.includes(name)}
          onChange={(e) => onChange(setRequired(object, name, e.currentTarget.checked))}
        />
      </MoreOfValue>
    </div>
  );
}

/** What it means, and what its kind can say more: the choices, the kind of item, the fields inside. */
function Detail(props: ShapeProps) {
  const { shape, label, onChange } = props;
  const meaning = (
    <TextInput
      value={typeof shape['description'] === 'string' ? shape['description'] : ''}
      placeholder={t('inspector.schema.description')}
      aria-label={t('inspector.schema.descriptionOf', { name: label })}
      onChange={(e) => onChange(withKey(shape, 'description', e.currentTarget.value || undefined))}
    />
  );
  // Choices come before their meaning; what is inside comes after it.
  return fieldTypeOf(shape) === 'choice' ? (
    <>
      <OfKind {...props} />
      {meaning}
    </>
  ) : (
    <>
      {meaning}
      <OfKind {...props} />
    </>
  );
}

function OfKind({ shape, label, named, onChange }: ShapeProps) {
  switch (fieldTypeOf(shape)) {
    case 'choice':
      return (
        <TagsInput
          value={Array.isArray(shape['enum']) ? shape['enum'].map(String) : []}
          placeholder={t('inspector.schema.choices')}
          aria-label={t('inspector.schema.choicesOf', { name: label })}
          onChange={(next) => onChange({ ...shape, enum: next })}
        />
      );
    case 'array':
      return (
        <div className="nested">
          <span className="meta">{t('inspector.schema.items')}</span>
          <SchemaBuilder
            schema={isJsonObject(shape['items']) ? shape['items'] : {}}
            label={t('inspector.schema.itemOf', { name: label })}
            named={named}
            onChange={(next) => onChange({ ...shape, items: next })}
          />
        </div>
      );
    case 'object':
      return (
        <div className="nested">
          <Properties shape={shape} label={label} named={named} onChange={onChange} />
        </div>
      );
    case 'number':
    case 'integer':
      return (
        <div className="two">
          <Bound shape={shape} name="minimum" label={label} onChange={onChange} />
          <Bound shape={shape} name="maximum" label={label} onChange={onChange} />
        </div>
      );
    default:
      return null;
  }
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
  const strict = shape[name === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'];
  // A strict bound stays as it is and is shown; writing a bound here adds to it.
  const hint = typeof strict === 'number' ? `${name === 'minimum' ? '>' : '<'} ${strict}` : undefined;
  return (
    <TextInput
      inputMode="decimal"
      leftSection={<span className="meta">{name === 'minimum' ? '≥' : '≤'}</span>}
      value={typeof value === 'number' ? String(value) : ''}
      placeholder={hint ?? t(`inspector.schema.${name}`)}
      aria-label={t(`inspector.schema.${name}Of`, { name: label })}
      onChange={(e) => {
        const text = e.currentTarget.value.trim();
        if (text === '' || Number.isFinite(Number(text)))
          onChange(withKey(shape, name, text === '' ? undefined : Number(text)));
      }}
    />
  );
}

function TypeSelect(props: {
  readonly value: string;
  readonly label: string;
  readonly named: readonly string[];
  readonly onChange: (type: string) => void;
}) {
  const data = [
    ...SCHEMA_TYPES.map((value) => ({ value: value as string, label: t(`inspector.type.${value}`) })),
    ...props.named.map((name) => ({ value: `ref:${name}`, label: name })),
  ];
  return (
    <Select
      w={126}
      aria-label={t('inspector.schema.typeOf', { name: props.label })}
      data={data}
      value={props.value}
      onChange={(next) => next && next !== props.value && props.onChange(next)}
    />
  );
}
