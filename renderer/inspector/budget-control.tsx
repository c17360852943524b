import { NumberInput, Select, TextInput, UnstyledButton } from '@mantine/core';
import type { FieldPath } from '../../shared/editing/set-in';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { useForm, useIssues, useValue } from './form';
import { MappingControl } from './mapping-control';
import { RefControl } from './ref-controls';
import { DurationControl, NumberControl } from './text-controls';

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
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <CostField path={at('cost')} />
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

function CostField({ path }: { readonly path: FieldPath }) {
  const [cost, setCost] = useValue<{ amount: number; currency: string }>(path);
  return (
    <Field label={t('inspector.budget.cost')} issues={useIssues(path)}>
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
