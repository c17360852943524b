import { ActionIcon, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { FieldPath } from '../../shared/editing/set-in';
import type { Option } from '../../shared/nodes/fields';
import { t } from '../i18n/t';
import { DragHandle, moved, sortList, sortRow } from '../ui/drag-handle';
import { DurationField } from '../ui/duration-field';
import { Field } from '../ui/field';
import { useIssues, useValue } from './form';

interface Common {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
}
const shared = ({ label, help, required }: Common) => ({
  label,
  ...(help ? { help } : {}),
  ...(required ? { required } : {}),
});

/** A missing text is no text: an emptied optional field takes its key away. */
const orMissing = (text: string, required: boolean | undefined) =>
  text === '' && !required ? undefined : text;

export function TextControl(
  props: Common & { readonly placeholder?: string | undefined; readonly mono?: boolean },
) {
  const [value, set] = useValue<string>(props.path);
  return (
    <Field {...shared(props)} issues={useIssues(props.path)}>
      {(ids) => (
        <TextInput
          {...ids}
          value={value ?? ''}
          placeholder={props.placeholder ?? ''}
          classNames={props.mono ? { input: 'mono' } : {}}
          onChange={(event) => set(orMissing(event.currentTarget.value, props.required))}
        />
      )}
    </Field>
  );
}

export function TextareaControl(props: Common & { readonly placeholder?: string | undefined }) {
  const [value, set] = useValue<string>(props.path);
  return (
    <Field {...shared(props)} issues={useIssues(props.path)}>
      {(ids) => (
        <Textarea
          {...ids}
          autosize
          minRows={2}
          maxRows={8}
          value={value ?? ''}
          placeholder={props.placeholder ?? ''}
          onChange={(event) => set(orMissing(event.currentTarget.value, props.required))}
        />
      )}
    </Field>
  );
}

export function NumberControl(
  props: Common & {
    readonly min?: number | undefined;
    readonly max?: number | undefined;
    readonly step?: number | undefined;
    readonly unit?: string | undefined;
    readonly fallback?: number | undefined;
  },
) {
  const [value, set] = useValue<number>(props.path);
  // A number taken out to type another may be all that its part holds: the part stays until the field is left.
  const [emptied, setEmptied] = useState(false);
  return (
    <Field {...shared(props)} issues={useIssues(props.path)}>
      {(ids) => (
        <NumberInput
          {...ids}
          value={emptied ? '' : (value ?? '')}
          placeholder={props.fallback === undefined ? '' : String(props.fallback)}
          {...(props.min === undefined ? {} : { min: props.min })}
          {...(props.max === undefined ? {} : { max: props.max })}
          step={props.step ?? 1}
          allowDecimal={props.step !== 1}
          suffix={props.unit ? ` ${props.unit}` : ''}
          onChange={(next) => {
            setEmptied(next === '');
            if (next !== '') set(Number(next));
          }}
          onBlur={() => {
            if (emptied && !props.required) set(undefined);
            setEmptied(false);
          }}
        />
      )}
    </Field>
  );
}

export function DurationControl(props: Common) {
  const [value, set] = useValue<string>(props.path);
  return (
    <Field {...shared(props)} issues={useIssues(props.path)}>
      {(ids) => <DurationField {...ids} value={value} onChange={set} />}
    </Field>
  );
}

export function SelectControl(
  props: Common & { readonly options: readonly Option[]; readonly fallback?: string | undefined },
) {
  const [value, set] = useValue<string>(props.path);
  const chosen = props.options.find((option) => option.value === (value ?? props.fallback));
  return (
    <Field {...shared(props)} help={chosen?.help ?? props.help} issues={useIssues(props.path)}>
      {(ids) => (
        <Select
          {...ids}
          data={props.options.map((option) => ({ value: option.value, label: option.label }))}
          value={value ?? props.fallback ?? null}
          onChange={(next) =>
            set(next === null || (next === props.fallback && !props.required) ? undefined : next)
          }
        />
      )}
    </Field>
  );
}

export function ToggleControl(props: Common & { readonly fallback?: boolean | undefined }) {
  const [value, set] = useValue<boolean>(props.path);
  const usual = props.fallback ?? false;
  const issues = useIssues(props.path);
  return (
    <div className="field">
      <Switch
        label={props.label}
        description={props.help}
        checked={value ?? usual}
        error={issues[0]?.message}
        onChange={(event) => set(event.currentTarget.checked === usual ? undefined : !usual)}
      />
    </div>
  );
}

/** A list of short texts, one to a line. */
export function ListControl(props: Common & { readonly placeholder?: string | undefined }) {
  const [value, set] = useValue<readonly string[]>(props.path);
  const list = value ?? [];
  const change = (next: readonly string[]) => set(next.length === 0 && !props.required ? undefined : next);
  return (
    <Field
      {...shared(props)}
      issues={useIssues(props.path)}
      aside={
        <ActionIcon
          size={20}
          aria-label={t('inspector.addTo', { label: props.label })}
          onClick={() => change([...list, ''])}
        >
          <Plus size={14} aria-hidden />
        </ActionIcon>
      }
    >
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={props.label} {...sortList}>
          {list.map((text, i) => (
            <div className="row" key={i} {...sortRow}>
              <DragHandle
                index={i}
                count={list.length}
                what={text || props.label}
                onMove={(to) => change(moved(list, i, to))}
              />
              <TextInput
                className="grow"
                value={text}
                placeholder={props.placeholder ?? ''}
                aria-label={t('inspector.nth', { label: props.label, number: i + 1 })}
                onChange={(event) => change(list.with(i, event.currentTarget.value))}
              />
              <RemoveButton what={text || props.label} onRemove={() => change(list.toSpliced(i, 1))} />
            </div>
          ))}
        </div>
      )}
    </Field>
  );
}

export function RemoveButton({ what, onRemove }: { readonly what: string; readonly onRemove: () => void }) {
  return (
    <ActionIcon size={24} aria-label={t('inspector.removeWhat', { what })} onClick={onRemove}>
      <X size={14} aria-hidden />
    </ActionIcon>
  );
}
