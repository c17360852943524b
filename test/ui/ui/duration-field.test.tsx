import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { DurationField } from '../../../renderer/ui/duration-field';
import { renderInTheme } from '../render';

function draw(value: string | undefined) {
  const onChange = vi.fn<(value: string | undefined) => void>();
  renderInTheme(<DurationField aria-label="Deadline" value={value} onChange={onChange} />);
  return { onChange, field: screen.getByLabelText('Deadline') as HTMLInputElement };
}

test('shows words and gives ISO 8601 when it is left', () => {
  const { onChange, field } = draw('PT4H');
  expect(field.value).toBe('4 h');
  fireEvent.change(field, { target: { value: '90 min' } });
  fireEvent.blur(field);
  expect(onChange).toHaveBeenCalledWith('PT1H30M');
});

test('text that is no duration is explained and not taken over', () => {
  const { onChange, field } = draw(undefined);
  fireEvent.change(field, { target: { value: 'soon' } });
  fireEvent.blur(field);
  expect(onChange).not.toHaveBeenCalled();
  expect(screen.getByText(/Write a length of time/)).toBeTruthy();
});

test('an emptied field takes the value away', () => {
  const { onChange, field } = draw('PT30S');
  fireEvent.change(field, { target: { value: '' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onChange).toHaveBeenCalledWith(undefined);
});
