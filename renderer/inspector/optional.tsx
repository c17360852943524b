import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FieldPath } from '../../shared/editing/set-in';
import { useValue } from './form';

/** A part that is there or not: a checkbox opens its fields. */
export function Optional({
  path,
  label,
  help,
  start,
  children,
}: {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string;
  readonly start: unknown;
  readonly children: ReactNode;
}) {
  const [value, set] = useValue<unknown>(path);
  return (
    <div className="optional">
      <Checkbox
        label={label}
        {...(help ? { description: help } : {})}
        checked={value !== undefined}
        onChange={(e) => set(e.currentTarget.checked ? start : undefined)}
      />
      {value === undefined ? null : <div className="nested">{children}</div>}
    </div>
  );
}
