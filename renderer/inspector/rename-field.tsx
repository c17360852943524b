import { TextInput } from '@mantine/core';
import { Field } from '../ui/field';
import { useDraft } from '../ui/use-draft';

interface Props {
  readonly value: string;
  readonly label: string;
  readonly mono?: boolean;
  readonly placeholder?: string;
  /** Why a name will not do, as a sentence. */
  readonly problem: (text: string) => string | undefined;
  readonly onRename: (text: string) => void;
}

/** A name others refer to: taken over when the field is left or Enter is pressed, Escape keeps the old one. */
export function RenameField({ value, label, mono, placeholder, problem, onRename }: Props) {
  const [text, setText] = useDraft(value);
  const wrong = text === value ? undefined : problem(text);
  const commit = () => {
    if (wrong) setText(value);
    else if (text !== value) onRename(text);
  };
  return (
    <Field label={label} issues={wrong ? [{ message: wrong }] : []}>
      {(ids) => (
        <TextInput
          {...ids}
          classNames={mono ? { input: 'mono' } : {}}
          value={text}
          placeholder={placeholder ?? ''}
          error={wrong !== undefined}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') setText(value);
          }}
        />
      )}
    </Field>
  );
}
