import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import type { Settings } from '../../shared/ipc/contract';
import { changeSettings, useSettings } from '../app/settings-store';
import { act } from '../app/toasts';
import { t } from '../i18n/t';
import { providers } from '../inspector/part-options';
import { TestModel } from '../inspector/test-model';
import { useCommitOnLeave } from '../ui/use-commit-on-leave';
import { useDraft } from '../ui/use-draft';

type SavedModel = Settings['models'][number];

/** Models of this machine that a run can be pointed at. */
export function ModelList() {
  const models = useSettings((s) => s.settings.models);
  const save = (next: readonly SavedModel[]) => act(() => changeSettings({ models: [...next] }));
  const add = () => {
    let number = models.length + 1;
    while (models.some((model) => model.id === `model${number}`)) number += 1;
    save([
      ...models,
      {
        id: `model${number}`,
        label: t('settings.models.local'),
        provider: 'openai-compatible',
        model: 'qwen3:8b',
        baseURL: 'http://127.0.0.1:11434/v1',
      },
    ]);
  };
  return (
    <>
      <ul className="plain-list">
        {models.map((model, i) => (
          <li key={model.id}>
            <ModelRow
              model={model}
              onChange={(next) => save(models.with(i, next))}
              onRemove={() => save(models.toSpliced(i, 1))}
            />
          </li>
        ))}
        {models.length === 0 ? <li className="meta">{t('settings.models.none')}</li> : null}
      </ul>
      <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={add}>
        {t('settings.models.add')}
      </Button>
    </>
  );
}

interface RowProps {
  readonly model: SavedModel;
  readonly onChange: (model: SavedModel) => void;
  readonly onRemove: () => void;
}

function ModelRow({ model, onChange, onRemove }: RowProps) {
  const hasAddress = model.provider === 'openai-compatible';
  const isLocal = model.provider === 'builtin' || model.provider === 'simulated';
  return (
    <div className="model-row">
      <Text
        label={t('settings.models.label')}
        value={model.label}
        onCommit={(label) => onChange({ ...model, label })}
      />
      <Select
        label={t('settings.models.provider')}
        data={providers.map(({ value, label }) => ({ value, label }))}
        value={model.provider}
        onChange={(provider) => provider && onChange({ ...model, provider })}
      />
      <Text
        label={t('settings.models.model')}
        value={model.model}
        onCommit={(name) => onChange({ ...model, model: name || model.model })}
      />
      {hasAddress ? (
        <Text
          label={t('settings.models.address')}
          value={model.baseURL ?? ''}
          onCommit={(baseURL) => onChange({ ...model, baseURL: baseURL || undefined })}
        />
      ) : null}
      {isLocal ? null : (
        <Text
          label={t('settings.models.secret')}
          value={model.secret ?? ''}
          onCommit={(secret) => onChange({ ...model, secret: secret || undefined })}
        />
      )}
      <div className="row model-actions">
        <TestModel
          provider={model.provider}
          model={model.model}
          baseURL={model.baseURL}
          secret={model.secret}
        />
        <ActionIcon aria-label={t('inspector.removeWhat', { what: model.label })} onClick={onRemove}>
          <Trash2 size={14} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
}

/** Taken over when the field is left: every change is written to disk. */
function Text({
  label,
  value,
  onCommit,
}: {
  readonly label: string;
  readonly value: string;
  readonly onCommit: (value: string) => void;
}) {
  const [text, setText] = useDraft(value);
  const keep = () => {
    if (text !== value) onCommit(text.trim());
  };
  const field = useCommitOnLeave(keep);
  return (
    <TextInput
      ref={field}
      label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={keep}
    />
  );
}
