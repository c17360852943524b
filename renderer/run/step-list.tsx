/** Left of the drawing: steps as a tree, or every event, both searchable and endless. */
import { ActionIcon, Select, Tabs, TextInput, Tooltip } from '@mantine/core';
import { ArrowDownToLine, Search } from 'lucide-react';
import { memo, type ReactNode, useEffect, useMemo, useState } from 'react';
import type { RunEvent } from '../../shared/events/event';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import type { Flow } from '../../shared/spec/flow';
import { t } from '../i18n/t';
import { KindIcon } from '../ui/kind-icon';
import { StateBadge } from '../ui/state-badge';
import { useVirtual } from '../ui/use-virtual';
import { type TreeRow, treeRows } from './bars';
import { EVENT_GROUPS, type EventGroup, eventWords, groupOf } from './event-words';
import { retryWord, triesOf, visualState } from './overlay-of';
import { useRun, useSession, useShownTrace } from './use-run';
import { elapsedWords, nodeName, offsetWords, rowName, stepName } from './words';

export function StepLists() {
  const [tab, setTab] = useState<string | null>('steps');
  const [search, setSearch] = useState('');
  const [group, setGroup] = useState<EventGroup | 'all'>('all');
  const session = useSession();
  const follow = useRun((s) => s.follow);
  const words = search.trim().toLowerCase();
  return (
    <section className="run-left" aria-label={t('run.lists')}>
      <Tabs value={tab} onChange={setTab} className="run-tabs">
        <Tabs.List>
          <Tabs.Tab value="steps">{t('run.steps')}</Tabs.Tab>
          <Tabs.Tab value="events">{t('run.events')}</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      <div className="run-filter">
        <TextInput
          value={search}
          placeholder={t('ui.search')}
          aria-label={t(tab === 'steps' ? 'run.steps.search' : 'run.events.search')}
          leftSection={<Search size={13} aria-hidden />}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {tab === 'events' ? (
          <Select
            aria-label={t('run.events.kind')}
            value={group}
            data={[
              { value: 'all', label: t('run.group.all') },
              ...EVENT_GROUPS.map((value) => ({ value, label: t(`run.group.${value}`) })),
            ]}
            onChange={(value) => setGroup((value ?? 'all') as EventGroup | 'all')} // the data lists only these
            w={104}
          />
        ) : null}
        <Tooltip label={t('run.follow')}>
          <ActionIcon
            aria-label={t('run.follow')}
            aria-pressed={follow}
            variant={follow ? 'light' : 'subtle'}
            color={follow ? 'indigo' : 'gray'}
            onClick={() => session.setFollow(!follow)}
          >
            <ArrowDownToLine size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      {tab === 'steps' ? (
        <Steps words={words} follow={follow} />
      ) : (
        <Events words={words} group={group} follow={follow} />
      )}
    </section>
  );
}

interface ListProps {
  readonly count: number;
  readonly rowHeight: number;
  readonly follow: boolean;
  readonly label: string;
  /** Row to bring into view when it changes. */
  readonly focusOn?: number | undefined;
  readonly row: (index: number) => ReactNode;
  readonly keyOf: (index: number) => string | number;
  readonly empty: string;
}

function VirtualList({ count, rowHeight, follow, label, focusOn, row, keyOf, empty }: ListProps) {
  const { setFrame, items, height, scrollTo } = useVirtual({ count, rowHeight, keyOf });
  useEffect(() => {
    if (follow && count > 0) scrollTo(count - 1);
  }, [follow, count, scrollTo]);
  useEffect(() => {
    if (focusOn !== undefined && focusOn >= 0) scrollTo(focusOn, 'auto');
  }, [focusOn, scrollTo]);
  return (
    <div className="run-list" ref={setFrame}>
      {count === 0 ? <p className="run-empty meta">{empty}</p> : null}
      <div role="list" aria-label={label} style={{ height, position: 'relative' }}>
        {items.map(({ index, key, start }) => (
          <div
            key={String(key)}
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
            className="run-place"
            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}

function Steps({ words, follow }: { readonly words: string; readonly follow: boolean }) {
  const session = useSession();
  const trace = useShownTrace();
  const selected = useRun((s) => s.selected);
  const phase = useRun((s) => s.phase);
  const at = useRun((s) => s.at);
  const all = treeRows(trace);
  const rows = useMemo(
    () => (words === '' ? all : all.filter(({ step }) => matches(trace, step, words))),
    [all, trace, words],
  );
  return (
    <VirtualList
      count={rows.length}
      rowHeight={34}
      follow={follow && at === undefined && words === ''}
      label={t('run.steps')}
      focusOn={rows.findIndex(({ step }) => step.key === selected)}
      keyOf={(index) => rows[index]?.step.key ?? index}
      empty={words ? t('run.steps.none') : phase === 'ready' ? t('run.steps.empty') : t('app.loading')}
      row={(index) => {
        const row = rows[index] as TreeRow; // the list asks only for rows it was told of
        return (
          <StepRow
            step={row.step}
            depth={row.depth}
            trace={trace}
            isSelected={row.step.key === selected}
            onSelect={session.select}
          />
        );
      }}
    />
  );
}

function matches(trace: Trace, step: TraceStep, words: string): boolean {
  return `${stepName(trace.flow, step)} ${step.key} ${step.kind} ${t(`ui.state.${visualState(trace, step)}`)}`
    .toLowerCase()
    .includes(words);
}

interface StepRowProps {
  readonly step: TraceStep;
  readonly depth: number;
  readonly trace: Trace;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

const StepRow = memo(function StepRow({ step, depth, trace, isSelected, onSelect }: StepRowProps) {
  const state = visualState(trace, step);
  const word = state === 'retrying' ? { word: retryWord(trace, step) } : {};
  const tries = triesOf(step);
  const { name, item } = rowName(trace.flow, step);
  return (
    <button
      type="button"
      className={`step-row${isSelected ? ' is-selected' : ''}`}
      style={{ paddingLeft: 8 + depth * 14 }}
      aria-current={isSelected}
      onClick={() => onSelect(step.key)}
    >
      <KindIcon kind={step.kind} size={18} />
      <span className="grow row-name">
        <span className="truncate">{name}</span>
        {item === undefined ? null : <span className="meta num">[{item}]</span>}
      </span>
      {tries > 1 ? (
        <span className="meta num" title={t('run.attempts.count', { count: tries })}>
          ×{tries}
        </span>
      ) : null}
      {step.endedAt === undefined || step.endedAt === step.startedAt ? null : (
        <span className="mono meta">{elapsedWords(step.endedAt - step.startedAt)}</span>
      )}
      <StateBadge state={state} compact {...word} />
    </button>
  );
});

function Events({
  words,
  group,
  follow,
}: {
  readonly words: string;
  readonly group: EventGroup | 'all';
  readonly follow: boolean;
}) {
  const session = useSession();
  useRun((s) => s.revision);
  const events = useRun((s) => s.events);
  const flow = useRun((s) => s.flow);
  const at = useRun((s) => s.at);
  const startedAt = events[0]?.at ?? 0;
  const count = events.length;
  const rows = useMemo(() => {
    if (words === '' && group === 'all') return undefined; // all of them: no list of their own is needed
    return events
      .slice(0, count)
      .filter(
        (event) =>
          (group === 'all' || groupOf(event.type) === group) &&
          (words === '' || textOf(event, flow).includes(words)),
      );
  }, [events, count, words, group, flow]);
  const shown = rows ?? events;
  const length = rows ? rows.length : count;
  return (
    <VirtualList
      count={length}
      rowHeight={38}
      follow={follow && at === undefined}
      label={t('run.events')}
      focusOn={at === undefined ? undefined : indexOfSeq(shown, length, at)}
      keyOf={(index) => shown[index]?.seq ?? index}
      empty={words || group !== 'all' ? t('run.events.none') : t('run.events.empty')}
      row={(index) => {
        const event = shown[index] as RunEvent; // as above
        return (
          <EventRow
            event={event}
            flow={flow}
            startedAt={startedAt}
            state={
              at === undefined ? 'normal' : event.seq === at ? 'here' : event.seq > at ? 'later' : 'normal'
            }
            onSelect={() => {
              session.setAt(event.seq);
              session.select(event.step);
            }}
          />
        );
      }}
    />
  );
}

function indexOfSeq(events: readonly RunEvent[], length: number, seq: number): number {
  for (let i = 0; i < length; i++) if ((events[i]?.seq ?? 0) >= seq) return i;
  return length - 1;
}

function textOf(event: RunEvent, flow: Flow | undefined): string {
  return `${event.seq} ${event.type} ${event.step ?? ''} ${eventWords(event, flow)}`.toLowerCase();
}

interface EventRowProps {
  readonly event: RunEvent;
  readonly flow: Flow | undefined;
  readonly startedAt: number;
  readonly state: 'normal' | 'here' | 'later';
  readonly onSelect: () => void;
}

const EventRow = memo(
  function EventRow({ event, flow, startedAt, state, onSelect }: EventRowProps) {
    const node =
      event.step === undefined
        ? undefined
        : event.step.slice(event.step.lastIndexOf('/') + 1).replace(/[#[~].*$/, '');
    return (
      <button
        type="button"
        className={`event-row group-${groupOf(event.type)} is-${state}`}
        aria-current={state === 'here'}
        title={event.type}
        onClick={onSelect}
      >
        <span className="event-line">
          <span className="event-dot" aria-hidden />
          <span className="grow truncate">{eventWords(event, flow)}</span>
        </span>
        <span className="event-meta meta num">
          {event.seq} · {offsetWords(event.at - startedAt)}
          {node === undefined ? '' : ` · ${nodeName(flow, node)}`}
        </span>
      </button>
    );
  },
  (a, b) => a.event === b.event && a.state === b.state && a.flow === b.flow,
);
