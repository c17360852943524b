import { MultiSelect } from '@mantine/core';
import type { FieldPath } from '../../shared/editing/set-in';
import { FAILURE_KINDS } from '../../shared/spec/values';
import { kindWords } from '../i18n/failure-words';
import { Field } from '../ui/field';
import { useIssues, useValue } from './form';

/** Failure kinds: none chosen means the default. */
export function KindsControl(props: {
  readonly path: FieldPath;
  readonly label: string;
  readonly placeholder: string;
  readonly help?: string;
  readonly without?: ReadonlySet<string>;
}) {
  const [value, set] = useValue<readonly string[]>(props.path);
  return (
    <Field label={props.label} {...(props.help ? { help: props.help } : {})} issues={useIssues(props.path)}>
      {(ids) => (
        <MultiSelect
          {...ids}
          data={FAILURE_KINDS.filter((kind) => !props.without?.has(kind)).map((kind) => ({
            value: kind,
            label: kindWords(kind),
          }))}
          value={[...(value ?? [])]}
          placeholder={value?.length ? '' : props.placeholder}
          onChange={(next) => set(next.length > 0 ? next : undefined)}
        />
      )}
    </Field>
  );
}
