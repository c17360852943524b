import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';
import { isoDurationWords, parseDurationWords } from '../../shared/base/duration-words';
import { t } from '../i18n/t';
import { useDraft } from './use-draft';

interface Props extends Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> {
  /** ISO 8601, or undefined when unset. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A length of time, written as people do; gives ISO 8601 when the field is left or Enter is pressed. */
export function DurationField({ value, onChange, error, ...rest }: Props) {
  const shown = value === undefined ? '' : isoDurationWords(value);
  const [text, setText] = useDraft(shown);
  const [wrongText, setWrongText] = useState<string>();
  const commit = () => {
    if (text.trim() === shown) return;
    if (text.trim() === '') return onChange(undefined);
    const iso = parseDurationWords(text);
    setWrongText(iso === undefined ? text : undefined);
    if (iso !== undefined) {
      onChange(iso);
    }
  };
  return (
    <TextInput
      placeholder={t('ui.duration.placeholder')}
      {...rest}
      value={text}
      error={wrongText === text && text !== shown ? t('ui.duration.error') : error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
