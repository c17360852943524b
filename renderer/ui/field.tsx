import { Anchor } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export interface FieldIssue {
  readonly message: string;
  readonly warning?: boolean;
  /** What mends it, as a link behind the sentence. */
  readonly fix?: { readonly title: string; readonly onFix: () => void };
}

interface Props {
  readonly label: string;
  readonly help?: ReactNode;
  readonly issues?: readonly FieldIssue[];
  readonly required?: boolean;
  /** Right of the label: a unit, a button. */
  readonly aside?: ReactNode;
  /** Gets the ids that tie the control to its label, help and error. */
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
}

/** Label above, control, one line of help under it, what is wrong in place. */
export function Field({ label, help, issues = [], required, aside, children }: Props) {
  const id = useId();
  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id} id={`${id}-label`}>
          {label}
          {required ? <span aria-hidden> *</span> : null}
        </label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': `${id}-help`, 'aria-invalid': issues.some((i) => !i.warning) })}
      <div id={`${id}-help`}>
        {help ? <div className="field-help">{help}</div> : null}
        {issues.map((issue) => (
          <FieldError key={issue.message} issue={issue} />
        ))}
      </div>
    </div>
  );
}

export function FieldError({ issue }: { readonly issue: FieldIssue }) {
  return (
    <div className={issue.warning ? 'field-warning' : 'field-error'}>
      {issue.message}{' '}
      {issue.fix ? (
        <Anchor component="button" type="button" fz="inherit" onClick={issue.fix.onFix}>
          {issue.fix.title}
        </Anchor>
      ) : null}
    </div>
  );
}
