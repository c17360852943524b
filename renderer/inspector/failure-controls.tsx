import { Checkbox, MultiSelect, NumberInput, Select, TextInput, UnstyledButton } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FieldPath } from '../../shared/editing/set-in';
import type { Check, Policy, PolicyRef } from '../../shared/spec/parts';
import { FAILURE_KINDS } from '../../shared/spec/values';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { useForm, useIssues, useValue } from './form';
import { MappingControl } from './mapping-control';
import { kindWords, recoveryWords } from './recovery';
import { RefControl } from './ref-controls';
import {
  CodeControl,
  DurationControl,
  ExpressionInput,
  NumberControl,
  RemoveButton,
  TextareaControl,
} from './text-controls';

/** Never retried, whatever a policy says. */
const NEVER_RETRIED = new Set([
  'denied',
  'stale_context',
  'conflict',
  'budget',
  'loop_limit',
  'rejected',
  'expired',
  'cancelled',
  'uncertain',
]);
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

export function RecoveryList({ words }: { readonly words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <ol className="recovery" aria-label={t('inspector.recovery.title')}>
      {words.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ol>
  );
}

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

/** The parts of a policy in place. */
export function PolicyFields({ path, withRetry }: { readonly path: FieldPath; readonly withRetry: boolean }) {
  const at = (...keys: string[]) => [...path, ...keys];
  return (
    <div className="nested">
      <DurationControl path={at('timeout')} label={t('inspector.policy.timeout')} />
      {withRetry ? (
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
      ) : null}
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

/** Failure kinds: none chosen means the default. */
export function KindsControl(props: {
  readonly path: FieldPath;
  readonly label: string;
  readonly placeholder: string;
  readonly help?: string;
  readonly without?: ReadonlySet<string>;
}) {
  const [value, set] = useValue<readonly string[]>(props.path);
  return (
    <Field label={props.label} {...(props.help ? { help: props.help } : {})} issues={useIssues(props.path)}>
      {(ids) => (
        <MultiSelect
          {...ids}
          data={FAILURE_KINDS.filter((kind) => !props.without?.has(kind)).map((kind) => ({
            value: kind,
            label: kindWords(kind),
          }))}
          value={[...(value ?? [])]}
          placeholder={value?.length ? '' : props.placeholder}
          onChange={(next) => set(next.length > 0 ? next : undefined)}
        />
      )}
    </Field>
  );
}

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
  const issues = useIssues(path, true);
  const at = (...keys: string[]) => [...path, ...keys];
  if (value === undefined) {
    return (
      <Field label={label} {...(help ? { help } : {})}>
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
      {...(help ? { help } : {})}
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
          <Optional
            path={at('judge')}
            label={t('inspector.gate.judge')}
            start={{ model: '', instructions: t('inspector.gate.judgeStart'), minScore: 0.7 }}
          >
            <RefControl
              path={at('judge', 'model')}
              to="model"
              label={t('inspector.gate.judgeModel')}
              required
            />
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
            <DurationControl
              path={at('breaker', 'cooldown')}
              label={t('inspector.policy.cooldown')}
              required
            />
          </Optional>
        </div>
      )}
    </Field>
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

/** Limits of a flow, an agent or a node. */
export function BudgetControl({
  path,
  label,
  flowLevel,
}: {
  readonly path: FieldPath;
  readonly label: string;
  readonly flowLevel?: boolean;
}) {
  const at = (...keys: string[]) => [...path, ...keys];
  const [cost, setCost] = useValue<{ amount: number; currency: string }>(at('cost'));
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <Field label={t('inspector.budget.cost')} issues={useIssues(at('cost'))}>
        {(ids) => (
          <div className="row">
            <NumberInput
              {...ids}
              className="grow"
              min={0}
              decimalScale={4}
              placeholder={t('inspector.budget.none')}
              value={cost?.amount ?? ''}
              onChange={(next) =>
                setCost(next === '' ? undefined : { amount: Number(next), currency: cost?.currency ?? 'USD' })
              }
            />
            <TextInput
              w={64}
              maxLength={3}
              aria-label={t('inspector.budget.currency')}
              value={cost?.currency ?? 'USD'}
              disabled={cost === undefined}
              onChange={(e) => cost && setCost({ ...cost, currency: e.currentTarget.value.toUpperCase() })}
            />
          </div>
        )}
      </Field>
      <div className="two">
        <NumberControl path={at('tokens')} label={t('inspector.budget.tokens')} min={1} step={1} />
        <NumberControl path={at('turns')} label={t('inspector.budget.turns')} min={1} step={1} />
        <NumberControl
          path={at('steps')}
          label={t('inspector.budget.steps')}
          min={1}
          step={1}
          {...(flowLevel ? { fallback: 10_000 } : {})}
        />
        <NumberControl
          path={at('handoffs')}
          label={t('inspector.budget.handoffs')}
          min={0}
          step={1}
          {...(flowLevel ? { fallback: 100 } : {})}
        />
        <DurationControl path={at('duration')} label={t('inspector.budget.duration')} />
        <BudgetAction path={at('onExceeded')} flowLevel={flowLevel ?? false} />
      </div>
    </fieldset>
  );
}

function BudgetAction({ path, flowLevel }: { readonly path: FieldPath; readonly flowLevel: boolean }) {
  const [value, set] = useValue<string>(path);
  return (
    <Field label={t('inspector.budget.exceeded')} issues={useIssues(path)}>
      {(ids) => (
        <Select
          {...ids}
          data={[
            { value: 'pause', label: t('inspector.budget.pause') },
            { value: 'fail', label: t('inspector.budget.fail') },
          ]}
          value={value ?? (flowLevel ? 'pause' : 'fail')}
          onChange={(next) => set(next ?? undefined)}
        />
      )}
    </Field>
  );
}

/** The tool call that undoes a step. */
export function CompensateControl({
  path,
  label,
  help,
}: {
  readonly path: FieldPath;
  readonly label: string;
  readonly help?: string | undefined;
}) {
  const { flow } = useForm();
  const [value, set] = useValue<{ readonly tool: string }>(path);
  const schema = value ? flow.tools?.[value.tool]?.input : undefined;
  const properties = typeof schema === 'object' ? schema['properties'] : undefined;
  return (
    <>
      <RefControl path={[...path, 'tool']} to="tool" label={label} help={help} optional />
      {value ? (
        <div className="nested">
          <MappingControl
            path={[...path, 'args']}
            label={t('inspector.compensate.args')}
            withOutput
            suggested={Object.keys(properties ?? {})}
          />
          <UnstyledButton className="link-button" onClick={() => set(undefined)}>
            {t('inspector.compensate.none')}
          </UnstyledButton>
        </div>
      ) : null}
    </>
  );
}
