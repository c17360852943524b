/** A form made from a JSON Schema. The person never sees the schema; what has no control of its own is written as JSON. */
import { Button, Checkbox, NumberInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import { escapePointerToken } from '../../shared/base/json-pointer';
import { act } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { JsonInput } from '../inspector/json-input';
import { Field } from '../ui/field';
import type { Miss } from './check';
import {
  choicesOf,
  type FieldKind,
  kindOf,
  labelOf,
  propertiesOf,
  requiredOf,
  resolve,
  type Schemas,
  typeOf,
} from './json-schema';
import './forms.css';

export interface SchemaFormProps {
  readonly schema: unknown;
  readonly schemas?: Schemas;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly misses?: readonly Miss[];
  /** Offers to fill long texts from a file. */
  readonly files?: boolean;
  /** Name of the whole value, for a schema without fields. */
  readonly label: string;
  readonly disabled?: boolean;
}

interface Place {
  readonly schemas: Schemas;
  readonly root: unknown;
  readonly misses: readonly Miss[];
  readonly files: boolean;
  readonly disabled: boolean;
}

export function SchemaForm(props: SchemaFormProps) {
  const {
    schema,
    schemas = {},
    value,
    onChange,
    misses = [],
    files = false,
    label,
    disabled = false,
  } = props;
  const place: Place = { schemas, root: schema, misses, files, disabled };
  const plain = resolve(schema, schemas, schema);
  if (kindOf(plain, '', 0) === 'object') {
    return (
      <div className="schema-form">
        <Whole misses={misses} />
        <Members schema={plain} value={value} onChange={onChange} pointer="" depth={0} place={place} />
      </div>
    );
  }
  return (
    <div className="schema-form">
      <ValueField
        name={label}
        required={false}
        schema={plain}
        value={value}
        onChange={onChange}
        pointer=""
        depth={0}
        place={place}
      />
    </div>
  );
}

/** What is wrong with the value as a whole. */
function Whole({ misses }: { readonly misses: readonly Miss[] }) {
  const whole = misses.filter((miss) => miss.pointer === '');
  if (whole.length === 0) return null;
  return (
    <div className="field-error" role="alert">
      {whole.map((miss) => miss.message).join(' ')}
    </div>
  );
}

interface MembersProps {
  readonly schema: JsonObject;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly pointer: string;
  readonly depth: number;
  readonly place: Place;
}

function Members({ schema, value, onChange, pointer, depth, place }: MembersProps) {
  const members: JsonObject = isJsonObject(value) ? value : {};
  const required = requiredOf(schema);
  const set = (name: string, next: Json | undefined) => {
    const { [name]: _, ...rest } = members;
    // The order of the fields stays that of the form, whatever was filled in first.
    const all: Record<string, Json> = { ...rest, ...(next === undefined ? {} : { [name]: next }) };
    const order = propertiesOf(schema).map(([key]) => key);
    const known = order
      .filter((key) => Object.hasOwn(all, key))
      .map((key) => [key, all[key] as Json] as const);
    const others = Object.entries(all).filter(([key]) => !order.includes(key));
    onChange(Object.fromEntries([...known, ...others]));
  };
  return (
    <>
      {propertiesOf(schema).map(([name, inner]) => (
        <ValueField
          key={name}
          name={name}
          required={required.has(name)}
          schema={resolve(inner, place.schemas, place.root)}
          value={members[name]}
          onChange={(next) => set(name, next)}
          pointer={`${pointer}/${escapePointerToken(name)}`}
          depth={depth + 1}
          place={place}
        />
      ))}
    </>
  );
}

interface ValueProps extends MembersProps {
  readonly name: string;
  readonly required: boolean;
}

function ValueField(props: ValueProps) {
  const { name, required, schema, pointer, place, depth, value, onChange } = props;
  const kind = kindOf(schema, name, depth);
  const label = labelOf(schema, name);
  const description = typeof schema['description'] === 'string' ? schema['description'] : undefined;
  if (kind === 'object') {
    return (
      <fieldset className="schema-group">
        <legend>
          {label}
          {required ? <span aria-hidden> *</span> : null}
        </legend>
        {description ? <div className="field-help">{description}</div> : null}
        <Members {...props} />
      </fieldset>
    );
  }
  const issues = place.misses.filter(
    (miss) => miss.pointer === pointer || (kind !== 'list' ? false : miss.pointer.startsWith(`${pointer}/`)),
  );
  const below =
    kind === 'json'
      ? place.misses
          .filter((miss) => miss.pointer.startsWith(`${pointer}/`))
          .map((miss) => ({ message: `${miss.pointer.slice(pointer.length + 1)}: ${miss.message}` }))
      : [];
  const aside =
    place.files && kind === 'long-text' && !place.disabled ? (
      <FromFile label={label} onText={onChange} />
    ) : undefined;
  return (
    <Field label={label} required={required} help={description} issues={[...issues, ...below]} aside={aside}>
      {(ids) => (
        <Control
          kind={kind}
          schema={schema}
          label={label}
          value={value}
          onChange={onChange}
          required={required}
          ids={ids}
          disabled={place.disabled}
        />
      )}
    </Field>
  );
}

function FromFile({ label, onText }: { readonly label: string; readonly onText: (text: string) => void }) {
  const load = () =>
    act(async () => {
      const file = await request('file.pick', { title: t('forms.fromFile.title', { label }), read: true });
      if (file?.text !== undefined) onText(file.text);
    });
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={<FileText size={12} aria-hidden />}
      aria-label={t('forms.fromFile.named', { label })}
      onClick={load}
    >
      {t('forms.fromFile')}
    </Button>
  );
}

interface ControlProps {
  readonly kind: FieldKind;
  readonly schema: JsonObject;
  readonly label: string;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly ids: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  };
}

function Control({ kind, schema, label, value, onChange, required, ids, disabled }: ControlProps) {
  const common = { ...ids, disabled, error: ids['aria-invalid'] };
  switch (kind) {
    case 'text':
    case 'long-text':
      return <TextField schema={schema} kind={kind} value={value} onChange={onChange} common={common} />;
    case 'number':
    case 'integer':
      return <NumberField schema={schema} kind={kind} value={value} onChange={onChange} common={common} />;
    case 'boolean':
      return (
        <Checkbox
          {...ids}
          disabled={disabled}
          checked={value === true}
          label={t(value === true ? 'forms.yes' : 'forms.no')}
          onChange={(e) => onChange(e.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <ChoiceField schema={schema} value={value} onChange={onChange} required={required} common={common} />
      );
    case 'list':
      return <ListField schema={schema} value={value} onChange={onChange} common={common} />;
    default:
      return (
        <JsonInput
          value={value}
          label={label}
          onChange={(next) => onChange(next as Json | undefined)}
          optional
        />
      ); // JSON.parse made it
  }
}

interface Common {
  readonly id: string;
  readonly disabled: boolean;
  readonly error: boolean;
}
interface InnerProps {
  readonly schema: JsonObject;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly common: Common;
}

function TextField({ schema, kind, value, onChange, common }: InnerProps & { readonly kind: FieldKind }) {
  // An empty field that must be filled in is missing, not an empty text.
  const onText = (text: string) => onChange(text === '' ? undefined : text);
  const text = typeof value === 'string' ? value : (JSON.stringify(value ?? undefined) ?? '');
  const placeholder = exampleOf(schema);
  // A field of one line would run the lines of a text together. Once it is large it stays so while it is written.
  const [hasLines, setHasLines] = useState(false);
  if (!hasLines && text.includes('\n')) setHasLines(true);
  if (kind === 'text' && !hasLines) {
    return (
      <TextInput
        {...common}
        value={text}
        placeholder={placeholder}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    );
  }
  return (
    <Textarea
      {...common}
      autosize
      minRows={3}
      maxRows={14}
      value={text}
      placeholder={placeholder}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}

function NumberField({ schema, kind, value, onChange, common }: InnerProps & { readonly kind: FieldKind }) {
  return (
    <NumberInput
      {...common}
      value={typeof value === 'number' ? value : ''}
      allowDecimal={kind === 'number'}
      clampBehavior="none"
      placeholder={exampleOf(schema)}
      classNames={{ input: 'num' }}
      onChange={(next) =>
        onChange(
          next === ''
            ? undefined
            : typeof next === 'number'
              ? next
              : Number.isFinite(Number(next))
                ? Number(next)
                : undefined,
        )
      }
    />
  );
}

function ChoiceField({
  schema,
  value,
  onChange,
  required,
  common,
}: InnerProps & { readonly required: boolean }) {
  const choices = choicesOf(schema) ?? [];
  const textOf = (choice: Json) => (typeof choice === 'string' ? choice : JSON.stringify(choice));
  return (
    <Select
      {...common}
      data={choices.map(textOf)}
      value={value === undefined ? null : textOf(value)}
      placeholder={t('forms.choose')}
      clearable={!required}
      clearButtonProps={{ 'aria-label': t('forms.clear') }}
      onChange={(text) => onChange(choices.find((choice) => textOf(choice) === text))}
    />
  );
}

function ListField({ schema, value, onChange, common }: InnerProps) {
  const type = typeOf(resolve(schema['items']));
  const isText = type === 'string';
  return (
    <TagsInput
      {...common}
      value={
        Array.isArray(value)
          ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
          : []
      }
      placeholder={t('forms.list')}
      allowDuplicates
      splitChars={isText ? [] : [',', ' ']}
      onChange={(texts) =>
        onChange(isText ? texts : texts.map(Number).filter((number) => Number.isFinite(number)))
      }
    />
  );
}

function exampleOf(schema: JsonObject): string | undefined {
  const { examples } = schema;
  const [first] = Array.isArray(examples) ? (examples as readonly Json[]) : [];
  return first === undefined ? undefined : typeof first === 'string' ? first : JSON.stringify(first);
}
