import { Button, Menu } from '@mantine/core';
import { Columns2 } from 'lucide-react';
import { navigate } from '../app/router';
import { act, toast } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { useRun } from './use-run';

/** This run beside another: its parent, the one before it, or one chosen from the list. */
export function CompareMenu() {
  const runId = useRun((s) => s.runId);
  const flowId = useRun((s) => s.flow?.id ?? '');
  const startedAt = useRun((s) => s.info?.startedAt ?? 0);
  const parent = useRun((s) => s.info?.forkedFrom?.runId);
  const compare = (other: string) => navigate({ screen: 'runs', compare: [other, runId] });
  const withBefore = () =>
    act(async () => {
      const { runs } = await request('run.list', { flowId, limit: 1000 });
      const before = runs
        .filter((run) => run.runId !== runId && run.startedAt <= startedAt)
        .toSorted((a, b) => b.startedAt - a.startedAt)[0];
      if (before) compare(before.runId);
      else toast(t('run.compare.noOther'));
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Columns2 size={14} aria-hidden />}>
          {t('run.compare')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {parent === undefined ? null : (
          <Menu.Item onClick={() => compare(parent)}>{t('run.compare.parent')}</Menu.Item>
        )}
        <Menu.Item onClick={withBefore}>{t('run.compare.before')}</Menu.Item>
        <Menu.Item onClick={() => navigate({ screen: 'runs', flowId })}>{t('run.compare.choose')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
