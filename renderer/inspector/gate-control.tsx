import { TextInput, UnstyledButton } from '@mantine/core';
import { Plus } from 'lucide-react';
import { nodeAt } from '../../shared/editing/graphs';
import type { FieldPath } from '../../shared/editing/set-in';
import type { Check } from '../../shared/spec/parts';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { ExpressionInput } from './code-controls';
import { useForm, useIssues, useValue } from './form';
import { Optional } from './optional';
import { RefControl } from './ref-controls';
import { DurationControl, NumberControl, RemoveButton, TextareaControl } from './text-controls';

/** Conditions a result has to meet. */
export function GateControl({
  path,
  label,
  help,
}: {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
}) {
  const [value, set] = useValue<object>(path);
  const agents = useAgentGate() ? t('inspector.gate.ofAgent') : '';
  const words = [help, agents].filter(Boolean).join(' ');
  const issues = useIssues(path, true);
  const at = (...keys: string[]) => [...path, ...keys];
  if (value === undefined) {
    return (
      <Field label={label} {...(words ? { help: words } : {})}>
        {(ids) => (
          <UnstyledButton {...ids} className="add-row" onClick={() => set({ minConfidence: 0.7 })}>
            <Plus size={13} aria-hidden /> {t('inspector.gate.add')}
          </UnstyledButton>
        )}
      </Field>
    );
  }
  return (
    <Field
      label={label}
      {...(words ? { help: words } : {})}
      issues={issues}
      aside={<RemoveButton what={label} onRemove={() => set(undefined)} />}
    >
      {(ids) => (
        <div className="nested" id={ids.id} role="group" aria-label={label}>
          <NumberControl
            path={at('minConfidence')}
            label={t('inspector.gate.confidence')}
            help={t('inspector.gate.confidenceHelp')}
            min={0}
            max={1}
            step={0.05}
          />
          <ChecksControl path={at('checks')} />
          <JudgeFields at={at} />
          <GateBreakerFields at={at} />
        </div>
      )}
    </Field>
  );
}

/** Whether the agent that works in this node has a gate of its own: both have to be passed. */
function useAgentGate(): boolean {
  const { flow, place } = useForm();
  const node = place.type === 'node' ? nodeAt(flow, place.id) : undefined;
  return node?.kind === 'agent' && flow.agents?.[node.agent]?.gate !== undefined;
}

type At = (...keys: string[]) => FieldPath;

function JudgeFields({ at }: { readonly at: At }) {
  const { flow } = useForm();
  const model = Object.keys(flow.models ?? {})[0] ?? 'local';
  return (
    <Optional
      path={at('judge')}
      label={t('inspector.gate.judge')}
      start={{ model, instructions: t('inspector.gate.judgeStart'), minScore: 0.7 }}
    >
      <RefControl path={at('judge', 'model')} to="model" label={t('inspector.gate.judgeModel')} required />
      <TextareaControl
        path={at('judge', 'instructions')}
        label={t('inspector.gate.judgeInstructions')}
        required
      />
      <NumberControl
        path={at('judge', 'minScore')}
        label={t('inspector.gate.minScore')}
        min={0}
        max={1}
        step={0.05}
        required
      />
    </Optional>
  );
}

function GateBreakerFields({ at }: { readonly at: At }) {
  return (
    <Optional
      path={at('breaker')}
      label={t('inspector.gate.breaker')}
      help={t('inspector.gate.breakerHelp')}
      start={{ failures: 3, cooldown: 'PT5M' }}
    >
      <NumberControl
        path={at('breaker', 'failures')}
        label={t('inspector.policy.failures')}
        min={1}
        step={1}
        required
      />
      <DurationControl path={at('breaker', 'cooldown')} label={t('inspector.policy.cooldown')} required />
    </Optional>
  );
}

function ChecksControl({ path }: { readonly path: FieldPath }) {
  const [value, set] = useValue<readonly Check[]>(path);
  const checks = value ?? [];
  const change = (next: readonly Check[]) => set(next.length > 0 ? next : undefined);
  const label = t('inspector.gate.checks');
  return (
    <Field label={label} help={t('inspector.gate.checksHelp')} issues={useIssues(path)}>
      {(ids) => (
        <div className="rows" id={ids.id} role="group" aria-label={label}>
          {checks.map((check, i) => (
            <div className="mapping-row" key={i}>
              <div className="row">
                <div className="grow">
                  <ExpressionInput
                    withOutput
                    value={check.expr}
                    label={t('inspector.gate.check', { number: i + 1 })}
                    placeholder="output.refund <= 100"
                    onChange={(expr) => change(checks.with(i, { ...check, expr }))}
                  />
                </div>
                <RemoveButton what={check.message} onRemove={() => change(checks.toSpliced(i, 1))} />
              </div>
              <TextInput
                value={check.message}
                placeholder={t('inspector.gate.message')}
                aria-label={t('inspector.gate.messageOf', { number: i + 1 })}
                onChange={(e) => change(checks.with(i, { ...check, message: e.currentTarget.value }))}
              />
            </div>
          ))}
          <UnstyledButton
            className="add-row"
            onClick={() => change([...checks, { expr: 'true', message: t('inspector.gate.messageStart') }])}
          >
            <Plus size={13} aria-hidden /> {t('inspector.gate.addCheck')}
          </UnstyledButton>
        </div>
      )}
    </Field>
  );
}
