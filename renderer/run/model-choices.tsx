import { Select } from '@mantine/core';
import type { RequestInput, Settings } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { useSettings } from '../app/settings-store';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { Part } from './facts';

export type ModelTargets = NonNullable<RequestInput<'run.start'>['models']>;

const OWN = 'own';
const OFFLINE = 'offline';
const OFFLINE_TARGET = { provider: 'builtin', model: 'en-lite' };

interface Props {
  readonly flow: Flow;
  readonly value: ModelTargets;
  readonly onChange: (value: ModelTargets) => void;
}

/** Points each model of the flow at another one, for this run only. */
export function ModelChoices({ flow, value, onChange }: Props) {
  const settings = useSettings((s) => s.settings.models);
  const names = Object.keys(flow.models ?? {});
  if (names.length === 0) return null;
  return (
    <Part title={t('run.models')}>
      <div className="model-choices">
        {names.map((name) => {
          const own = flow.models?.[name];
          const isOffline = own?.provider === OFFLINE_TARGET.provider || own?.provider === 'simulated';
          const data = [
            {
              value: OWN,
              label: t('run.models.own', { model: `${own?.provider ?? ''}/${own?.model ?? ''}` }),
            },
            ...(isOffline ? [] : [{ value: OFFLINE, label: t('run.models.offline') }]),
            ...settings.map((model) => ({
              value: model.id,
              label: model.label || `${model.provider}/${model.model}`,
            })),
          ];
          return (
            <Field key={name} label={name}>
              {(ids) => (
                <Select
                  {...ids}
                  data={data}
                  value={chosenOf(value[name], settings)}
                  onChange={(id) => onChange(withTarget(value, name, id, settings))}
                />
              )}
            </Field>
          );
        })}
      </div>
    </Part>
  );
}

function chosenOf(target: ModelTargets[string] | undefined, models: Settings['models']): string {
  if (!target) return OWN;
  const found = models.find(
    (model) =>
      model.provider === target.provider && model.model === target.model && model.baseURL === target.baseURL,
  );
  return found?.id ?? OFFLINE;
}

function withTarget(
  value: ModelTargets,
  name: string,
  id: string | null,
  models: Settings['models'],
): ModelTargets {
  const { [name]: _, ...rest } = value;
  if (id === OFFLINE) return { ...rest, [name]: OFFLINE_TARGET };
  const found = models.find((model) => model.id === id);
  if (!found) return rest;
  const { provider, model, baseURL, secret } = found;
  return {
    ...rest,
    [name]: { provider, model, ...(baseURL ? { baseURL } : {}), ...(secret ? { secret } : {}) },
  };
}
