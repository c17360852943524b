/** A value that stands in the document: filled in by the form of its shape. */
import type { Json } from '../../shared/base/json';
import type { FieldPath } from '../../shared/editing/set-in';
import { checkValue } from '../forms/check';
import { SchemaForm } from '../forms/schema-form';
import { t } from '../i18n/t';
import { useForm, useValue } from './form';
import { RemoveButton } from './text-controls';
import { Plus } from 'lucide-react';
import { UnstyledButton } from '@mantine/core';

interface Props {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
  readonly schema: unknown;
  /** What it starts with once it is wanted. */
  readonly start: () => Json;
}

/** Not there until it is asked for: a missing value and an empty one mean different things. */
export function ValueControl({ path, label, help, schema, start }: Props) {
  const [value, set] = useValue<Json>(path);
  return (
    <div className="field" role="group" aria-label={label}>
      <div className="field-label">
        <span>{label}</span>
        {value === undefined ? null : <RemoveButton what={label} onRemove={() => set(undefined)} />}
      </div>
      {value === undefined ? (
        <UnstyledButton className="add-row" onClick={() => set(start())}>
          <Plus size={13} aria-hidden /> {t('testing.value.add')}
        </UnstyledButton>
      ) : (
        <div className="nested">
          <ShapedValue label={label} schema={schema} value={value} onChange={(next) => set(next ?? null)} />
        </div>
      )}
      {help ? <div className="field-help">{help}</div> : null}
    </div>
  );
}

/** One value in the form of its shape, with what does not fit. */
export function ShapedValue(props: {
  readonly label: string;
  readonly schema: unknown;
  readonly value: Json;
  readonly onChange: (value: Json | undefined) => void;
}) {
  const { flow } = useForm();
  const schemas = flow.schemas ?? {};
  const { schema, value } = props;
  return <SchemaForm {...props} schemas={schemas} misses={checkValue(schema, value, schemas)} />;
}
