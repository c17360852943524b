import { Checkbox, Select } from '@mantine/core';
import type { FieldPath } from '../../shared/editing/set-in';
import type { Policy, PolicyRef } from '../../shared/spec/parts';
import { NEVER_RETRIED } from '../../shared/spec/recovery-kinds';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { CodeControl } from './code-controls';
import { useForm, useIssues, useValue } from './form';
import { KindsControl } from './kinds-control';
import { Optional } from './optional';
import { recoveryWords } from './recovery';
import { RecoveryList } from './recovery-list';
import { DurationControl, NumberControl } from './text-controls';

const INHERIT = ':inherit';
const INLINE = ':inline';

/** A named policy, one of its own, or what the flow says; with the whole order of recovery in words. */
export function PolicyControl({
  path,
  label,
  withRetry,
}: {
  readonly path: FieldPath;
  readonly label: string;
  readonly withRetry: boolean;
}) {
  const { flow, place } = useForm();
  const [value, set] = useValue<PolicyRef>(path);
  const mode = value === undefined ? INHERIT : typeof value === 'string' ? value : INLINE;
  const names = [
    ...new Set([
      ...Object.keys(flow.policies ?? {}).filter((name) => name !== 'default'),
      ...(typeof value === 'string' ? [value] : []),
    ]),
  ];
  const choose = (next: string | null) => {
    if (next === null || next === INHERIT) return set(undefined);
    set(
      next === INLINE
        ? ((typeof value === 'string' ? flow.policies?.[value] : undefined) ?? startPolicy(withRetry))
        : next,
    );
  };
  return (
    <>
      <Field label={label} issues={useIssues(path)}>
        {(ids) => (
          <Select
            {...ids}
            data={[
              { value: INHERIT, label: t('inspector.policy.inherit') },
              ...names.map((name) => ({ value: name, label: t('inspector.policy.named', { name }) })),
              { value: INLINE, label: t('inspector.policy.inline') },
            ]}
            value={mode}
            onChange={choose}
          />
        )}
      </Field>
      {mode === INLINE ? <PolicyFields path={path} withRetry={withRetry} /> : null}
      {place.type === 'node' ? <RecoveryList words={recoveryWords(flow, place.id)} /> : null}
    </>
  );
}

function startPolicy(withRetry: boolean): Policy {
  return withRetry ? { timeout: 'PT30S', retry: { maxAttempts: 3 } } : { timeout: 'PT5M' };
}

/** The parts of a policy in place. */
export function PolicyFields({ path, withRetry }: { readonly path: FieldPath; readonly withRetry: boolean }) {
  const at = (...keys: string[]) => [...path, ...keys];
  return (
    <div className="nested">
      <DurationControl path={at('timeout')} label={t('inspector.policy.timeout')} />
      {withRetry ? <RetryFields at={at} /> : null}
      <BreakerFields at={at} />
      <Optional
        path={at('rateLimit')}
        label={t('inspector.policy.rate')}
        start={{ requests: 10, per: 'PT1M' }}
      >
        <NumberControl
          path={at('rateLimit', 'requests')}
          label={t('inspector.policy.requests')}
          min={1}
          step={1}
          required
        />
        <DurationControl path={at('rateLimit', 'per')} label={t('inspector.policy.per')} required />
      </Optional>
      <NumberControl
        path={at('concurrency')}
        label={t('inspector.policy.concurrency')}
        min={1}
        step={1}
        fallback={4}
      />
    </div>
  );
}

type At = (...keys: string[]) => FieldPath;

function RetryFields({ at }: { readonly at: At }) {
  return (
    <Optional path={at('retry')} label={t('inspector.policy.retry')} start={{ maxAttempts: 3 }}>
      <NumberControl
        path={at('retry', 'maxAttempts')}
        label={t('inspector.policy.attempts')}
        help={t('inspector.policy.attemptsHelp')}
        min={1}
        step={1}
        required
      />
      <KindsControl
        path={at('retry', 'on')}
        label={t('inspector.policy.on')}
        placeholder={t('inspector.policy.onDefault')}
        without={NEVER_RETRIED}
      />
      <DurationControl
        path={at('retry', 'initial')}
        label={t('inspector.policy.initial')}
        help={t('inspector.policy.initialHelp')}
      />
      <NumberControl
        path={at('retry', 'factor')}
        label={t('inspector.policy.factor')}
        min={1}
        step={0.5}
        fallback={2}
      />
      <DurationControl path={at('retry', 'max')} label={t('inspector.policy.max')} />
      <JitterControl path={at('retry', 'jitter')} />
      <CodeControl
        language="expression"
        withOutput
        path={at('retry', 'when')}
        label={t('inspector.policy.when')}
        help={t('inspector.policy.whenHelp')}
      />
    </Optional>
  );
}

function BreakerFields({ at }: { readonly at: At }) {
  return (
    <Optional
      path={at('breaker')}
      label={t('inspector.policy.breaker')}
      help={t('inspector.policy.breakerHelp')}
      start={{ failures: 5, window: 'PT1M', cooldown: 'PT30S' }}
    >
      <NumberControl
        path={at('breaker', 'failures')}
        label={t('inspector.policy.failures')}
        min={1}
        step={1}
        required
      />
      <DurationControl path={at('breaker', 'window')} label={t('inspector.policy.window')} required />
      <DurationControl path={at('breaker', 'cooldown')} label={t('inspector.policy.cooldown')} required />
      <NumberControl
        path={at('breaker', 'halfOpen')}
        label={t('inspector.policy.halfOpen')}
        min={1}
        step={1}
        fallback={1}
      />
    </Optional>
  );
}

/** On unless it is switched off. */
function JitterControl({ path }: { readonly path: FieldPath }) {
  const [value, set] = useValue<boolean>(path);
  return (
    <div className="field">
      <Checkbox
        label={t('inspector.policy.jitter')}
        description={t('inspector.policy.jitterHelp')}
        checked={value !== false}
        onChange={(e) => set(e.currentTarget.checked ? undefined : false)}
      />
    </div>
  );
}
