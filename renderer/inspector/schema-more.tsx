/** What is seldom said of a value: the form of a text, how long it may be, how many items, what it is when nothing is given. */
import { NumberInput, Select, UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Json, JsonObject } from '../../shared/base/json';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { sampleValue } from './preview/sample-value';
import { fieldTypeOf, withKey } from './schema-edit';
import { RemoveButton } from './text-controls';
import { ShapedValue } from './value-control';
import { useForm } from './form';

const FORMATS = ['date', 'date-time', 'time', 'email', 'uri'] as const;
const KEYS = ['format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'default'] as const;

interface Props {
  readonly shape: JsonObject;
  readonly label: string;
  readonly onChange: (shape: JsonObject) => void;
  /** Stands before the button. */
  readonly children?: ReactNode;
}

/** Folded, with how much is set. */
export function MoreOfValue({ shape, label, onChange, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const count = KEYS.filter((key) => shape[key] !== undefined).length;
  const type = fieldTypeOf(shape);
  if (type === 'any' || type.startsWith('ref:')) return children;
  return (
    <>
      <div className="row spread">
        {children}
        <UnstyledButton
          className="link-button"
          aria-expanded={isOpen}
          aria-label={t('inspector.schema.moreOf', { name: label })}
          onClick={() => setOpen(!isOpen)}
        >
          {t(isOpen ? 'inspector.schema.less' : 'inspector.schema.more')}
          {count > 0 && !isOpen ? ` (${count})` : ''}
        </UnstyledButton>
      </div>
      {isOpen ? (
        <div className="nested rows">
          {type === 'string' ? <FormatField shape={shape} label={label} onChange={onChange} /> : null}
          {type === 'string' ? (
            <Bounds shape={shape} label={label} onChange={onChange} keys={['minLength', 'maxLength']} />
          ) : null}
          {type === 'array' ? (
            <Bounds shape={shape} label={label} onChange={onChange} keys={['minItems', 'maxItems']} />
          ) : null}
          <DefaultField shape={shape} label={label} onChange={onChange} />
        </div>
      ) : null}
    </>
  );
}

function FormatField({ shape, label, onChange }: Props) {
  const { format } = shape;
  const known: readonly string[] = FORMATS;
  const other = typeof format === 'string' && !known.includes(format) ? [format] : [];
  return (
    <Select
      clearable
      clearButtonProps={{ 'aria-label': t('inspector.clear', { label: t('inspector.schema.format') }) }}
      aria-label={t('inspector.schema.formatOf', { name: label })}
      placeholder={t('inspector.schema.format.any')}
      data={[
        ...FORMATS.map((value) => ({ value: value as string, label: t(`inspector.schema.format.${value}`) })),
        ...other,
      ]}
      value={typeof format === 'string' ? format : null}
      onChange={(next) => onChange(withKey(shape, 'format', next ?? undefined))}
    />
  );
}

type BoundKey = 'minLength' | 'maxLength' | 'minItems' | 'maxItems';

function Bounds({ shape, label, onChange, keys }: Props & { readonly keys: readonly BoundKey[] }) {
  return (
    <div className="two">
      {keys.map((key) => {
        const value = shape[key];
        return (
          <NumberInput
            key={key}
            min={0}
            allowDecimal={false}
            leftSection={<span className="meta">{key.startsWith('min') ? '≥' : '≤'}</span>}
            suffix={` ${t(key.endsWith('Items') ? 'inspector.schema.itemsUnit' : 'inspector.schema.lettersUnit')}`}
            placeholder={t(`inspector.schema.${key}`)}
            aria-label={t(`inspector.schema.${key}Of`, { name: label })}
            value={typeof value === 'number' ? value : ''}
            onChange={(next) => onChange(withKey(shape, key, next === '' ? undefined : Number(next)))}
          />
        );
      })}
    </div>
  );
}

/** The value a form opens with. */
function DefaultField({ shape, label, onChange }: Props) {
  const { flow } = useForm();
  const { default: value, ...bare } = shape;
  const name = t('inspector.schema.defaultOf', { name: label });
  if (value === undefined)
    return (
      <UnstyledButton
        className="link-button"
        aria-label={t('inspector.schema.addDefault', { name: label })}
        onClick={() => onChange({ ...shape, default: sampleValue(bare, flow) as Json })}
      >
        {t('inspector.schema.default')}
      </UnstyledButton>
    );
  return (
    <Field
      label={t('inspector.schema.default')}
      aside={<RemoveButton what={name} onRemove={() => onChange(bare)} />}
    >
      {() => (
        <ShapedValue
          label={name}
          schema={withKey(bare, 'description', undefined)}
          value={value}
          onChange={(next) => onChange(withKey(shape, 'default', next))}
        />
      )}
    </Field>
  );
}
