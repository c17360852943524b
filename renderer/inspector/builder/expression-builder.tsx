/** Puts a condition together from what is in scope, and shows the expression it makes. */
import {
  ActionIcon,
  Autocomplete,
  Button,
  Popover,
  SegmentedControl,
  Select,
  TextInput,
} from '@mantine/core';
import { Plus, WandSparkles } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/t';
import type { ScopeEntry } from '../scope';
import { RemoveButton } from '../text-controls';
import {
  type Condition,
  type Operator,
  OPERATORS,
  printCondition,
  readCondition,
  type Row,
  WITHOUT_VALUE,
} from './condition';

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly scope: readonly ScopeEntry[];
}

const EMPTY_ROW: Row = { field: '', operator: 'eq', value: '' };
const MAX_DEPTH = 5;

export function ExpressionBuilder(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} width={460} position="left-start" trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          size={20}
          aria-label={t('inspector.builder.open', { label: props.label })}
          title={t('inspector.builder.openShort')}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <WandSparkles size={12} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('inspector.builder.title')}>
        {open ? <Rows {...props} close={() => setOpen(false)} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function Rows({ value, onChange, scope, close }: Props & { readonly close: () => void }) {
  const read = readCondition(value);
  const [condition, setCondition] = useState<Condition>(
    read && read.rows.length > 0 ? read : { join: 'and', rows: [EMPTY_ROW] },
  );
  const { rows, join } = condition;
  const text = printCondition(condition);
  const fields = pathsOf(scope);
  const setRow = (index: number, row: Row) => setCondition({ join, rows: rows.with(index, row) });
  return (
    <form
      className="builder"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text);
        close();
      }}
    >
      {read ? null : <p className="field-warning">{t('inspector.builder.tooMuch')}</p>}
      {rows.length > 1 ? <Join value={join} onChange={(next) => setCondition({ join: next, rows })} /> : null}
      {rows.map((row, i) => (
        // Rows have no identity but their place.
        <BuilderRow
          key={i}
          row={row}
          number={i + 1}
          fields={fields}
          onChange={(next) => setRow(i, next)}
          {...(rows.length > 1 ? { onRemove: () => setCondition({ join, rows: rows.toSpliced(i, 1) }) } : {})}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<Plus size={12} aria-hidden />}
        onClick={() => setCondition({ join, rows: [...rows, EMPTY_ROW] })}
      >
        {t('inspector.builder.add')}
      </Button>
      <output className="preview mono" aria-label={t('inspector.builder.result')}>
        {text || t('inspector.builder.none')}
      </output>
      <div className="row">
        <Button type="submit" disabled={text === ''}>
          {t('inspector.builder.use')}
        </Button>
        <Button variant="default" onClick={close}>
          {t('ui.cancel')}
        </Button>
      </div>
    </form>
  );
}

type JoinWord = Condition['join'];

function Join({
  value,
  onChange,
}: {
  readonly value: JoinWord;
  readonly onChange: (join: JoinWord) => void;
}) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('inspector.builder.join')}
      data={[
        { value: 'and', label: t('inspector.builder.and') },
        { value: 'or', label: t('inspector.builder.or') },
      ]}
      value={value}
      onChange={(next) => onChange(next === 'or' ? 'or' : 'and')}
    />
  );
}

interface RowProps {
  readonly row: Row;
  readonly number: number;
  readonly fields: readonly string[];
  readonly onChange: (row: Row) => void;
  readonly onRemove?: () => void;
}

function BuilderRow({ row, number, fields, onChange, onRemove }: RowProps) {
  return (
    <div className="row builder-row">
      <Autocomplete
        className="grow"
        classNames={{ input: 'mono' }}
        size="xs"
        aria-label={t('inspector.builder.field', { number })}
        placeholder={t('inspector.builder.fieldHint')}
        data={[...fields]}
        limit={60}
        comboboxProps={{ withinPortal: false }}
        value={row.field}
        onChange={(field) => onChange({ ...row, field })}
      />
      <Select
        size="xs"
        w={124}
        aria-label={t('inspector.builder.operator', { number })}
        data={OPERATORS.map((value) => ({ value, label: t(`inspector.builder.op.${value}`) }))}
        comboboxProps={{ withinPortal: false }}
        value={row.operator}
        onChange={(next) => next && onChange({ ...row, operator: next as Operator })} // the options are operators
      />
      {WITHOUT_VALUE.has(row.operator) ? null : (
        <TextInput
          size="xs"
          w={112}
          aria-label={t('inspector.builder.value', { number })}
          placeholder={row.operator === 'in' ? 'a, b, c' : ''}
          value={row.value}
          onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
        />
      )}
      {onRemove ? <RemoveButton what={t('inspector.builder.row', { number })} onRemove={onRemove} /> : null}
    </div>
  );
}

/** Everything that can be pointed at, leaves and what holds them. */
export function pathsOf(scope: readonly ScopeEntry[], before = '', depth = 0): readonly string[] {
  if (depth > MAX_DEPTH) return [];
  return [
    ...new Set(
      scope.flatMap((entry) => {
        const path = `${before}${entry.name}`;
        const inner = pathsOf(entry.children, `${path}.`, depth + 1);
        return inner.length > 0 ? inner : [path];
      }),
    ),
  ];
}
