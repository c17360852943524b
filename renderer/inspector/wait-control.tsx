import { Select } from '@mantine/core';
import type { FieldPath } from '../../shared/editing/set-in';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { CodeControl } from './code-controls';
import { useForm, useValue } from './form';
import { DurationControl } from './text-controls';

interface Wait {
  readonly for?: string;
  readonly until?: string;
}

/** A length of time or a moment. A file that says both is shown as it is, and its problem tells what to do. */
export function WaitControl({ path, label }: { readonly path: FieldPath; readonly label: string }) {
  const { set, value } = useForm();
  const at = path.slice(0, -1);
  const [wait] = useValue<Wait>(at);
  const mode = wait?.until !== undefined && wait.for === undefined ? 'until' : 'for';
  const change = (next: string | null) => {
    if (next === null || next === mode) return;
    const { for: _time, until: _moment, ...rest } = value as Wait; // the host of a wait node
    set(at, next === 'for' ? { ...rest, for: 'PT1M' } : { ...rest, until: '$toMillis($now()) + 60000' });
  };
  return (
    <>
      <Field label={label}>
        {(ids) => (
          <Select
            {...ids}
            data={(['for', 'until'] as const).map((name) => ({
              value: name,
              label: t(`inspector.wait.${name}`),
            }))}
            value={mode}
            onChange={change}
          />
        )}
      </Field>
      {mode === 'for' ? (
        <DurationControl path={[...at, 'for']} label={t('inspector.wait.time')} required />
      ) : null}
      {mode === 'until' || wait?.until !== undefined ? (
        <CodeControl
          path={[...at, 'until']}
          language="expression"
          label={t('inspector.wait.moment')}
          help={t('inspector.wait.momentHelp')}
          placeholder="input.dueAt"
          required
        />
      ) : null}
    </>
  );
}
