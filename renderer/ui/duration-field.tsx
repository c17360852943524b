import { TextInput, type TextInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isoDurationWords, parseDurationWords } from '../../shared/base/duration-words';
import { t } from '../i18n/t';

interface Props extends Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> {
  /** ISO 8601, or undefined when unset. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A length of time, written as people do; gives ISO 8601 when the field is left or Enter is pressed. */
export function DurationField({ value, onChange, error, ...rest }: Props) {
  const shown = value === undefined ? '' : isoDurationWords(value);
  const [text, setText] = useState(shown);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setText(shown);
    setWrong(false);
  }, [shown]);
  const commit = () => {
    if (text.trim() === shown) return;
    if (text.trim() === '') return onChange(undefined);
    const iso = parseDurationWords(text);
    setWrong(iso === undefined);
    if (iso !== undefined) {
      setText(isoDurationWords(iso));
      onChange(iso);
    }
  };
  return (
    <TextInput
      placeholder={t('ui.duration.placeholder')}
      {...rest}
      value={text}
      error={wrong ? t('ui.duration.error') : error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
