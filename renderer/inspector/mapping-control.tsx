import { ActionIcon, Menu, NumberInput, Select, Switch, TextInput, UnstyledButton } from '@mantine/core';
import { Plus } from 'lucide-react';
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { FieldPath } from '../../shared/editing/set-in';
import { t } from '../i18n/t';
import { DragHandle, moved, sortList, sortRow } from '../ui/drag-handle';
import { Field } from '../ui/field';
import { ExpressionInput } from './code-controls';
import { useIssues, useValue } from './form';
import { JsonInput } from './json-input';
import { RemoveButton } from './text-controls';

/** How a leaf of a mapping is written. */
const MODES = ['expression', 'text', 'number', 'toggle', 'object', 'json'] as const;
export type LeafMode = (typeof MODES)[number];

export function modeOf(value: Json | undefined): LeafMode {
  if (value === undefined) return 'expression';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'toggle';
  if (isExpression(value)) return 'expression';
  return isJsonObject(value) && !('$literal' in value) ? 'object' : 'json';
}

function isExpression(value: Json): value is { readonly $: string } {
  return isJsonObject(value) && Object.keys(value).length === 1 && typeof value['$'] === 'string';
}

/** The nearest value of another mode: what was typed is kept where it can be. */
export function convert(value: Json | undefined, mode: LeafMode): Json {
  const text =
    value === undefined
      ? ''
      : isJsonObject(value) && typeof value['$'] === 'string'
        ? value['$']
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
  switch (mode) {
    case 'expression':
      return { $: text };
    case 'text':
      return text;
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : 0;
    case 'toggle':
      return text === 'true';
    case 'object':
      return {};
    default:
      return value ?? null;
  }
}

interface Props {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
  readonly withOutput?: boolean;
  /** Names that are expected, offered when a row is added. */
  readonly suggested?: readonly string[];
}

/** An object whose leaves are values or expressions, without writing JSON. The whole may also be one expression. */
export function MappingControl(props: Props) {
  const [value, set] = useValue<Json>(props.path);
  const issues = useIssues(props.path);
  const isWhole = value !== undefined && (isExpression(value) || !isJsonObject(value));
  return (
    <Field
      label={props.label}
      {...(props.help ? { help: props.help } : {})}
      {...(props.required ? { required: true } : {})}
      issues={issues}
      aside={
        <UnstyledButton
          className="link-button"
          onClick={() => set(isWhole ? (props.required ? {} : undefined) : { $: '' })}
        >
          {isWhole ? t('inspector.mapping.fields') : t('inspector.mapping.whole')}
        </UnstyledButton>
      }
    >
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={props.label} {...sortList}>
          {isWhole ? (
            <Leaf value={value} label={props.label} withOutput={props.withOutput ?? false} onChange={set} />
          ) : (
            <ObjectRows
              value={isJsonObject(value) ? value : {}}
              label={props.label}
              withOutput={props.withOutput ?? false}
              suggested={props.suggested ?? []}
              onChange={(next) => set(Object.keys(next).length === 0 && !props.required ? undefined : next)}
            />
          )}
        </div>
      )}
    </Field>
  );
}

interface RowsProps {
  readonly value: JsonObject;
  readonly label: string;
  readonly withOutput: boolean;
  readonly suggested: readonly string[];
  readonly onChange: (value: JsonObject) => void;
}

function ObjectRows({ value, label, withOutput, suggested, onChange }: RowsProps) {
  const entries = Object.entries(value);
  const missing = suggested.filter((name) => !Object.hasOwn(value, name));
  const add = (name: string) => onChange({ ...value, [name]: { $: '' } });
  return (
    <>
      {entries.map(([name, leaf], i) => (
        <div className="mapping-row" key={i} {...sortRow}>
          <div className="row">
            <DragHandle
              index={i}
              count={entries.length}
              what={name}
              onMove={(to) => onChange(Object.fromEntries(moved(entries, i, to)))}
            />
            <TextInput
              className="grow"
              classNames={{ input: 'mono' }}
              value={name}
              aria-label={t('inspector.mapping.name', { label })}
              onChange={(event) => onChange(renameAt(value, i, event.currentTarget.value))}
            />
            <ModeSelect value={leaf} name={name} onChange={(next) => onChange({ ...value, [name]: next })} />
            <RemoveButton
              what={name}
              onRemove={() => onChange(Object.fromEntries(entries.toSpliced(i, 1)))}
            />
          </div>
          <Leaf
            value={leaf}
            label={name}
            withOutput={withOutput}
            onChange={(next) => onChange({ ...value, [name]: next })}
          />
        </div>
      ))}
      <Menu position="bottom-start" disabled={missing.length === 0}>
        <Menu.Target>
          <UnstyledButton className="add-row" onClick={() => missing.length === 0 && add(freeKey(value))}>
            <Plus size={13} aria-hidden /> {t('inspector.mapping.add')}
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {missing.map((name) => (
            <Menu.Item key={name} onClick={() => add(name)}>
              {name}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => add(freeKey(value))}>{t('inspector.mapping.other')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function freeKey(value: JsonObject): string {
  let number = Object.keys(value).length + 1;
  while (Object.hasOwn(value, `field${number}`)) number += 1;
  return `field${number}`;
}

/** Another name at the same place; a name that is taken is left alone so that nothing is overwritten. */
function renameAt(value: JsonObject, index: number, name: string): JsonObject {
  const entries = Object.entries(value);
  if (entries.some(([key], i) => key === name && i !== index)) return value;
  return Object.fromEntries(entries.map(([key, leaf], i) => [i === index ? name : key, leaf]));
}

function ModeSelect(props: {
  readonly value: Json | undefined;
  readonly name: string;
  readonly onChange: (value: Json) => void;
}) {
  const mode = modeOf(props.value);
  return (
    <Select
      w={104}
      aria-label={t('inspector.mapping.mode', { name: props.name })}
      data={MODES.map((value) => ({ value, label: t(`inspector.mode.${value}`) }))}
      value={mode}
      onChange={(next) => next && next !== mode && props.onChange(convert(props.value, next as LeafMode))} // the options are modes
    />
  );
}

interface LeafProps {
  readonly value: Json | undefined;
  readonly label: string;
  readonly withOutput: boolean;
  readonly onChange: (value: Json) => void;
}

function Leaf({ value, label, withOutput, onChange }: LeafProps) {
  const ariaLabel = t('inspector.mapping.value', { name: label });
  if (typeof value === 'string')
    return (
      <TextInput value={value} aria-label={ariaLabel} onChange={(e) => onChange(e.currentTarget.value)} />
    );
  if (typeof value === 'number')
    return <NumberInput value={value} aria-label={ariaLabel} onChange={(next) => onChange(Number(next))} />;
  if (typeof value === 'boolean')
    return (
      <Switch checked={value} aria-label={ariaLabel} onChange={(e) => onChange(e.currentTarget.checked)} />
    );
  if (value === undefined || isExpression(value)) {
    return (
      <ExpressionInput
        value={value?.$ ?? ''}
        label={ariaLabel}
        withOutput={withOutput}
        placeholder="steps.…"
        onChange={(next) => onChange({ $: next })}
      />
    );
  }
  if (modeOf(value) === 'json')
    return <JsonInput value={value} label={ariaLabel} onChange={(next) => onChange(next as Json)} />;
  return (
    <div className="nested" {...sortList}>
      <ObjectRows
        value={value as JsonObject}
        label={label}
        withOutput={withOutput}
        suggested={[]}
        onChange={onChange}
      />
    </div>
  );
}

/** Rows of names and expressions, without literals: what a node writes. */
export function AddIcon({ label, onAdd }: { readonly label: string; readonly onAdd: () => void }) {
  return (
    <ActionIcon size={20} aria-label={label} onClick={onAdd}>
      <Plus size={14} aria-hidden />
    </ActionIcon>
  );
}
