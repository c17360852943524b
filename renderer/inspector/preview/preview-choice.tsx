import { Select } from '@mantine/core';
import { Eye } from 'lucide-react';
import { useState } from 'react';
import type { RunInfo } from '../../../shared/events/event';
import { request } from '../../bridge/bridge';
import { t } from '../../i18n/t';
import { absoluteTime } from '../../ui/relative-time';
import { choosePreview, OFF, SAMPLE, usePreview } from './preview-source';

const MAX_RUNS = 12;

/** Which data the fields below are tried on. */
export function PreviewChoice({ flowId }: { readonly flowId: string }) {
  const source = usePreview((s) => s.source);
  const [runs, setRuns] = useState<readonly RunInfo[]>([]);
  const read = () => {
    request('run.list', { flowId, limit: MAX_RUNS }).then(
      (answer) => setRuns(answer.runs),
      () => setRuns([]), // the list of runs says why; a sample is always there
    );
  };
  const known = runs.some((run) => run.runId === source) || source === OFF || source === SAMPLE;
  return (
    <Select
      size="xs"
      className="preview-choice"
      leftSection={<Eye size={13} aria-hidden />}
      aria-label={t('inspector.preview.with')}
      data={[
        { value: SAMPLE, label: t('inspector.preview.sample') },
        ...runs.map((run) => ({
          value: run.runId,
          label: t('inspector.preview.run', { time: absoluteTime(run.startedAt) }),
        })),
        ...(known ? [] : [{ value: source, label: t('inspector.preview.aRun') }]),
        { value: OFF, label: t('inspector.preview.off') },
      ]}
      value={source}
      onDropdownOpen={read}
      onChange={(next) => next && choosePreview(next)}
    />
  );
}
