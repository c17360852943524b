import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

interface Props {
  readonly value: string;
  readonly label: string;
  readonly mono?: boolean;
  /** Why a name will not do, as a sentence. */
  readonly problem: (text: string) => string | undefined;
  readonly onRename: (text: string) => void;
}

/** A name others refer to: taken over when the field is left or Enter is pressed, Escape keeps the old one. */
export function RenameField({ value, label, mono, problem, onRename }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = text === value ? undefined : problem(text);
  const commit = () => {
    if (wrong) setText(value);
    else if (text !== value) onRename(text);
  };
  return (
    <TextInput
      label={label}
      classNames={mono ? { input: 'mono' } : {}}
      value={text}
      error={wrong}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(value);
      }}
    />
  );
}
