/** Fields of the flow's languages: templates, expressions, code. Each shows what it gives right now. */
import { ActionIcon, Modal } from '@mantine/core';
import { Maximize2 } from 'lucide-react';
import { useState } from 'react';
import type { FieldPath } from '../../shared/editing/set-in';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { ExpressionBuilder } from './builder/expression-builder';
import { CodeEditor, type CodeLanguage } from './code-editor';
import { useForm, useIssues, useValue } from './form';
import { PreviewLine } from './preview/preview-line';
import { type ScopeEntry, type ScopePlace, scopeAt } from './scope';

interface Common {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
}

interface CodeProps extends Common {
  readonly language: CodeLanguage;
  readonly placeholder?: string | undefined;
  /** Its own result is in scope. */
  readonly withOutput?: boolean;
  readonly extra?: readonly ScopeEntry[];
}

/** Text in one of the languages, with a button to open it large. */
export function CodeControl(props: CodeProps) {
  const [value, set] = useValue<string>(props.path);
  const scope = useScope(props.withOutput, props.extra);
  const issues = useIssues(props.path);
  // An emptied optional field takes its key away.
  const onChange = (text: string) => set(text === '' && !props.required ? undefined : text);
  return (
    <Field
      label={props.label}
      {...(props.help ? { help: props.help } : {})}
      {...(props.required ? { required: true } : {})}
      issues={issues}
      aside={
        <div className="row">
          {props.language === 'expression' ? (
            <ExpressionBuilder label={props.label} value={value ?? ''} scope={scope} onChange={onChange} />
          ) : null}
          <LargeEditor label={props.label}>
            {(id) => (
              <CodeEditor
                large
                id={id}
                label={props.label}
                language={props.language}
                value={value ?? ''}
                onChange={onChange}
                scope={scope}
                issues={issues}
              />
            )}
          </LargeEditor>
        </div>
      }
    >
      {(ids) => (
        <>
          <CodeEditor
            id={ids.id}
            describedBy={ids['aria-describedby']}
            invalid={ids['aria-invalid']}
            label={props.label}
            language={props.language}
            value={value ?? ''}
            onChange={onChange}
            scope={scope}
            issues={issues}
            {...(props.placeholder ? { placeholder: props.placeholder } : {})}
          />
          {props.language === 'template' || props.language === 'expression' ? (
            <PreviewLine
              text={value ?? ''}
              template={props.language === 'template'}
              withOutput={props.withOutput ?? false}
            />
          ) : null}
        </>
      )}
    </Field>
  );
}

/** What an expression of this form can see. */
export function useScope(withOutput = false, extra: readonly ScopeEntry[] = []): readonly ScopeEntry[] {
  const { flow, place } = useForm();
  const seen: ScopePlace = place.type === 'node' ? { ...place, withOutput, extra } : place;
  return scopeAt(flow, seen);
}

export function LargeEditor({
  label,
  children,
}: {
  readonly label: string;
  readonly children: (id: string) => React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActionIcon size={20} aria-label={t('inspector.openLarge', { label })} onClick={() => setOpen(true)}>
        <Maximize2 size={12} aria-hidden />
      </ActionIcon>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={label}
        size="xl"
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        {open ? <div className="large-editor">{children('large')}</div> : null}
      </Modal>
    </>
  );
}

/** One expression outside of a field: a row of a list. */
export function ExpressionInput(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly placeholder?: string;
  readonly withOutput?: boolean;
  readonly invalid?: boolean;
}) {
  const scope = useScope(props.withOutput);
  return (
    <div className="expression">
      <div className="expression-row">
        <div className="grow">
          <CodeEditor
            language="expression"
            value={props.value}
            onChange={props.onChange}
            label={props.label}
            scope={scope}
            invalid={props.invalid ?? false}
            {...(props.placeholder ? { placeholder: props.placeholder } : {})}
          />
        </div>
        <ExpressionBuilder label={props.label} value={props.value} scope={scope} onChange={props.onChange} />
      </div>
      <PreviewLine text={props.value} template={false} withOutput={props.withOutput ?? false} />
    </div>
  );
}
