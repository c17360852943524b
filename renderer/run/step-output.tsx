/** What a step gave, and what it wrote into the shared state. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { whoRead, whoWrote } from '../../shared/events/trace-query';
import { ChangeList } from '../forms/change-list';
import { ReadableValue } from '../forms/readable-value';
import { t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { Part, StepLink } from './facts';
import type { StepTabProps } from './step-inspector';
import { LiveOutput } from './step-overview';
import { useSession } from './use-run';
import { stepNameOfKey } from './words';

export function OutputTab({ step }: StepTabProps) {
  const [raw, setRaw] = useState('text');
  if (step.output === undefined) {
    return (
      <>
        <LiveOutput step={step} />
        <p className="meta">{t(step.endedAt === undefined ? 'run.output.notYet' : 'run.output.none')}</p>
      </>
    );
  }
  return (
    <Part
      title={t('run.tab.output')}
      aside={
        <SegmentedControl
          value={raw}
          onChange={setRaw}
          aria-label={t('run.output.as')}
          data={[
            { value: 'text', label: t('run.output.readable') },
            { value: 'json', label: 'JSON' },
          ]}
        />
      }
    >
      {raw === 'text' ? (
        <ReadableValue value={step.output} />
      ) : (
        <JsonView value={step.output} openLevels={3} />
      )}
    </Part>
  );
}

export function WritesTab({ trace, step }: StepTabProps) {
  const session = useSession();
  if (step.writes.length === 0) return <p className="meta">{t('run.writes.none')}</p>;
  return step.writes.map(({ field, version, value }) => {
    const written = (trace.context.get(field) ?? []).find(
      (entry) => entry.version === version && entry.step === step.key,
    );
    const before = whoWrote(trace, field, (written?.seq ?? 1) - 1);
    const readers = whoRead(trace, field, version);
    return (
      <Part
        key={field}
        title={field}
        aside={<span className="meta num">{t('run.version', { version })}</span>}
      >
        <ChangeList
          before={before?.value}
          after={written?.value ?? value}
          label={t('run.writes.change', { field })}
        />
        <p className="meta">{readers.length === 0 ? t('run.writes.unread') : t('run.writes.readBy')}</p>
        <ul className="plain">
          {readers.map((reader) => (
            <li key={reader.step}>
              <StepLink
                name={stepNameOfKey(trace, reader.step)}
                onClick={() => session.select(reader.step)}
              />
            </li>
          ))}
        </ul>
      </Part>
    );
  });
}
