/** Steps that gave up and that nothing took: look, mend the state, run again from just before, or put aside. */
import { Button, SegmentedControl } from '@mantine/core';
import { ArrowUpRight, MailX } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { DeadLetterInfo } from '../../shared/events/event';
import { parentOf } from '../../shared/events/step-key';
import { navigate } from '../app/router';
import { TopBar } from '../app/top-bar';
import { onPush, request, sentenceOf } from '../bridge/bridge';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { Busy, Failed } from '../ui/busy';
import { EmptyState } from '../ui/empty-state';
import { RelativeTime } from '../ui/relative-time';
import { LetterDetail } from './letter-detail';
import '../inbox/inbox.css';
import '../run/run.css';

const QUIET_MS = 400;

export function letterKey(letter: Pick<DeadLetterInfo, 'runId' | 'step'>): string {
  return `${letter.runId} ${letter.step}`;
}

function useLetters() {
  const [letters, setLetters] = useState<readonly DeadLetterInfo[]>();
  const [error, setError] = useState<string>();
  const reload = useCallback(() => {
    request('deadletter.list', {}).then(
      (answer) => {
        setLetters(answer.deadLetters.toSorted((a, b) => b.at - a.at));
        setError(undefined);
      },
      (failure: unknown) => setError(sentenceOf(failure).message),
    );
  }, []);
  useEffect(() => {
    reload();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onPush('runs.changed', () => {
      clearTimeout(timer);
      timer = setTimeout(reload, QUIET_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [reload]);
  return { letters, error, reload };
}

export function DeadLettersScreen() {
  const { letters, error, reload } = useLetters();
  const [shown, setShown] = useState('open');
  const [chosen, setChosen] = useState<string>();
  const listed = (letters ?? []).filter((letter) => shown === 'all' || letter.closedBy === undefined);
  const letter = listed.find((one) => letterKey(one) === chosen) ?? listed[0];
  return (
    <div className="inbox">
      <TopBar>
        <h1 className="bar-title">{t('letters.title')}</h1>
        <span className="grow" />
        <SegmentedControl
          aria-label={t('letters.show')}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'open', label: t('letters.open') },
            { value: 'all', label: t('letters.all') },
          ]}
        />
      </TopBar>
      {error !== undefined ? (
        <Failed title={t('letters.failed')} error={error} onAgain={reload} />
      ) : !letters ? (
        <Busy />
      ) : !letter ? (
        <NoLetters />
      ) : (
        <>
          <LetterList letters={listed} selected={letterKey(letter)} onSelect={setChosen} />
          <div className="task-detail">
            <div className="task-context">
              <span className="truncate">{letter.flowName}</span>
              <span className="grow" />
              <Button
                size="compact-sm"
                variant="subtle"
                rightSection={<ArrowUpRight size={13} aria-hidden />}
                onClick={() => navigate({ screen: 'run', runId: letter.runId, step: letter.step })}
              >
                {t('inbox.openRun')}
              </Button>
            </div>
            <LetterDetail key={letterKey(letter)} letter={letter} onClosed={reload} />
          </div>
        </>
      )}
    </div>
  );
}

function NoLetters() {
  return (
    <EmptyState
      icon={MailX}
      title={t('letters.empty.title')}
      action={
        <Button variant="default" onClick={() => navigate({ screen: 'runs' })}>
          {t('inbox.empty.action')}
        </Button>
      }
    >
      {t('letters.empty.body')}
    </EmptyState>
  );
}

/** The node, and which item of a map or pass of a loop it stood in. */
function placeOf({ step, node }: DeadLetterInfo): string {
  const index = parentOf(step)?.index;
  return index === undefined ? node : t('run.step.item', { name: node, index });
}

interface ListProps {
  readonly letters: readonly DeadLetterInfo[];
  readonly selected: string;
  readonly onSelect: (key: string) => void;
}

function LetterList({ letters, selected, onSelect }: ListProps) {
  return (
    <ul className="task-list" aria-label={t('letters.title')}>
      {letters.map((letter) => {
        const key = letterKey(letter);
        return (
          <li key={key}>
            <button
              type="button"
              className={`task-row${key === selected ? ' is-selected' : ''}`}
              aria-current={key === selected}
              onClick={() => onSelect(key)}
            >
              <span className="task-title truncate">{letter.message}</span>
              <span className="task-line meta">
                <span className="truncate">
                  {letter.flowName} · {placeOf(letter)}
                </span>
              </span>
              <span className="task-line meta">
                <span className="chip tint-red">{kindWords(letter.kind)}</span>
                <RelativeTime at={letter.at} />
                {letter.closedBy === undefined ? null : (
                  <span className="chip tint-grey">{t('letters.closed')}</span>
                )}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
