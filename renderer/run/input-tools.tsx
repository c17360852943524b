/** Other ways to fill the start form: an earlier input, a file, a table for many runs, JSON. */
import { Button, Menu } from '@mantine/core';
import { Braces, FileJson, History, Rows3 } from 'lucide-react';
import type { Json } from '../../shared/base/json';
import { act } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import type { InputSource } from './start-input';

interface ToolsProps {
  readonly sources: readonly InputSource[];
  readonly asJson: boolean;
  readonly onJson: (asJson: boolean) => void;
  readonly onInput: (input: Json) => void;
  readonly onBatch: ((text: string) => void) | undefined;
}

export function InputTools({ sources, asJson, onJson, onInput, onBatch }: ToolsProps) {
  const load = () =>
    act(async () => {
      const file = await request('file.pick', {
        title: t('run.input.file.title'),
        extensions: ['json'],
        read: true,
      });
      if (file?.text !== undefined) onInput(parseInput(file.text));
    });
  const loadTable = () =>
    act(async () => {
      const file = await request('file.pick', {
        title: t('run.batch.file'),
        extensions: ['csv'],
        read: true,
      });
      if (file?.text !== undefined) onBatch?.(file.text);
    });
  return (
    <span className="row">
      {sources.length > 0 ? <Sources sources={sources} onInput={onInput} /> : null}
      <Button
        type="button"
        size="compact-xs"
        variant="subtle"
        leftSection={<FileJson size={12} aria-hidden />}
        onClick={load}
      >
        {t('run.input.file')}
      </Button>
      {onBatch ? (
        <Button
          type="button"
          size="compact-xs"
          variant="subtle"
          title={t('run.batch.file')}
          leftSection={<Rows3 size={12} aria-hidden />}
          onClick={loadTable}
        >
          {t('run.batch')}
        </Button>
      ) : null}
      <Button
        type="button"
        size="compact-xs"
        variant={asJson ? 'light' : 'subtle'}
        aria-pressed={asJson}
        leftSection={<Braces size={12} aria-hidden />}
        onClick={() => onJson(!asJson)}
      >
        JSON
      </Button>
    </span>
  );
}

function Sources({ sources, onInput }: Pick<ToolsProps, 'sources' | 'onInput'>) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          type="button"
          size="compact-xs"
          variant="subtle"
          leftSection={<History size={12} aria-hidden />}
        >
          {t('run.from')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {sources.map((source) => (
          <Menu.Item key={source.id} onClick={() => onInput(source.value)}>
            {source.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function parseInput(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error(t('run.input.notJson'));
  }
}
