import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { SchemaForm } from '../../../renderer/forms/schema-form';
import type { Json } from '../../../shared/base/json';
import { renderInTheme } from '../render';

const schema = { type: 'object', properties: { invoice: { type: 'string' } } };

function Form({ initial, onValue }: { readonly initial: Json; readonly onValue: (value: unknown) => void }) {
  const [value, setValue] = useState<Json | undefined>(initial);
  const change = (next: Json | undefined) => {
    setValue(next);
    onValue(next);
  };
  return <SchemaForm schema={schema} value={value} label="Input" misses={[]} onChange={change} />;
}

test('a text of several lines keeps them while it is changed', async () => {
  let latest: unknown;
  const onValue = (value: unknown) => {
    latest = value;
  };
  renderInTheme(<Form initial={{ invoice: 'Halvorsen\nNumber 7' }} onValue={onValue} />);
  await userEvent.type(screen.getByRole('textbox', { name: 'Invoice' }), '!');
  expect(latest).toEqual({ invoice: 'Halvorsen\nNumber 7!' });
});

test('a text of one line has a field of one line', () => {
  renderInTheme(<Form initial={{ invoice: 'Halvorsen' }} onValue={() => undefined} />);
  expect(screen.getByRole('textbox', { name: 'Invoice' }).tagName).toBe('INPUT');
});
