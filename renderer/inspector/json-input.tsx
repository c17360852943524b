import { useState } from 'react';
import { t } from '../i18n/t';
import { CodeEditor } from './code-editor';

interface Props {
  readonly value: unknown;
  readonly label: string;
  readonly onChange: (value: unknown) => void;
  /** An empty text takes the value away. */
  readonly optional?: boolean;
  readonly large?: boolean;
}

/** A JSON value as text. What is not JSON yet stays in the field and is not taken over. */
export function JsonInput({ value, label, onChange, optional, large }: Props) {
  const shown = value === undefined ? '' : JSON.stringify(value, null, 2);
  const [typed, setTyped] = useState({ text: shown, of: shown });
  // Only a change from outside replaces what is being typed.
  const isOwn = typed.of === shown || sameJson(typed.text, value);
  const text = isOwn ? typed.text : shown;
  const wrong = !(optional && text.trim() === '') && !parse(text).ok;
  const take = (next: string) => {
    setTyped({ text: next, of: shown });
    const parsed = parse(next);
    if (next.trim() === '' && optional) onChange(undefined);
    else if (parsed.ok) onChange(parsed.value);
  };
  return (
    <div>
      <CodeEditor
        language="json"
        value={text}
        label={label}
        invalid={wrong}
        onChange={take}
        large={large ?? false}
      />
      {wrong ? <div className="field-error">{t('inspector.notJson')}</div> : null}
    </div>
  );
}

function parse(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // Half a value is the normal state while someone types; the field says so.
    return { ok: false };
  }
}

function sameJson(text: string, value: unknown): boolean {
  const parsed = parse(text);
  return parsed.ok && JSON.stringify(parsed.value) === JSON.stringify(value);
}
